/** Reads the value of a column that is given none. */
import type { Default } from "./constraint.ts";
import type { DefinitionReader } from "./reader.ts";
import { textOf, type Span } from "./span.ts";

/** Takes DEFAULT and its value: a literal, with or without a sign, a word, or an expression in parentheses. */
export function readDefault(reader: DefinitionReader): Pick<Default, "text" | "form"> & { readonly value: Span } {
  reader.need("DEFAULT");
  const first = reader.at;
  if (reader.isOperator("(")) {
    const { text } = reader.group();
    return { text, form: "expression", value: reader.spanFrom(first) };
  }
  const isSigned = reader.operator("+") ?? reader.operator("-");
  if (!isValue(reader, isSigned === undefined ? "alone" : "signed")) reader.fail("a value");
  reader.skip();
  const value = reader.spanFrom(first);
  return { text: textOf(reader.sql, value), form: "literal", value };
}

const WORDS_WITH_VALUES: ReadonlySet<string> = new Set(["NULL", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"]);

function isValue(reader: DefinitionReader, place: "alone" | "signed"): boolean {
  const token = reader.token();
  if (token?.kind === "number" || token?.kind === "string" || token?.kind === "blob") return true;
  const keyword = reader.keyword();
  if (keyword !== undefined && WORDS_WITH_VALUES.has(keyword)) return true;
  // A name stands for the text that it is made of, but not behind a sign.
  return place === "alone" && reader.isName("value");
}
