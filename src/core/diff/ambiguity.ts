/** Finds what may have been renamed, and sorts out what somebody says of it. Nothing is ever guessed. */
import { suggest } from "../diagnostic/suggest.ts";
import type { Schema } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";
import { foldIdentifier, isSameName } from "../sql/quote.ts";
import type { Rename } from "./change.ts";
import { keyOf } from "./diff-table.ts";

/** Something that is gone where something else is new: it may have been renamed, or the one dropped and the other added. */
export type RenameQuestion =
  | { readonly kind: "table"; readonly from: string; readonly candidates: readonly string[] }
  | {
      readonly kind: "column";
      /** The name of the table in the wanted schema. */
      readonly table: string;
      readonly from: string;
      readonly candidates: readonly string[];
    };

/** An annotation that speaks of what is not there. */
export interface MistakenRename {
  readonly rename: Rename;
  readonly problem: string;
  readonly hint: string;
}

/** The tables that are gone where others are new, but for those whose new name is known. */
export function tableQuestions(from: Schema, to: Schema, renames: readonly Rename[]): readonly RenameQuestion[] {
  const { gone, added } = unpaired(from.tables, to.tables, (name) =>
    renames.some((rename) => rename.kind === "table" && [rename.from, rename.to].some((own) => isSameName(own, name))),
  );
  return added.length === 0 ? [] : gone.map((name) => ({ kind: "table", from: name, candidates: added }));
}

/** The columns that are gone from tables which stay, where others are new. A generated column has no values that could be lost. */
export function columnQuestions(from: Schema, to: Schema, renames: readonly Rename[]): readonly RenameQuestion[] {
  const ancestorOf = ancestors(from, renames);
  return to.tables.flatMap((wanted): readonly RenameQuestion[] => {
    const current = ancestorOf(wanted);
    if (current === undefined) return [];
    const isStored = ({ generated }: Table["columns"][number]): boolean => generated === undefined;
    const { gone, added } = unpaired(current.columns.filter(isStored), wanted.columns, (name, side) =>
      renames.some(
        (rename) =>
          rename.kind === "column" &&
          isSameName(rename.table, wanted.name) &&
          isSameName(side === "gone" ? rename.from : rename.to, name),
      ),
    );
    // A generated column takes no values, so that nothing can have become one.
    const candidates = added.filter((name) =>
      wanted.columns.some((column) => column.name === name && isStored(column)),
    );
    if (candidates.length === 0) return [];
    return gone.map((name) => ({ kind: "column", table: wanted.name, from: name, candidates }));
  });
}

/** Finds the table that becomes a wanted one; there is none for a new one. */
export function ancestors(
  { tables }: Schema,
  renames: readonly Rename[],
): (wanted: { readonly name: string }) => Table | undefined {
  const byName = new Map(tables.map((table) => [keyOf(table), table]));
  const oldNames = new Map(
    renames.flatMap(({ kind, from, to }) => (kind === "table" ? [[foldIdentifier(to), foldIdentifier(from)]] : [])),
  );
  return (wanted) => byName.get(oldNames.get(keyOf(wanted)) ?? keyOf(wanted));
}

/** The names that only one of two lists has, in their order, but for those of which something is known. */
function unpaired(
  left: readonly { readonly name: string }[],
  right: readonly { readonly name: string }[],
  isKnown: (name: string, side: "gone" | "added") => boolean,
): { readonly gone: readonly string[]; readonly added: readonly string[] } {
  const [before, after] = [left, right].map((list) => new Set(list.map(keyOf)));
  return {
    gone: left.filter((one) => after?.has(keyOf(one)) === false && !isKnown(one.name, "gone")).map(({ name }) => name),
    added: right
      .filter((one) => before?.has(keyOf(one)) === false && !isKnown(one.name, "added"))
      .map(({ name }) => name),
  };
}

/** What annotations come to: those that are carried out already say nothing any more. */
export type Settled =
  | { readonly kind: "settled"; readonly renames: readonly Rename[] }
  | ({ readonly kind: "mistaken" } & MistakenRename);

