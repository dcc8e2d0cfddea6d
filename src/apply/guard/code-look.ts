/**
 * What the database shows of a migration in code that runs statements which nobody saw: those of another part of the program, or those
 * that were prepared before. Looked at before and after, and no row is counted.
 */
import { foldIdentifier, isSameName } from "../../core/sql/quote.ts";
import type { LossCode } from "../../core/sql/loss-code.ts";
import { wait, type Task } from "../../core/task.ts";
import type { Session } from "../../session.ts";
import type { Destroyed, Site } from "./risk.ts";
import type { RunGuard } from "./run-guard.ts";
import type { StepGuard } from "./step-guard.ts";
import { findTable, holds } from "./table.ts";

/** A table with rows, as it is known again under another name. */
interface Seen {
  readonly name: string;
  /** A RENAME leaves the row of the schema and the root page as they are. */
  readonly identity: string;
  /** The stored columns, as written. */
  readonly columns: readonly string[];
}

/** The tables of the user's that have rows. */
export type CodeLook = readonly Seen[];

/** Looks before the code runs. */
export function* lookBefore(session: Session, run: RunGuard): Task<CodeLook> {
  const seen: Seen[] = [];
  for (const { name, identity } of yield* readTables(session)) {
    if (!run.guards([foldIdentifier(name)])) continue;
    const table = yield* findTable(session, name);
    if (table === undefined || !(yield* holds(session, name))) continue;
    seen.push({ name, identity, columns: [...table.columns.values()].map((column) => column.name) });
  }
  return seen;
}

/** What is gone since, without that which `guard` has looked at more closely. */
export function* lookAfter(
  session: Session,
  { before, guard, site }: { readonly before: CodeLook; readonly guard: StepGuard; readonly site: Site },
): Task<readonly Destroyed[]> {
  const now = yield* readTables(session);
  const destroyed: Destroyed[] = [];
  for (const seen of before) {
    const lose = (code: LossCode, column?: string): void => {
      if (guard.isSettled(code, seen.name) || session.allow.has(code)) return;
      const loss = { kind: "uncounted", table: seen.name, ...(column === undefined ? {} : { column }) } as const;
      destroyed.push({ code, loss, site });
    };
    const names = guard.namesFrom(seen.name);
    const heir =
      now.find(({ name }) => isSameName(name, seen.name)) ??
      now.find(({ name }) => names.has(foldIdentifier(name))) ??
      now.find(({ identity }) => identity === seen.identity);
    const table = heir === undefined ? undefined : yield* findTable(session, heir.name);
    if (table === undefined) {
      lose("drop_table");
      continue;
    }
    if (!(yield* holds(session, table.name))) lose("delete_all_rows");
    const columns = [...table.columns.values()].map(({ name }) => foldIdentifier(name));
    const isSameTable = heir?.identity === seen.identity && columns.length >= seen.columns.length;
    for (const [index, column] of seen.columns.entries()) {
      const known = guard.columnsFrom(table.name, column);
      const own = columns.some((name) => known.includes(name));
      // A RENAME COLUMN leaves the column in its place.
      const isRenamed = isSameTable && !seen.columns.some((other) => foldIdentifier(other) === columns[index]);
      if (!own && !isRenamed) lose("drop_column", column);
    }
  }
  return destroyed;
}

function* readTables({ connection }: Session): Task<readonly { readonly name: string; readonly identity: string }[]> {
  const rows = yield* wait(
    connection.query("SELECT rowid AS place, name, rootpage FROM main.sqlite_schema WHERE type = 'table'"),
  );
  return rows.map((row) => ({
    name: String(row["name"]),
    identity: `${String(row["place"])} ${String(row["rootpage"])}`,
  }));
}
