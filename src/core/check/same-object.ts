/** Whether two objects are the same, however they are written. */
import { sameTable } from "../alter/facts.ts";
import { parseObject } from "../schema/parse.ts";
import { canonicalText } from "../sql/canonical.ts";
import { isKeyword } from "../sql/keywords.ts";
import { unquoteIdentifier } from "../sql/quote.ts";
import type { Token } from "../sql/token.ts";
import { tokenize } from "../sql/tokenizer.ts";
import type { StoredObject } from "./stored-object.ts";

/** Comments, white space, and quotes that a name does not need do not count: SQLite puts some when it renames something. */
export function isSameObject(left: StoredObject, right: StoredObject): boolean {
  if (left.sql === right.sql || plainText(left.sql) === plainText(right.sql)) return true;
  if (left.type !== "table" || right.type !== "table") return false;
  const [own, other] = [parseObject(left.sql), parseObject(right.sql)];
  return own.kind === "table" && other.kind === "table" && own.name === other.name && sameTable(own, other);
}

function plainText(sql: string): string {
  return canonicalText(tokenize(sql).tokens.map(withoutQuotes));
}

function withoutQuotes(token: Token): Token {
  if (token.kind !== "quoted") return token;
  const name = unquoteIdentifier(token.text);
  const isPlain = /^[A-Za-z_][A-Za-z0-9_$]*$/.test(name) && !isKeyword(name);
  return isPlain ? { ...token, kind: "word", text: name } : { ...token, text: JSON.stringify(name) };
}
