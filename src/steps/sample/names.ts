import { mailName } from "./fold.ts";

/** A name, and what stands for it in an e-mail. */
export interface Name {
  readonly text: string;
  readonly mail: string;
}

/** Names of one language, drawn each as likely. */
export interface NameTable {
  readonly first: readonly Name[];
  readonly last: readonly Name[];
}

const list = (names: string): readonly Name[] =>
  names
    .trim()
    .split(/\s*\|\s*/)
    .map((text) => ({ text, mail: mailName(text) }));

/** French names: with accents, hyphens, apostrophes, particles, and of several origins. */
export const frenchNames: NameTable = {
  first: list(`
    Marie | Camille | Léa | Manon | Chloé | Emma | Inès | Zoé | Jeanne | Louise | Alice | Élodie | Aurélie | Céline |
    Hélène | Françoise | Anaïs | Maëlys | Gaëlle | Noémie | Clémence | Margaux | Océane | Mélanie | Sophie | Nathalie |
    Isabelle | Sylvie | Monique | Geneviève | Thérèse | Agnès | Édith | Solène | Eugénie | Fatima | Aïcha | Yasmine |
    Marie-Claude | Anne-Laure | Marie-Ève | Anne-Sophie | Rose-Marie | Jean | Pierre | Michel | André | René | Gérard |
    Rémi | Jérôme | Cédric | Sébastien | Frédéric | Stéphane | Grégory | Raphaël | Gaël | Loïc | Mickaël | Joël | Noël |
    Théo | Hugo | Lucas | Léo | Nathan | Antoine | Clément | Maxime | Baptiste | François | Benoît | Étienne | Éric |
    Aurélien | Adrien | Kévin | Tristan | Yannick | Ewen | Karim | Mehdi | Moussa | Mamadou | Thành | Jean-Pierre |
    Jean-Luc | Jean-François | Jean-Baptiste | Pierre-Yves | Marc-Antoine | Charles-Édouard | Olivier | Vincent |
    Laurent | Guillaume | Mathieu | Arnaud | Fabrice | Didier | Pascal | Thierry | Bruno
  `),
  last: list(`
    Martin | Bernard | Dubois | Thomas | Robert | Richard | Petit | Durand | Leroy | Moreau | Simon | Laurent |
    Lefebvre | Michel | Garcia | David | Bertrand | Roux | Vincent | Fournier | Morel | Girard | André | Lefèvre |
    Mercier | Dupont | Lambert | Bonnet | François | Martinez | Legrand | Garnier | Faure | Rousseau | Blanc | Guérin |
    Muller | Henry | Roussel | Nicolas | Perrin | Morin | Mathieu | Clément | Gauthier | Dumont | Lopez | Fontaine |
    Chevalier | Robin | Masson | Sanchez | Gérard | Nguyen | Boyer | Denis | Lemaire | Duval | Joly | Gautier | Roger |
    Roche | Roy | Noël | Meyer | Lucas | Meunier | Jean | Perez | Marchand | Dufour | Blanchard | Marie | Barbier |
    Brun | Dumas | Brunet | Schmitt | Leroux | Colas | Fernandez | Renard | Arnaud | Rolland | Caron | Aubert |
    Giraud | Leclerc | Vidal | Bourgeois | Renaud | Lemoine | Picard | Gaillard | Philippe | Leclercq | Lacroix |
    Fabre | Dupuis | Olivier | Rodriguez | Da Silva | Hubert | Louis | Charles | Guillot | Rivière | Le Gall |
    Guillaume | Adam | Rey | Moulin | Gonzalez | Berger | Lecomte | Menard | Fleury | Deschamps | Carpentier |
    Benoît | Paris | Maillard | Marchal | Aubry | Vasseur | Le Roux | Renault | Jacquet | Collet | Prévost |
    Poirier | Charpentier | Royer | Huet | Baron | Dupuy | Pons | Paul | Laine | Carré | Breton | Rémy | Schneider |
    Bœuf | Lesœur | Crèvecœur | Aït Ahmed | Ben Salah | Diallo | Traoré | N'Diaye | M'Barek | Koné | Haddad |
    d'Arc | d'Aubigné | d'Ornano | de La Tour | de Villèle | du Bellay | Le Goff | Le Bihan | L'Hermitte | L'Héritier |
    Lefèvre-Noël | Martin-Dupont | Saint-Léger | Petit-Jean | Müller | Kœnig | Muñoz | Gonçalves | Kowalczyk | Håkansson
  `),
};

/** Names of the British Isles and of those who came to live there. */
export const englishNames: NameTable = {
  first: list(`
    Olivia | Amelia | Isla | Ava | Mia | Ivy | Lily | Freya | Florence | Willow | Sophie | Emily | Grace | Jessica |
    Charlotte | Lucy | Hannah | Megan | Rebecca | Sarah | Laura | Emma | Claire | Nicola | Karen | Susan | Margaret |
    Patricia | Zoë | Chloë | Renée | Siân | Niamh | Siobhán | Aoife | Gráinne | Catrin | Eilidh | Priya | Anjali |
    Aisha | Zainab | Agnieszka | Mary-Jane | Anne-Marie | Sarah-Louise | Noah | Oliver | George | Arthur | Leo | Harry |
    Oscar | Archie | Jack | Henry | Charlie | Thomas | James | William | Daniel | Joseph | Samuel | Matthew | Andrew |
    Christopher | David | Paul | Mark | Stephen | Peter | Michael | Robert | Alan | Graham | Keith | Seán | Ciarán |
    Pádraig | Rhys | Gethin | Llŷr | Callum | Hamish | Mohammed | Imran | Arjun | Rohan | Kwame | Chidi | Łukasz |
    Tomasz | Björn | André | John-Paul | Billy-Joe | Jean-Paul
  `),
  last: list(`
    Smith | Jones | Taylor | Brown | Williams | Wilson | Johnson | Davies | Patel | Robinson | Wright | Thompson |
    Evans | Walker | White | Roberts | Green | Hall | Thomas | Clarke | Jackson | Wood | Harris | Edwards | Turner |
    Martin | Cooper | Hill | Ward | Hughes | Moore | Clark | King | Harrison | Lewis | Baker | Lee | Allen | Morris |
    Khan | Scott | Watson | Davis | Parker | James | Bennett | Young | Phillips | Richardson | Mitchell | Bailey |
    Carter | Cook | Singh | Shaw | Bell | Collins | Morgan | Kelly | Begum | Miller | Cox | Hussain | Marshall |
    Simpson | Price | Anderson | Adams | Wilkinson | Foster | Murphy | Gray | Rogers | Stevens | Murray | Webb | Ali |
    Campbell | Chapman | Stewart | Hunt | Mason | Palmer | Holmes | Mills | Graham | Dixon | Fisher | Barnes | Knight |
    Lloyd | Butler | Russell | Barker | Stevenson | Ferguson | Sutton | Fraser | Gallagher | Doyle | Byrne |
    O'Neill | O'Brien | O'Connor | O'Sullivan | D'Arcy | D'Souza | MacDonald | McCarthy | McKenzie | MacLeod | Mac Giolla |
    St John | St Clair-Ford | de Courcy | van der Berg | Fitz-Gerald | Smith-Jones | Taylor-Wood | Parry-Williams |
    Okafor | Mensah | Adeyemi | Nowak | Kowalska | Wiśniewski | Lindström | Brontë | Øverland | Fernández | Ó Briain
  `),
};
