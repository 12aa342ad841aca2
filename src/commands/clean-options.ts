import type { OptionTable } from "../core/options.ts";
import { tableOptions } from "./common-options.ts";

// Its own words are those of one of its rules, counted like the others.
const { null: _null, ...readAndWrite } = tableOptions;

/** The options of `segment clean`. */
export const cleanOptions = {
  columns: {
    kind: "list",
    value: "LIST",
    group: "Columns",
    help: "columns to clean: names (a,,b for one with a comma), globs, :numeric, :date, :text (default: all)",
  },
  exclude: { kind: "list", value: "LIST", group: "Columns", help: "columns to pass through as they are" },
  id: {
    kind: "list",
    value: "COL",
    group: "Columns",
    help: "columns that identify a row: brought into form, but no rule for all columns changes case, outliers or gaps there",
  },
  email: {
    kind: "list",
    value: "COLS",
    group: "Columns",
    help: "the e-mail columns, written in small letters (default: text columns of which half or more are addresses)",
  },
  booleans: {
    kind: "list",
    value: "COLS",
    group: "Columns",
    help: "columns of yes and no, where 1 and 0 count too (default: by their words; a column of 1 and 0 alone is numbers)",
  },
  null: {
    kind: "list",
    value: "WORDS",
    group: "Form",
    help: "words for a missing value, in any case, in place of NA, N/A, NaN, NULL, none, nil, nd, n.d., vide, -, --, ?, #N/A, \\N; in columns that are no text those count as well",
  },
  case: {
    kind: "list",
    value: "RULE",
    group: "Form",
    help: "lower, upper or title (Jean-Pierre D'Arc, St Mary's) for text that is no e-mail; for one column: city=title",
  },
  unicode: {
    kind: "choice",
    choices: ["nfc", "nfkc"],
    default: "nfc",
    group: "Form",
    help: "normalization form of text; nfkc also makes ﬁ, Ａ and ² plain fi, A and 2",
  },
  foldAccents: {
    kind: "list",
    value: "COLS",
    group: "Form",
    help: "columns to write in plain Latin letters: é e, œ oe, ß ss, ø o, ł l",
  },
  rules: {
    kind: "text",
    reads: true,
    value: "FILE",
    group: "Form",
    help: "options of these groups from a YAML file, such as phone: [mobile] or case: {city: title}; those of the command line add to it",
  },
  emailCheck: {
    kind: "choice",
    choices: ["flag", "null", "drop", "quarantine"],
    group: "Contact data",
    help: "check the syntax of addresses: as --check email=ACTION",
  },
  emailFlags: {
    kind: "list",
    value: "FLAGS",
    group: "Contact data",
    help: "role: a column COL_role, of a function (info@, sales@); disposable: COL_disposable, of a domain for addresses to throw away",
  },
  phone: {
    kind: "list",
    value: "COLS",
    group: "Contact data",
    help: "telephone numbers, written in E.164 (+33612345678); auto for the columns that look like it",
  },
  postcode: {
    kind: "list",
    value: "COLS",
    group: "Contact data",
    help: "postcodes of European countries, in the form of their post: 1000 is 01000 in France; auto: by name",
  },
  country: {
    kind: "text",
    value: "COUNTRY",
    group: "Contact data",
    help: "the country of telephone numbers and postcodes, or of rows that name none",
  },
  countryColumn: {
    kind: "text",
    value: "COL",
    group: "Contact data",
    help: "the column that holds each row's country, as code or name",
  },
  countryNames: {
    kind: "list",
    value: "COLS",
    group: "Contact data",
    help: "countries, by code or name (five languages), written as ISO code (FR); auto: by name",
  },
  gender: {
    kind: "list",
    value: "COLS",
    group: "Contact data",
    help: "H, Homme, Mr, M: male; F, Femme, Mme, W: female; X, autre, divers: other; auto: by name",
  },
  title: {
    kind: "list",
    value: "COLS",
    group: "Contact data",
    help: "titles in one spelling of their language: M., Mme, Mlle, Mr, Mrs, Ms, Dr, Pr, Herr, Frau …; auto: by name",
  },
  money: {
    kind: "list",
    value: "COLS",
    group: "Contact data",
    help: "amounts with a currency: written as numbers, with COL_currency (EUR) where there are several",
  },
  check: {
    kind: "list",
    value: "KIND=ACTION",
    group: "Contact data",
    help: "what becomes of wrong values, by kind (email, phone, postcode, country, gender, title) or column, or alone for all; flag: a column COL_valid; null: emptied; drop: the row dropped; quarantine: the row goes to --quarantine",
  },
  excludeWhere: {
    kind: "texts",
    value: "EXPR",
    group: "Rows",
    help: 'leave out the rows for which it holds, of values in form: "country not in FR,BE", or with a name "tests: email = test@x.fr"; may be given several times',
  },
  outliers: {
    kind: "list",
    value: "RULE",
    group: "Outliers",
    help: "iqr, zscore, mad, percentile or xmr for every number that measures behaviour; for one column: revenue=iqr, and with its numbers revenue=iqr:3, zscore:2.5, mad:3.5 (|0.6745 (x - median) / MAD|), percentile:1:99 (type 7), bounds:0:10000, bounds:0:. xmr: control limits, mean ± 2.66 mean moving ranges, by --order-by. Values on a bound are none; where a rule finds no spread it finds none",
  },
  outlierAction: {
    kind: "list",
    value: "ACTION",
    group: "Outliers",
    help: "flag (default): a column COL_outlier; clip: to the bound; winsorise: to the nearest value within the bounds; null: empty the cell; drop: drop the row; quarantine: set the row aside in --quarantine FILE. For one column: revenue=clip",
  },
  iqrFactor: {
    kind: "number",
    value: "X",
    default: 1.5,
    minimum: 0,
    group: "Outliers",
    help: "iqr: how many interquartile ranges beyond the quartiles (type 7) the bounds are",
  },
  zLimit: {
    kind: "number",
    value: "X",
    default: 3,
    minimum: 0,
    group: "Outliers",
    help: "zscore: how many standard deviations (ddof 0) from the mean the bounds are",
  },
  impute: {
    kind: "list",
    value: "HOW",
    group: "Missing values",
    help: "mean, median or mode for every number with gaps that measures behaviour; for one column: city=mode, city=constant:unknown. After outliers, from the cells that are left; of several modes the least. In the order of --order-by: ffill (the last value before), bfill (the first behind), linear (on the line between both, over the order column's values), linear:position (over the rows' numbers); what has no neighbour stays missing",
  },
  imputeFlag: {
    kind: "flag",
    group: "Missing values",
    help: "add a column COL_missing for each filled one: which values were missing",
  },
  by: {
    kind: "text",
    value: "COL",
    group: "Groups and order",
    help: "learn bounds and fills within each group of COL (at most 1,000), and look for a row's neighbours only there; rows of other groups and of none take the bounds and fills of all",
  },
  orderBy: {
    kind: "text",
    value: "COL",
    group: "Groups and order",
    help: "what xmr, ffill, bfill and linear order rows by: a date, a number, a text; rows of one value stand in input order",
  },
  model: {
    kind: "text",
    reads: true,
    value: "FILE",
    group: "Model",
    help: "clean by a saved model, without learning from these rows",
  },
  saveModel: { kind: "text", value: "FILE", writes: true, group: "Model", help: "save what was learned as JSON" },
  overwrite: { kind: "flag", group: "Output", help: "replace columns of the names that are added" },
  ...readAndWrite,
} as const satisfies OptionTable;
