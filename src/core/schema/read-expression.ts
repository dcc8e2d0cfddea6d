/** Finds where an expression ends that no parentheses hold, without reading what it means. */
import type { DefinitionReader } from "./reader.ts";
import type { Expression } from "./span.ts";

/**
 * Takes an expression up to a comma, a closing parenthesis, the end, or one of the keywords in `stops`.
 *
 * Most keywords that can follow an expression can also be names in it: `WHEN begin = 1 BEGIN`. SQLite tells them apart by what it
 * expects. An operand: then the word is a name. Something behind an operand: then it is the keyword.
 */
export function readExpression(reader: DefinitionReader, stops: readonly string[] = []): Expression {
  const first = reader.at;
  let expects: "operand" | "operator" = "operand";
  let openCases = 0;
  while (!reader.isAtEnd && !reader.isOperator(",") && !reader.isOperator(")")) {
    const keyword = reader.keyword();
    if (reader.isOperator("(")) {
      reader.skipGroup();
      expects = "operator";
      continue;
    }
    if (expects === "operator" && openCases === 0 && keyword !== undefined && stops.includes(keyword)) break;
    if (keyword === "CASE") openCases += 1;
    if (keyword === "END" && expects === "operator") openCases -= 1;
    expects = isOperand(reader, expects) ? "operator" : "operand";
    reader.skip();
  }
  if (reader.at === first) reader.fail("an expression");
  return reader.expression(reader.spanFrom(first));
}

/** Words behind which an operand follows, wherever they stand. */
const ALWAYS_OPERATORS: ReadonlySet<string> = new Set(
  "AND AS BETWEEN CASE COLLATE DISTINCT ELSE ESCAPE EXISTS FROM IN IS NOT OR THEN WHEN".split(" "),
);

/** Words that are operators behind an operand, and names where one is expected. */
const OPERATORS_BEHIND_OPERAND: ReadonlySet<string> = new Set(["LIKE", "GLOB", "REGEXP", "MATCH"]);

/** Whether the next token is an operand or ends one. */
function isOperand(reader: DefinitionReader, expects: "operand" | "operator"): boolean {
  const keyword = reader.keyword();
  if (keyword === undefined) return reader.token()?.kind !== "operator";
  if (ALWAYS_OPERATORS.has(keyword)) return false;
  return expects === "operand" || !OPERATORS_BEHIND_OPERAND.has(keyword);
}