/** Sorts out the annotations of a wanted schema. One whose new name is there already has been carried out. */
export function settleAnnotations(from: Schema, to: Schema, annotations: readonly Rename[]): Settled {
  const circular = annotations.find((rename) => isCircular(rename, annotations));
  if (circular !== undefined) {
    const problem = `the annotations lead from "${circular.from}" to "${circular.to}" and back: once followed, they would say the same again`;
    const hint = "leave the annotations out; names are swapped in a migration of your own, by way of a third name";
    return { kind: "mistaken", rename: circular, problem, hint };
  }
  const renames: Rename[] = [];
  // The names of tables first: those of columns are looked for in the tables that they lead to.
  for (const rename of [...annotations.filter(isOfTable), ...annotations.filter((one) => !isOfTable(one))]) {
    const verdict = isOfTable(rename)
      ? judge(rename, from.tables, to.tables)
      : judgeColumn(rename as Extract<Rename, { kind: "column" }>, { from, to, renames });
    if (verdict === "done") continue;
    if (verdict === "open") renames.push(rename);
    else return { kind: "mistaken", rename, ...verdict };
  }
  const twice = renames.find((one) => renames.some((other) => other !== one && isSameSource(one, other)));
  if (twice === undefined) return { kind: "settled", renames };
  const hint = "leave one of the two annotations out";
  return { kind: "mistaken", rename: twice, problem: `two are renamed from "${twice.from}"`, hint };
}

/** Whether annotations lead from a name back to it. Once carried out, they would ask for the same again. */
function isCircular(rename: Rename, annotations: readonly Rename[]): boolean {
  const isBefore = (one: Rename, next: Rename): boolean =>
    one.kind === next.kind &&
    isSameName(one.to, next.from) &&
    (one.kind === "table" || next.kind === "table" || isSameName(one.table, next.table));
  let at: Rename | undefined = rename;
  for (let steps = 0; steps < annotations.length && at !== undefined; steps += 1) {
    const next: Rename = at;
    at = annotations.find((one) => one !== next && isBefore(one, next));
    if (at === rename) return true;
  }
  return false;
}

type Verdict = "done" | "open" | { readonly problem: string; readonly hint: string };

function judgeColumn(
  rename: Extract<Rename, { kind: "column" }>,
  { from, to, renames }: { readonly from: Schema; readonly to: Schema; readonly renames: readonly Rename[] },
): Verdict {
  const wanted = to.tables.find(({ name }) => isSameName(name, rename.table));
  const current = wanted === undefined ? undefined : ancestors(from, renames)(wanted);
  return wanted === undefined || current === undefined ? "done" : judge(rename, current.columns, wanted.columns);
}

type Named = { readonly name: string };

function judge({ kind, from, to }: Rename, before: readonly Named[], after: readonly Named[]): Verdict {
  const has = (list: readonly Named[], name: string): boolean => list.some((one) => isSameName(one.name, name));
  if (has(before, to)) return "done";
  if (!has(before, from)) {
    const known = before.map(({ name }) => name);
    const near = suggest(from, known);
    return {
      problem: `"${to}" is annotated as renamed from "${from}", and there is no such ${kind} today`,
      hint: near === undefined ? `there are ${known.join(", ")}` : `did you mean "${near}"?`,
    };
  }
  if (!has(after, from)) return "open";
  return {
    problem: `"${to}" is annotated as renamed from "${from}", and the wanted schema still has that ${kind}`,
    hint: `leave out the annotation; if a new "${from}" is to come, add it when the rename is applied`,
  };
}

function isOfTable({ kind }: Rename): boolean {
  return kind === "table";
}

function isSameSource(left: Rename, right: Rename): boolean {
  const place = (rename: Rename): string => (rename.kind === "table" ? "" : foldIdentifier(rename.table));
  return left.kind === right.kind && isSameName(left.from, right.from) && place(left) === place(right);
}
