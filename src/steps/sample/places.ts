/** A town, how its postcodes read, and the prefix of its numbers reserved for fiction. */
export interface Place {
  readonly city: string;
  /** France: whole postcodes. United Kingdom: outward codes. */
  readonly postcodes: readonly string[];
  /** The digits before those that are drawn, in national form with its spaces. */
  readonly landline: string;
}

/** The five zones of French numbers, each with the block that ARCEP keeps for films and books (decision 2018-0881). */
const zones = { idf: "01 99 00", west: "02 61 91", east: "03 53 01", south: "04 65 71", atlantic: "05 36 49" };

/** French towns: `city: postcodes`, by zone of the telephone plan. */
const frenchTowns: Readonly<Record<keyof typeof zones, string>> = {
  idf: `Paris: 75001 75002 75003 75004 75005 75009 75010 75011 75012 75013 75014 75015 75017 75018 75019 75020
    Versailles: 78000; Évry-Courcouronnes: 91000; Boulogne-Billancourt: 92100; Nanterre: 92000; Saint-Denis: 93200 93210
    Montreuil: 93100; Créteil: 94000; L'Haÿ-les-Roses: 94240; Cergy: 95000 95800; Melun: 77000`,
  west: `Nantes: 44000 44100 44200 44300; Rennes: 35000 35200 35700; Brest: 29200; Quimper: 29000; Saint-Malo: 35400
    Angers: 49000 49100; Le Mans: 72000 72100; Tours: 37000 37100 37200; Orléans: 45000 45100; Caen: 14000
    Rouen: 76000 76100; Le Havre: 76600 76620; Évreux: 27000; Chartres: 28000; Châteauroux: 36000`,
  east: `Lille: 59000 59800; Strasbourg: 67000 67100 67200; Reims: 51100; Dijon: 21000; Besançon: 25000; Metz: 57000 57050
    Nancy: 54000; Mulhouse: 68100 68200; Amiens: 80000; Laon: 02000; Charleville-Mézières: 08000; Troyes: 10000
    Nevers: 58000; Épinal: 88000`,
  south: `Lyon: 69001 69002 69003 69004 69005 69006 69007 69008 69009
    Marseille: 13001 13002 13003 13004 13005 13006 13007 13008 13009 13010 13011 13012
    Nice: 06000 06100 06200 06300; Montpellier: 34000 34070 34080 34090; Saint-Étienne: 42000 42100; Toulon: 83000
    Grenoble: 38000 38100; Nîmes: 30000; Aix-en-Provence: 13090 13100; Clermont-Ferrand: 63000 63100
    Perpignan: 66000; Béziers: 34500; Annecy: 74000; Chambéry: 73000; Bourg-en-Bresse: 01000; Valence: 26000
    Moulins: 03000; Digne-les-Bains: 04000; Gap: 05000; Privas: 07000; Ajaccio: 20000`,
  atlantic: `Bordeaux: 33000 33100 33200 33300 33800; Toulouse: 31000 31100 31200 31300 31400 31500; Limoges: 87000 87100
    Poitiers: 86000; La Rochelle: 17000; Pau: 64000; Bayonne: 64100; Albi: 81000; Rodez: 12000; Foix: 09000; Agen: 47000`,
};

/** Numbers that Ofcom keeps for drama, by area; towns without a block of their own use 01632 960. */
const areas = {
  london: "020 7946 0",
  leeds: "0113 496 0",
  sheffield: "0114 496 0",
  nottingham: "0115 496 0",
  leicester: "0116 496 0",
  bristol: "0117 496 0",
  reading: "0118 496 0",
  birmingham: "0121 496 0",
  edinburgh: "0131 496 0",
  glasgow: "0141 496 0",
  liverpool: "0151 496 0",
  manchester: "0161 496 0",
  tyneside: "0191 498 0",
  ulster: "028 9649 6",
  cardiff: "029 2018 0",
  elsewhere: "01632 960",
};

