/** Finds the tables that a script rebuilds by hand: a new table, its rows copied, the old one dropped, a rename. */
import { foldIdentifier } from "../sql/quote.ts";
import { classify } from "../sql/statement-kind.ts";
import type { Statement } from "../sql/script.ts";
import { keyword, isNamed } from "./words.ts";
import { unquoteIdentifier } from "../sql/quote.ts";

/** A rebuild by hand. Names are folded as SQLite folds them, positions are those of its statements in the script. */
export interface HandRebuild {
  /** The table as everybody else knows it. */
  readonly table: string;
  /** What the old and the new table are called when the rows are copied. */
  readonly source: string;
  readonly copied: string;
  readonly create: number;
  readonly copy: number;
  readonly drop: number;
  readonly rename: number;
  /** Which table is renamed: the new one at the end, or the old one at the beginning. */
  readonly order: "new_renamed" | "old_renamed";
}

interface Draft {
  readonly created: Map<string, number>;
  readonly copies: Map<string, { readonly into: string; readonly at: number }>;
  readonly dropped: Map<string, number>;
  readonly renamed: Map<string, { readonly to: string; readonly at: number }>;
}

/** The rebuilds of a script, in its order. Its cost is that of the tokens. */
export function findHandRebuilds(statements: readonly Statement[]): readonly HandRebuild[] {
  const draft: Draft = { created: new Map(), copies: new Map(), dropped: new Map(), renamed: new Map() };
  statements.forEach((statement, at) => note(draft, statement, at));
  const found: HandRebuild[] = [];
  for (const [source, { into, at: copy }] of draft.copies) {
    const create = draft.created.get(into);
    const drop = draft.dropped.get(source);
    if (create === undefined || drop === undefined || create > copy || drop < copy) continue;
    const places = { source, copied: into, create, copy, drop };
    const forward = draft.renamed.get(into);
    const back = draft.renamed.get(into === source ? "" : originOf(draft, source));
    if (forward?.to === source && forward.at > drop)
      found.push({ table: source, ...places, rename: forward.at, order: "new_renamed" });
    else if (back?.to === source && back.at < create && originOf(draft, source) === into)
      found.push({ table: into, ...places, rename: back.at, order: "old_renamed" });
  }
  return found.toSorted((left, right) => left.drop - right.drop);
}

/** What a table was called before it was renamed. */
function originOf({ renamed }: Draft, name: string): string {
  for (const [from, { to }] of renamed) if (to === name) return from;
  return "";
}

function note(draft: Draft, statement: Statement, at: number): void {
  const kind = classify(statement);
  if (kind.kind === "schema" && kind.name !== undefined) {
    const name = foldIdentifier(kind.name);
    if (kind.verb === "CREATE" && kind.object === "table") draft.created.set(name, at);
    if (kind.verb === "DROP" && kind.object === "table") draft.dropped.set(name, at);
    if (kind.alteration === "rename_table")
      draft.renamed.set(name, { to: foldIdentifier(unquoteIdentifier(statement.tokens.at(-1)?.text ?? "")), at });
  }
  if (kind.kind !== "data" || kind.table === undefined || (kind.verb !== "INSERT" && kind.verb !== "REPLACE")) return;
  const from = sourceOfCopy(statement);
  if (from !== undefined) draft.copies.set(from, { into: foldIdentifier(kind.table), at });
}

/** The table behind the first FROM of INSERT … SELECT, folded. */
export function sourceOfCopy({ tokens }: Statement): string | undefined {
  const from = tokens.findIndex((token) => keyword(token) === "FROM");
  const name = tokens[from + 1];
  if (from < 0 || name === undefined) return undefined;
  const behind = tokens[from + 2]?.text === "." ? tokens[from + 3] : name;
  if (behind === undefined || !isNamed(behind, unquoteIdentifier(behind.text))) return undefined;
  return foldIdentifier(unquoteIdentifier(behind.text));
}
