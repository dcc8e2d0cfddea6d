/** The independent answer: a fresh database with the wanted table, filled by plain INSERT statements with values mapped in JavaScript. */
import type { DriverName } from "../../src/index.ts";
import { openHandle, type OpenHandle } from "../support/handle.ts";
import type { DrawnChange } from "./altered-change.ts";
import { columnOf, isRowid, nameOf, quoted, type TableSpec } from "./altered-table.ts";
import { isSameValue, type Stored } from "./altered-value.ts";
import { rowidAlias, type World } from "./altered-world.ts";

/** What should come of a change. */
export type Verdict =
  | { readonly kind: "fails"; readonly stage: "create" | "rows" | "others" | "rename"; readonly why: string }
  | {
      readonly kind: "made";
      readonly database: OpenHandle;
      /** Values that are others now, such as '007' that became 7. */
      readonly losses: readonly string[];
      /** Rows that point at nothing, or keys that lead to nothing unique. */
      readonly orphans: string;
    };

type RowOf = ReadonlyMap<number, string>;

function all(database: Pick<OpenHandle, "prepare">, sql: string): readonly Readonly<Record<string, unknown>>[] {
  return database.prepare(sql).all() as readonly Readonly<Record<string, unknown>>[];
}

/** The rows as literals, in the order of their row ids or keys; -1 is the row id. */
function readRows(database: Pick<OpenHandle, "prepare">, table: TableSpec): readonly RowOf[] {
  const ids = table.columns.map(({ id }) => id);
  const rowid = table.withoutRowid ? "NULL" : rowidAlias(table);
  const values = [rowid, ...ids.map((id) => nameOf(table, id))].map((value, index) => `quote(${value}) AS c${index}`);
  const key = table.key.kind === "columns" ? table.key.columns.map((id) => nameOf(table, id)).join(", ") : "1";
  const sql = `SELECT ${values.join(", ")} FROM main.${quoted(table.name)} ORDER BY ${table.withoutRowid ? key : rowid}`;
  return all(database, sql).map((row) => new Map([-1, ...ids].map((id, index) => [id, String(row[`c${index}`])])));
}

/** Every other object as SQLite itself leaves it when the columns have their new names. */
function renamedObjects(
  database: OpenHandle,
  old: TableSpec,
  wanted: TableSpec,
): readonly Readonly<Record<string, unknown>>[] {
  const renames = wanted.columns.flatMap(({ id, name }) => {
    const before = columnOf(old, id)?.name;
    return before === undefined || before.toLowerCase() === name.toLowerCase() ? [] : [{ before, name }];
  });
  const gone = old.columns.filter(({ id }) => columnOf(wanted, id) === undefined);
  const blocking = gone.filter(({ name: own }) => renames.some(({ name }) => name.toLowerCase() === own.toLowerCase()));
  const rename = (from: string, to: string): void => {
    database.exec(`ALTER TABLE main.${quoted(old.name)} RENAME COLUMN ${quoted(from)} TO ${quoted(to)}`);
  };
  for (const [index, { name }] of blocking.entries()) rename(name, `gone ${index}`);
  for (const [index, { before }] of renames.entries()) rename(before, `moving ${index}`);
  for (const [index, { name }] of renames.entries()) rename(`moving ${index}`, name);
  return all(
    database,
    "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
  );
}

/** Copies a table that does not change. */
function copyTable(
  from: OpenHandle,
  to: OpenHandle,
  { name, sql }: { readonly name: string; readonly sql: string },
): void {
  to.exec(sql);
  const columns = all(from, `SELECT name FROM pragma_table_info('${name}')`).map((row) => quoted(String(row["name"])));
  const names = ["rowid", ...columns];
  for (const row of all(
    from,
    `SELECT ${names.map((own, index) => `quote(${own}) AS c${index}`).join(", ")} FROM ${quoted(name)}`,
  ))
    to.exec(`INSERT INTO ${quoted(name)} (${names.join(", ")}) VALUES (${Object.values(row).join(", ")})`);
}

/** Asks for the verdict. `copy` is a copy of the world as it was, in the same library, which is spoilt. */
export function judge(
  driver: DriverName,
  copy: OpenHandle,
  { table: old }: Pick<World, "table">,
  change: DrawnChange,
): Verdict {
  const { wanted } = change;
  const rows = readRows(copy, old);
  const sequence =
    all(copy, "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").length > 0
      ? all(
          copy,
          `SELECT CAST(seq AS TEXT) AS seq FROM sqlite_sequence WHERE name = '${old.name.replaceAll("'", "''")}'`,
        )[0]?.["seq"]
      : undefined;
  const fails = (stage: "create" | "rows" | "others" | "rename", error: unknown): Verdict => ({
    kind: "fails",
    stage,
    why: (error as Error).message,
  });
  let objects: ReturnType<typeof renamedObjects>;
  try {
    objects = renamedObjects(copy, old, wanted);
  } catch (error) {
    return fails("rename", error);
  }
  const database = openHandle(driver, ":memory:");
  database.exec("PRAGMA foreign_keys = OFF");
  const others = objects.filter(({ name }) => String(name) !== old.name);
  for (const { type, name, sql } of others)
    if (type === "table") copyTable(copy, database, { name: String(name), sql: String(sql) });
  try {
    database.exec(plainSql(change.sql));
  } catch (error) {
    return fails("create", error);
  }
  let losses: readonly string[];
  try {
    for (const [index, row] of rows.entries()) database.exec(insertOf(old, change, { row, index, count: rows.length }));
    losses = findLosses(database, { old, change, rows });
  } catch (error) {
    return fails("rows", error);
  }
  try {
    for (const { type, sql } of others) if (type !== "table") database.exec(String(sql));
    compileAll(database);
  } catch (error) {
    return fails("others", error);
  }
  keepSequence(database, { old, wanted, last: typeof sequence === "string" ? sequence : undefined });
  return { kind: "made", database, losses, orphans: orphansOf(database) };
}

