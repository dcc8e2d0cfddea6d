/** The comments beside a column as a doc comment of TypeScript. */
import type { Comment } from "../sql/token.ts";

/** The lines, with an indent in front; none where the comments say nothing. Directives are no remarks. */
export function docComment(comments: readonly Comment[], indent: string): readonly string[] {
  const lines = comments
    .map(({ text }) => bare(text))
    .filter((text) => !text.startsWith("lockstep:"))
    .flatMap((text) => text.split(/\r\n?|[\n\u2028\u2029]/))
    .map((line) => clean(line.trim()))
    .filter((line) => line !== "");
  const [first] = lines;
  if (first === undefined) return [];
  if (lines.length === 1) return [`${indent}/** ${first} */`];
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`), `${indent} */`];
}

/** A comment without its delimiters, and without the stars that lead the lines of some. Nothing may end one at the end of the text. */
function bare(text: string): string {
  if (text.startsWith("--")) return text.slice(2).trim();
  const inner = text.replace(/^\/\*+/, "").replace(/\*+\/$/, "");
  return inner.replaceAll(/([\n\r][ \t]*)\* ?/g, "$1").trim();
}

/** A line that ends no comment, and in which nothing stands that an editor would not show. */
function clean(line: string): string {
  return line
    .replaceAll("*/", "*\\/")
    .replaceAll(/\p{Cc}+/gu, " ")
    .trimEnd();
}
