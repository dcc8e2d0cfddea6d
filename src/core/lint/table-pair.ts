/** A table before and after: what a rebuild, or an ALTER TABLE, makes of it. */
import { readIntent } from "../alter/read-intent.ts";
import type { Column, Table } from "../schema/table.ts";
import { foldIdentifier, isSameName } from "../sql/quote.ts";
import type { LintContext } from "./context.ts";
import type { HandRebuild } from "./hand-rebuild.ts";
import type { SchemaModel } from "./schema-model.ts";
import type { Part } from "./rule.ts";
import { placeOfName } from "./words.ts";

/** A table and what becomes of it. */
export interface TablePair {
  /** `intent`: behind `-- lockstep:rebuild`. `hand`: copied by the script itself. `alter`: ALTER TABLE. */
  readonly form: "intent" | "hand" | "alter";
  readonly old: Table;
  readonly next: Table;
  /** What the old table is called in the database as it is now. */
  readonly name: string;
  readonly place: Part;
  /** Columns whose values are computed anew, folded. */
  readonly computed: ReadonlySet<string>;
  /** The old name of each renamed column, by the new one; both folded. */
  readonly renames: ReadonlyMap<string, string>;
}

const NONE: ReadonlySet<string> = new Set();
const NO_RENAMES: ReadonlyMap<string, string> = new Map();

const known = new WeakMap<LintContext, TablePair | undefined>();

/** The table that a statement changes; undefined where it changes none, or where that is not known. */
export function tablePair(context: LintContext): TablePair | undefined {
  if (known.has(context)) return known.get(context);
  const pair = readPair(context);
  known.set(context, pair);
  return pair;
}

function readPair(context: LintContext): TablePair | undefined {
  const { kind, statement, before, after, position, rebuilds } = context;
  if (kind.kind === "rebuild") {
    const old = before.table(kind.table);
    const intent = readIntent(statement);
    if (old === undefined || "kind" in intent) return undefined;
    return {
      form: "intent",
      old,
      next: intent.wanted,
      name: old.name,
      place: placeOfName(statement, kind.table),
      computed: new Set(intent.copies.keys()),
      renames: new Map([...intent.renames].map(([name, { from }]) => [name, from])),
    };
  }
  if (kind.kind === "schema" && kind.verb === "ALTER" && kind.name !== undefined) {
    const isChange = kind.alteration === "set_not_null" || kind.alteration === "add_check";
    const [old, next] = [before.table(kind.name), after.table(kind.name)];
    if (!isChange || old === undefined || next === undefined || old === next) return undefined;
    const place = placeOfName(statement, kind.name);
    return { form: "alter", old, next, name: old.name, place, computed: NONE, renames: NO_RENAMES };
  }
  const hand = rebuilds.find(({ copy }) => copy === position);
  if (hand === undefined) return undefined;
  const [old, next] = [before.table(hand.source), before.table(hand.copied)];
  if (old === undefined || next === undefined) return undefined;
  return {
    form: "hand",
    old,
    next,
    name: rebuiltName(hand, before),
    place: placeOfName(statement, hand.copied),
    computed: NONE,
    renames: NO_RENAMES,
  };
}

/** The name of a table that is rebuilt by hand, in the case in which it is written. The schema is that in front of the copy, or of the drop. */
export function rebuiltName({ order, source, copied, table }: HandRebuild, before: SchemaModel): string {
  return before.table(order === "new_renamed" ? source : copied)?.name ?? table;
}

/** The columns that both have and whose values are taken over. A new name counts as the old one. */
export function keptColumns({
  old,
  next,
  computed,
  renames,
}: TablePair): readonly { readonly old: Column; readonly next: Column }[] {
  const byName = new Map(old.columns.map((column) => [foldIdentifier(column.name), column]));
  return next.columns.flatMap((column) => {
    const key = foldIdentifier(column.name);
    const before = byName.get(renames.get(key) ?? key);
    return before === undefined || computed.has(key) ? [] : [{ old: before, next: column }];
  });
}

/** The columns that are not there any more, under any name. */
export function lostColumns({ old, next, renames }: TablePair): readonly Column[] {
  const sources = new Set(renames.values());
  return old.columns.filter(
    ({ name, generated }) =>
      generated === undefined &&
      !sources.has(foldIdentifier(name)) &&
      !next.columns.some((column) => isSameName(column.name, name)),
  );
}
