/** Which tables the modules of virtual tables make by themselves: a dump must leave those to them, and no others. */
import type { Schema, VirtualTable } from "../core/schema/schema.ts";
import type { Table } from "../core/schema/table.ts";
import { foldIdentifier, unquoteIdentifier } from "../core/sql/quote.ts";
import { tokenize } from "../core/sql/tokenizer.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";
import { LockstepError } from "../error.ts";
import type { Session } from "../session.ts";

/**
 * The schema with each table where a dump needs it. SQLite tells shadow tables by their names alone: `docs_content` counts as one of
 * an FTS5 table `docs`, also where it is the application's own and holds the texts that `docs` is about. So each virtual table is
 * made once on an empty database, to see what comes with it. Throws `schema_unreadable` where nobody here knows the module.
 */
export function* separateShadowTables(session: Session, schema: Schema): Task<Schema> {
  const { virtualTables } = schema;
  for (const virtual of virtualTables) refuseUnknown(session, schema, virtual);
  if (!virtualTables.some(({ shadowTables }) => shadowTables.length > 0)) return schema;
  const made = yield* makeThem(session, virtualTables);
  const isMade = (virtual: VirtualTable, { name }: Table): boolean =>
    made.get(virtual)?.has(foldIdentifier(name)) ?? !isMentioned(virtual, name);
  const apart = virtualTables.map((virtual) => ({
    virtual: { ...virtual, shadowTables: virtual.shadowTables.filter((table) => isMade(virtual, table)) },
    tables: virtual.shadowTables.filter((table) => !isMade(virtual, table)),
  }));
  return {
    ...schema,
    tables: [...schema.tables, ...apart.flatMap(({ tables }) => tables)],
    virtualTables: apart.map(({ virtual }) => virtual),
  };
}

/** The tables that come with each virtual table, by folded name. One that cannot be made there is missing. */
function* makeThem(
  session: Session,
  virtualTables: readonly VirtualTable[],
): Task<ReadonlyMap<VirtualTable, ReadonlySet<string>>> {
  const made = new Map<VirtualTable, ReadonlySet<string>>();
  const scratch = session.openScratch();
  try {
    for (const virtual of virtualTables) {
      const before = yield* tablesOf(scratch);
      if (!(yield* isExecuted(scratch, virtual.sql))) continue;
      const after = yield* tablesOf(scratch);
      made.set(virtual, new Set([...after].filter((name) => !before.has(name))));
    }
  } finally {
    yield* wait(scratch.close());
  }
  return made;
}

/** False where the database refuses it: an extension that only the caller's connection has, or a table that the module looks for. */
function* isExecuted(connection: Connection, sql: string): Task<boolean> {
  try {
    yield* wait(connection.execute(sql));
    return true;
  } catch (error) {
    if (connection.failure(error)?.kind !== "other") throw error;
    return false;
  }
}

function* tablesOf(connection: Connection): Task<ReadonlySet<string>> {
  const rows = yield* wait(connection.query("SELECT name FROM sqlite_schema WHERE type = 'table'"));
  return new Set(rows.map((row) => foldIdentifier(String(row["name"]))));
}

/** A table that the definition names, as FTS does that of its texts, is not one that the module makes. */
function isMentioned({ sql }: VirtualTable, name: string): boolean {
  const { tokens } = tokenize(sql);
  return tokens.some(({ text }) => foldIdentifier(unquoteIdentifier(text)) === foldIdentifier(name));
}

/** Without its module, SQLite does not know which tables are its shadow tables: they would be made twice. */
function refuseUnknown({ database }: Session, { tables }: Schema, virtual: VirtualTable): void {
  if (virtual.columns !== undefined || virtual.shadowTables.length > 0) return;
  const prefix = `${foldIdentifier(virtual.name)}_`;
  const doubtful = tables.filter(({ name }) => foldIdentifier(name).startsWith(prefix)).map(({ name }) => name);
  if (doubtful.length === 0) return;
  throw new LockstepError({
    code: "schema_unreadable",
    problem: `the virtual table ${JSON.stringify(virtual.name)} is of the module ${virtual.module}, which this connection does not have: whether ${doubtful.join(", ")} belongs to it cannot be told`,
    place: { kind: "database", database },
    outcome: "unchanged",
    hint: "pass an open handle that has the module loaded: new MigrationRunner({ database: handle, … }).dump()",
  });
}
