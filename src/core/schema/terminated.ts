/** The text of an object as a statement. */
import { tokenize } from "../sql/tokenizer.ts";

/** The text with its `;`, where a comment at its end would swallow that. SQLite keeps such a comment. */
export function terminated(sql: string): string {
  const last = tokenize(sql).comments.at(-1);
  if (last === undefined || last.offset + last.text.length < sql.length) return `${sql};`;
  if (last.text.startsWith("--")) return `${sql}\n;`;
  const isClosed = last.text.length >= 4 && last.text.endsWith("*/");
  return isClosed ? `${sql};` : `${sql}*/;`;
}
