/** Words that stand in headers of customer tables and in no row of them, without accents, by language. */
const names: ReadonlySet<string> = new Set(
  [
    "id ids code codes ref reference key uid uuid name names label type status date dates day month year time timestamp created updated",
    "first last firstname lastname fullname surname email mail phone mobile fax address street zip zipcode postcode city town state region",
    "country gender birthday birthdate age language amount price total quantity qty currency order orders product category segment group value",
    "text comment comments note notes description title url website source channel campaign consent customer customerid company email_address",
    "nom noms prenom prenoms libelle statut jour mois annee heure civilite courriel telephone tel portable adresse rue cp codepostal",
    "ville commune departement pays sexe naissance langue montant prix quantite devise commande commandes produit categorie groupe",
    "valeur texte commentaire commentaires remarque remarques societe entreprise raison client numero num canal campagne magasin vendeur",
    "vorname nachname strasse plz ort land telefon geschlecht geburtsdatum datum betrag kunde kundennummer firma",
    "nombre apellido apellidos correo direccion ciudad provincia pais fecha telefono cliente importe",
    "cognome indirizzo citta regione paese data importo prodotto",
  ]
    .join(" ")
    .split(" "),
);

/** Whether a cell reads as the name of a column: a usual word for one, or words joined by `_` (`date_creation`). */
export function isColumnName(cell: string): boolean {
  const plain = cell.trim().normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return names.has(plain.replace(/[\s_.-]/g, "")) || names.has(plain) || /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/.test(plain);
}
