/** What hangs on columns that go: found before anything runs, and refused by name. */
import { mentionsIn } from "../schema/edit/mentions.ts";
import type { Index, Trigger } from "../schema/schema.ts";
import type { Expression } from "../schema/span.ts";
import type { Column } from "../schema/table.ts";
import { foldIdentifier, isSameName, quoteIdentifier, unquoteIdentifier } from "../sql/quote.ts";
import { tokenize } from "../sql/tokenizer.ts";
import { misplacing } from "./by-order.ts";
import { brokenReader } from "./full-text.ts";
import { lostKey } from "./parent-key.ts";
import { alterProblem, type AlterProblem } from "./problem.ts";
import type { TableChange } from "./table-change.ts";

/** The first object that could not go on with the wanted table. Views and the bodies of triggers are left to SQLite. */
export function findStranded(change: TableChange): AlterProblem | undefined {
  const { schema, current, wanted, match, renames } = change;
  // A new column of the same name takes the place of the old one; one that is renamed brings its own with it.
  const names = wanted.columns.map(({ name }) => foldIdentifier(name));
  const stay = new Set(names.filter((name) => !renames.has(name)));
  const gone = match.dropped.filter(({ name }) => !stay.has(foldIdentifier(name)));
  const isOn = ({ table }: Index | Trigger): boolean => isSameName(table, current.name);
  for (const index of schema.indexes.filter(isOn)) {
    const column = gone.find(({ name }) => isIn(index, name));
    if (column !== undefined) return stranded("index", index.name, column);
  }
  for (const trigger of schema.triggers.filter(isOn)) {
    // SQLite does not notice: the trigger would stay, and never run again.
    const column = gone.find(({ name }) => trigger.columns?.some((own) => isSameName(own, name)) === true);
    if (column !== undefined) return stranded("trigger", trigger.name, column);
  }
  return brokenReader(change) ?? lostKey(change) ?? misplacing(change);
}

function stranded(kind: "index" | "trigger", name: string, column: Column): AlterProblem {
  return alterProblem(
    `the ${kind} "${name}" needs the column "${column.name}", which is to go`,
    `drop it first: DROP ${kind.toUpperCase()} ${quoteIdentifier(name)}`,
  );
}

/** Whether an index is about a column, or computes something from it. */
function isIn({ terms, where }: Index, name: string): boolean {
  const isTerm = terms.some((term) =>
    term.kind === "column" ? isSameName(term.name, name) : isMentioned(term.expression, name),
  );
  return isTerm || (where !== undefined && isMentioned(where, name));
}

function isMentioned(expression: Expression, name: string): boolean {
  const mentions = mentionsIn(expression);
  if (mentions !== undefined) return mentions.some((mention) => isSameName(mention.name, name));
  return tokenize(expression.text).tokens.some(({ text }) => isSameName(unquoteIdentifier(text), name));
}
