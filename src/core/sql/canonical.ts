/** The canonical text of SQL: what checksums and comparisons of schema objects are taken over. */
import { readDirective } from "./directive.ts";
import { keywordOf } from "./keywords.ts";
import type { Statement } from "./script.ts";
import type { Token } from "./token.ts";
import { tokenize } from "./tokenizer.ts";

/**
 * The tokens with one space between them and keywords in upper case. Two texts have the same canonical text if and only if
 * they differ in nothing but comments, white space, line ends and the case of keywords: reading the canonical text gives the
 * tokens back. Everything else stays as written. A line end inside a string counts as LF: Git may check it out as CRLF.
 */
export function canonicalText(tokens: readonly Token[]): string {
  let canonical = "";
  for (const token of tokens) {
    if (canonical !== "") canonical += " ";
    canonical += token.kind === "word" ? (keywordOf(token.text) ?? token.text) : withoutReturns(token.text);
  }
  return canonical;
}

/**
 * The canonical texts of statements, with `;` and a line end between them. The `;` inside a trigger has a space before it, so
 * that the statements too can be read back.
 */
export function canonicalScript(statements: readonly Statement[]): string {
  return statements.map(canonicalStatement).join(";\n");
}

/**
 * What a directive says of a statement is part of what it does, though it stands in a comment. In the order of the text. An allowance is
 * not: it lets a statement run where it would be refused, and may be needed on one database after others have run it.
 */
function canonicalStatement({ tokens, directives: all, text }: Statement): string {
  const canonical = canonicalText(tokens);
  const directives = all.filter(({ name }) => name !== "allow");
  if (directives.length === 0) return canonical;
  const beside = tokenize(text)
    .comments.map(readDirective)
    .filter((reading) => reading.kind === "directive");
  const said = [...directives.slice(0, 1), ...beside, ...directives.slice(1)].map(({ name, argument }) => {
    const words = canonicalText(tokenize(argument).tokens);
    return `\n-- lockstep:${name}${words === "" ? "" : ` ${words}`}`;
  });
  return canonical + said.join("");
}

function withoutReturns(text: string): string {
  return text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
}
