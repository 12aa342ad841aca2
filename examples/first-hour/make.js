// Writes crm.csv again, byte for byte: an invented customer base as a French CRM exports it, with semicolons, decimal
// commas, days first, oui and non, in Windows-1252.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import papaparse from "papaparse";

const program = fileURLToPath(new URL("../../bin/segment.js", import.meta.url));
const target = process.argv[2] ?? fileURLToPath(new URL("crm.csv", import.meta.url));
const words = [
  "sample",
  "customers",
  "--rows",
  "2000",
  "--locale",
  "fr",
  "--dirty",
  "0.05",
  "--duplicates",
  "0.08",
  "-q",
];
const text = execFileSync(process.execPath, [program, ...words], { encoding: "utf8", maxBuffer: 1 << 28 });

const names = new Map([
  ["customer_id", "client_id"],
  ["first_name", "prénom"],
  ["last_name", "nom"],
  ["phone", "téléphone"],
  ["address", "adresse"],
  ["postcode", "code_postal"],
  ["city", "ville"],
  ["country", "pays"],
  ["birth_date", "date_naissance"],
  ["signup_date", "date_inscription"],
  ["last_order", "dernière_commande"],
  ["orders", "commandes"],
  ["revenue", "chiffre_affaires"],
  ["avg_basket", "panier_moyen"],
  ["emails_sent", "emails_envoyés"],
  ["emails_opened", "emails_ouverts"],
  ["emails_clicked", "emails_cliqués"],
  ["visits", "visites"],
  ["returns", "retours"],
  ["consent_email", "consentement_email"],
  ["consent_sms", "consentement_sms"],
]);
const yesOrNo = new Map([
  ["true", "oui"],
  ["false", "non"],
  ["TRUE", "OUI"],
  ["FALSE", "NON"],
  ["True", "Oui"],
  ["False", "Non"],
]);

function exported(column, cell) {
  if (column.endsWith("_date") || column === "last_order")
    return cell.replace(/(\d{4})-(\d{2})-(\d{2})/, (_, year, month, day) => `${day}/${month}/${year}`);
  if (column === "revenue" || column === "avg_basket") return cell.replace(".", ",");
  if (column.startsWith("consent_")) return cell.replace(/\w+/, (word) => yesOrNo.get(word) ?? word);
  // Windows-1252 has no letters with a mark apart.
  return cell.normalize("NFC");
}

const { data } = papaparse.parse(text.trimEnd());
const [header, ...rows] = data;
const renamed = header.map((name) => names.get(name) ?? name);
const lines = rows.map((row) => row.map((cell, i) => exported(header[i], cell)));
const csv = papaparse.unparse([renamed, ...lines], { delimiter: ";", newline: "\r\n" });
writeFileSync(target, Buffer.from(`${csv}\r\n`.replaceAll("œ", "\u009c").replaceAll("Œ", "\u008c"), "latin1"));
