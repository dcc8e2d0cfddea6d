/** Triggers that fill the table by the order of its columns: in another order each value would go into another column, and SQLite takes it. */
import { foldIdentifier, isSameName, unquoteIdentifier } from "../sql/quote.ts";
import { keywordOf } from "../sql/keywords.ts";
import type { Token } from "../sql/token.ts";
import { tokenize } from "../sql/tokenizer.ts";
import { alterProblem, type AlterProblem } from "./problem.ts";
import type { TableChange } from "./table-change.ts";

/** The first trigger that would put values where others belong. */
export function misplacing(change: TableChange): AlterProblem | undefined {
  if (!hasOtherOrder(change)) return undefined;
  const { name } = change.current;
  const trigger = change.schema.triggers.find(({ sql }) => fillsByOrder(tokenize(sql).tokens, name));
  if (trigger === undefined) return undefined;
  return alterProblem(
    `the trigger "${trigger.name}" fills "${name}" by the order of its columns, which would be another`,
    "drop it before, and create it anew behind the rebuild, with the names of the columns it fills",
  );
}

/** Where their number is another too, the trigger does not compile, and that is found. */
function hasOtherOrder({ current, match }: TableChange): boolean {
  const before = current.columns.filter(({ generated }) => generated === undefined);
  const after = match.columns.filter(({ kind }) => kind !== "generated");
  if (before.length !== after.length) return false;
  return after.some((source, index) => {
    const from = source.kind === "kept" ? source.from : source.column;
    return !isSameName(from.name, before[index]?.name ?? "");
  });
}

/** Whether there is an INSERT INTO the table without a list of columns behind its name. */
function fillsByOrder(tokens: readonly Token[], table: string): boolean {
  return tokens.some(({ text }, index) => {
    if (keywordOf(text) !== "INTO") return false;
    const isQualified = tokens[index + 2]?.text === ".";
    const [name, next] = [tokens[index + (isQualified ? 3 : 1)], tokens[index + (isQualified ? 4 : 2)]];
    if (name === undefined || foldIdentifier(unquoteIdentifier(name.text)) !== foldIdentifier(table)) return false;
    return ["VALUES", "SELECT", "WITH"].includes(keywordOf(next?.text ?? "") ?? "");
  });
}
