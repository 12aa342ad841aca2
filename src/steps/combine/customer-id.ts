import { nameWords } from "../column-kinds.ts";

const personWords = new Set(
  "customer client contact member membre user utilisateur person personne crm account compte".split(" "),
);
const numberWords = new Set(
  "id uid uuid guid identifier identifiant number numero no ref reference code key".split(" "),
);

/** Whether a name says that a column holds the ids of customers: `customer_id`, `ClientNumber`, `id`; not `order_id`. */
export function isCustomerId(name: string): boolean {
  const words = nameWords(name);
  if (words.length === 1) return ["id", "uid", "uuid", "guid", "customerid", "clientid", "userid"].includes(words[0]!);
  return (
    words.length <= 3 && words.some((word) => personWords.has(word)) && words.some((word) => numberWords.has(word))
  );
}
