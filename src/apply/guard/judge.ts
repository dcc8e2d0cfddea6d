/** Judges, once all is done, whether what was at risk is gone: a table that was made anew with all its rows is none the worse. */
import type { Carry } from "../../core/sql/carry.ts";
import type { Aliases } from "../../core/sql/aliases.ts";
import type { Task } from "../../core/task.ts";
import type { Session } from "../../session.ts";
import type { Destroyed, Risk } from "./risk.ts";
import { count, findTable, holds, type GuardedTable } from "./table.ts";

/** What the statements of the step say of where values have gone. */
export interface Trail {
  /** Whether the statement has run, or is still to run. */
  readonly moment: "done" | "ahead";
  /** The tables that can have taken the place of one at risk, by their folded names. */
  readonly heirs: readonly string[];
  readonly carries: () => readonly Carry[];
  /** The new names of columns, as `table.column`. */
  readonly columns: Aliases;
}

/** What is gone of it, as the heir shows that has the most of it. */
export function* judge(session: Session, risk: Risk, trail: Trail): Task<readonly Destroyed[]> {
  let least: readonly Destroyed[] | undefined;
  for (const name of trail.heirs) {
    const heir = yield* findTable(session, name);
    if (heir === undefined) continue;
    const destroyed = yield* compare(session, { risk, trail, heir });
    if (destroyed.length === 0) return [];
    least ??= destroyed;
  }
  return least ?? lost(risk);
}

/** All of it. Values that go with their rows are not told of. */
function lost(risk: Risk): readonly Destroyed[] {
  if (risk.extent !== "values") return [rowsOf(risk, risk.rows)];
  return [...risk.values].map(([column, values]) => valuesOf(risk, column, values));
}

interface Comparison {
  readonly risk: Risk;
  readonly trail: Trail;
  readonly heir: GuardedTable;
}

function* compare(session: Session, of: Comparison): Task<readonly Destroyed[]> {
  const { risk, heir } = of;
  if (risk.extent !== "values") {
    const now = yield* count(session, heir);
    if (now.rows < risk.rows) return [rowsOf(risk, risk.rows - now.rows)];
  }
  const destroyed: Destroyed[] = [];
  if (risk.extent === "family") {
    const { values } = yield* count(session, heir, risk.values.keys());
    for (const [column, before] of risk.values) {
      const now = values.get(column) ?? 0;
      if (now < before) destroyed.push({ ...valuesOf(risk, column, before - now), code: risk.code });
    }
    return destroyed;
  }
  if (risk.extent === "rows" || risk.allowed.has("drop_column")) return destroyed;
  for (const [column, values] of risk.values) {
    const own = heir.columns.get(column);
    // Of a table that was made anew, it is enough that the column still has values: some may have been mended to NULL on the way.
    const isKept =
      risk.extent === "table" && own !== undefined
        ? own.nulls === "refused" || (yield* holds(session, heir.name, own.name))
        : yield* isElsewhere(session, of, { column, values });
    if (!isKept) destroyed.push(valuesOf(risk, column, values));
  }
  return destroyed;
}

/** Whether another column was filled from it, or has come in its place, and has as many values. */
function* isElsewhere(
  session: Session,
  { risk, trail, heir }: Comparison,
  { column, values }: { readonly column: string; readonly values: number },
): Task<boolean> {
  const former = [...risk.names].flatMap((table) => [...trail.columns.of(`${table}.${column}`)]);
  const named = new Set(former.map((name) => name.slice(name.indexOf(".") + 1)));
  const copied = trail.carries().filter(({ table, from }) => risk.names.has(table) && from === column);
  const places = [...heir.columns.keys()];
  const others = new Set([...named, ...copied.map(({ to }) => (typeof to === "number" ? (places[to] ?? "") : to))]);
  if (trail.moment === "ahead") others.delete(column);
  const candidates = [...others].filter((name) => heir.columns.has(name));
  if (candidates.length === 0) return false;
  const counts = yield* count(session, heir, candidates);
  return candidates.some((name) => (counts.values.get(name) ?? 0) >= values);
}

function rowsOf({ code, table, site }: Risk, lostRows: number): Destroyed {
  return { code, site, loss: { kind: "rows", table: table.name, count: lostRows } };
}

function valuesOf({ table, site }: Risk, column: string, values: number): Destroyed {
  const { name } = table.columns.get(column) ?? { name: column };
  return { code: "drop_column", site, loss: { kind: "values", table: table.name, column: name, count: values } };
}
