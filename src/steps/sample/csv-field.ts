/** A value as RFC 4180 wants it: quoted where it holds a comma, a quote or a line break. */
export function csvField(text: string): string {
  const plain = !text.includes(",") && !text.includes('"') && !text.includes("\n") && !text.includes("\r");
  return plain ? text : `"${text.replaceAll('"', '""')}"`;
}
