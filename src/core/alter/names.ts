/** Reads the names in what stands behind a directive. */
import { unquoteIdentifier } from "../sql/quote.ts";
import type { Token } from "../sql/token.ts";
import { tokenize } from "../sql/tokenizer.ts";

/** The names in a text of this form, without quotes; undefined where it has another. */
export function readNames(text: string, form: readonly ("NAME" | "from")[]): readonly string[] | undefined {
  const { tokens, problem } = tokenize(text);
  if (problem !== undefined || tokens.length !== form.length) return undefined;
  const fits = tokens.every((token, index) =>
    form[index] === "from" ? token.text.toLowerCase() === "from" : isName(token),
  );
  if (!fits) return undefined;
  return tokens.filter((_, index) => form[index] === "NAME").map((token) => unquoteIdentifier(token.text));
}

/** Names with commas between them, without quotes; undefined where the text is something else. */
export function readList(text: string): readonly string[] | undefined {
  const { tokens, problem } = tokenize(text);
  if (problem !== undefined || tokens.length % 2 === 0) return undefined;
  const fits = tokens.every((token, index) => (index % 2 === 0 ? isName(token) : token.text === ","));
  return fits ? tokens.filter((_, index) => index % 2 === 0).map((token) => unquoteIdentifier(token.text)) : undefined;
}

/** Whether a token can be a name where nothing else is expected: SQLite takes a string for one there too. */
export function isName({ kind }: Token): boolean {
  return kind === "word" || kind === "quoted" || kind === "string";
}
