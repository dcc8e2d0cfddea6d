/** Sorts out what the annotations of a wanted schema say of renames: what is still to be done, what is done, and what is a mistake. */
import { suggest } from "../diagnostic/suggest.ts";
import type { Schema } from "../schema/schema.ts";
import { foldIdentifier, isSameName } from "../sql/quote.ts";
import { ancestors } from "./ancestors.ts";
import type { Rename } from "./change.ts";

/** An annotation that speaks of what is not there. */
export interface MistakenRename {
  readonly rename: Rename;
  readonly problem: string;
  readonly hint: string;
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
    const verdict =
      rename.kind === "table" ? judge(rename, from.tables, to.tables) : judgeColumn(rename, { from, to, renames });
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