/** British towns: `city: outward codes`, by area. */
const britishTowns: Readonly<Record<keyof typeof areas, string>> = {
  london: "London: N1 N7 E3 E8 SE5 SE15 SW4 SW11 W6 W12 NW5 NW6",
  leeds: "Leeds: LS1 LS6 LS8 LS11",
  sheffield: "Sheffield: S1 S7 S11",
  nottingham: "Nottingham: NG1 NG3 NG7",
  leicester: "Leicester: LE1 LE2 LE3",
  bristol: "Bristol: BS1 BS5 BS6 BS8",
  reading: "Reading: RG1 RG2 RG30",
  birmingham: "Birmingham: B1 B5 B13 B29",
  edinburgh: "Edinburgh: EH1 EH3 EH8 EH11",
  glasgow: "Glasgow: G1 G4 G12 G41",
  liverpool: "Liverpool: L1 L8 L15 L17",
  manchester: "Manchester: M1 M4 M14 M20",
  tyneside: "Newcastle upon Tyne: NE1 NE2 NE6; Sunderland: SR1 SR2",
  ulster: "Belfast: BT1 BT7 BT9; Londonderry: BT48",
  cardiff: "Cardiff: CF10 CF11 CF24",
  elsewhere: `York: YO1 YO10 YO31; Oxford: OX1 OX4; Cambridge: CB1 CB4; Brighton: BN1 BN2; Southampton: SO14 SO17
    Portsmouth: PO1 PO4; Exeter: EX1 EX4; Plymouth: PL1 PL4; Norwich: NR1 NR2; Bath: BA1 BA2; Hull: HU1 HU5
    Coventry: CV1 CV5; Stratford-upon-Avon: CV37; King's Lynn: PE30; Bishop's Stortford: CM23; Swansea: SA1 SA2
    Aberdeen: AB10 AB24; St Andrews: KY16; Berwick-upon-Tweed: TD15; Milton Keynes: MK9 MK10; Aberystwyth: SY23`,
};

function placesOf<K extends string>(
  towns: Readonly<Record<K, string>>,
  prefixes: Readonly<Record<K, string>>,
): Place[] {
  return (Object.keys(towns) as K[]).flatMap((key) =>
    towns[key].split(/;\s*|\n\s*/).map((line) => {
      const [city, codes] = line.split(": ") as [string, string];
      return { city, postcodes: codes.trim().split(/\s+/), landline: prefixes[key] };
    }),
  );
}

/** 73 French towns with true postcodes. */
export const frenchPlaces: readonly Place[] = placesOf(frenchTowns, zones);

/** 38 British towns with true outward codes. */
export const britishPlaces: readonly Place[] = placesOf(britishTowns, areas);

/** French mobile and British mobile numbers kept for fiction: what stands before the digits that are drawn. */
export const mobilePrefix = { fr: "06 39 98", en: "07700 900" } as const;

const list = (text: string): readonly string[] => text.trim().split(/\s*\|\s*/);

/** Names of French streets, with the words that come before them. */
export const frenchStreets: readonly string[] = list(`
  rue de l'Église | rue Victor-Hugo | rue Pasteur | avenue Jean-Jaurès | rue des Écoles | place de la République |
  boulevard Gambetta | rue du 8-Mai-1945 | rue du Moulin | chemin des Vignes | avenue de la Gare | rue Molière |
  rue Émile-Zola | impasse des Lilas | allée des Tilleuls | rue de la Fontaine | quai de la Marne | rue d'Alsace |
  boulevard de la Liberté | rue Saint-Exupéry | rue du Général-Leclerc | avenue du Maréchal-Foch | rue de la Paix |
  rue des Frères-Lumière | cours Franklin-Roosevelt | rue Béranger | passage du Château | rue Sœur-Marie |
  place d'Armes | route de l'Étang | rue du Pont-Neuf | chemin du Bois-l'Évêque | rue Aristide-Briand | rue Carnot
`);

/** Names of British streets, with the words that come after them. */
export const britishStreets: readonly string[] = list(`
  High Street | Station Road | Church Lane | Victoria Road | Green Lane | Manor Road | King's Road | Queen's Avenue |
  Park Avenue | Mill Lane | The Crescent | St Mary's Close | Windsor Road | Albert Terrace | Grange Road | London Road |
  St John's Street | Springfield Drive | Bishop's Way | Chapel Street | Orchard Gardens | Castle Hill | Bridge Street |
  Alexandra Place | Meadow View | Beech Grove | Abbey Square | School Lane | Northumberland Avenue | Wellington Mews
`);

/** Houses with a name, for addresses in quotes. */
export const houseNames = {
  fr: list("Les Tilleuls | Le Clos Fleuri | Les Trois Chênes | Résidence du Parc | Le Belvédère | L'Oasis"),
  en: list("Rose Cottage | The Old Rectory | Oak House | Ivy Lodge | The Gables | Willow Barn"),
} as const;