/** The statement as anybody would run it: comments and all, and not on top of the old table. */
function plainSql(sql: string): string {
  return sql.split("-- lockstep:rebuild\n")[1] ?? "";
}

interface Place {
  readonly row: RowOf;
  readonly index: number;
  readonly count: number;
}

/** Where the row id comes from: it stays, where there was one and no other column takes its place. */
function rowidOf(old: TableSpec, wanted: TableSpec, { row, index }: Place): readonly (readonly [string, string])[] {
  const kept = old.withoutRowid ? String(index + 1) : (row.get(-1) ?? "NULL");
  if (wanted.withoutRowid) return [];
  if (wanted.key.kind !== "rowid") return [[rowidAlias(wanted), kept]];
  const { column } = wanted.key;
  return columnOf(old, column) === undefined ? [[nameOf(wanted, column), kept]] : [];
}

function insertOf(old: TableSpec, { wanted, computed }: DrawnChange, place: Place): string {
  const values = new Map(rowidOf(old, wanted, place));
  for (const { id, generated } of wanted.columns) {
    if (generated !== undefined) continue;
    const before = columnOf(old, id) === undefined ? undefined : place.row.get(id);
    const value = computed.get(id)?.value(place.row, place.count) ?? before;
    if (value === undefined) continue;
    if (isRowid(wanted, id) && value === "NULL") throw new Error("NULL would become a number");
    values.set(nameOf(wanted, id), value);
  }
  const names = [...values.keys()].join(", ");
  if (values.size === 0) return `INSERT INTO main.${quoted(wanted.name)} DEFAULT VALUES`;
  return `INSERT INTO main.${quoted(wanted.name)} (${names}) VALUES (${[...values.values()].join(", ")})`;
}

/** Finds each new row by its values: it is read right after it was inserted, from a table that has only it. */
function findLosses(
  database: OpenHandle,
  { old, change, rows }: { readonly old: TableSpec; readonly change: DrawnChange; readonly rows: readonly RowOf[] },
): readonly string[] {
  const { wanted, computed } = change;
  const kept = wanted.columns.filter(
    ({ id, generated }) => generated === undefined && !computed.has(id) && columnOf(old, id) !== undefined,
  );
  const losses: string[] = [];
  if (kept.length === 0) return losses;
  const list = kept.map(
    ({ name }, index) => `quote(${quoted(name)}) AS q${index}, CAST(${quoted(name)} AS TEXT) AS t${index}`,
  );
  const table = `main.${quoted(wanted.name)}`;
  for (const [index, row] of rows.entries()) {
    database.exec(`SAVEPOINT one; DELETE FROM ${table}; ${insertOf(old, change, { row, index, count: rows.length })}`);
    const [found] = all(database, `SELECT ${list.join(", ")} FROM ${table}`);
    database.exec("ROLLBACK TO one; RELEASE one");
    for (const [place, { id, name }] of kept.entries()) {
      const before: Stored = { literal: row.get(id) ?? "NULL", text: null };
      const text = found?.[`t${place}`];
      const after: Stored = { literal: String(found?.[`q${place}`]), text: typeof text === "string" ? text : null };
      if (!isSameValue(before, after)) losses.push(`${name}: ${before.literal} → ${after.literal}`);
    }
  }
  return losses;
}

/** Compiles every view, and for every table what runs its triggers. */
function compileAll(database: OpenHandle): void {
  const objects = all(
    database,
    "SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'",
  );
  for (const { type, name } of objects) {
    const own = `main.${quoted(String(name))}`;
    if (type === "view") {
      database.prepare(`SELECT * FROM ${own}`);
      continue;
    }
    const columns = all(
      database,
      `SELECT name FROM pragma_table_xinfo('${String(name).replaceAll("'", "''")}') WHERE hidden = 0`,
    );
    const values = columns.map((row) => `${quoted(String(row["name"]))} = NULL`);
    for (const sql of [
      `INSERT INTO ${own} DEFAULT VALUES`,
      `DELETE FROM ${own}`,
      `UPDATE ${own} SET ${values.join(", ")}`,
    ])
      database.prepare(sql);
  }
}

function keepSequence(
  database: OpenHandle,
  { old, wanted, last }: { readonly old: TableSpec; readonly wanted: TableSpec; readonly last: string | undefined },
): void {
  const isKept = [old, wanted].every(({ key }) => key.kind === "rowid" && key.autoincrement);
  if (!isKept || last === undefined) return;
  const name = old.name.replaceAll("'", "''");
  const count = all(database, `SELECT 1 FROM sqlite_sequence WHERE name = '${name}'`).length;
  if (count === 0) database.exec(`INSERT INTO sqlite_sequence (name, seq) VALUES ('${name}', ${last})`);
  else database.exec(`UPDATE sqlite_sequence SET seq = max(seq, ${last}) WHERE name = '${name}'`);
}

/** What PRAGMA foreign_key_check says, or why it cannot. */
export function orphansOf(database: Pick<OpenHandle, "prepare">): string {
  try {
    const rows = all(
      database,
      'SELECT "table", count(*) AS n, parent FROM pragma_foreign_key_check GROUP BY 1, 3 ORDER BY 1, 3',
    );
    return JSON.stringify(rows);
  } catch (error) {
    return (error as Error).message;
  }
}
