/** A rebuild never loses rows: written in any way, run in any way, on a table that everything hangs on. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  migrate,
  MigrationRunner,
  type DatabaseHandle,
  type DriverName,
  type ListedMigration,
} from "../../src/index.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { driverNames, openHandle, pragma, rows, type OpenHandle } from "../support/handle.ts";
import { family, lookAtFamily, makeFamily, PARENTS_INDEX, type Storage } from "./rebuild-family.ts";
import { shapes, toSql, type Shape } from "./rebuild-shape.ts";

useFastFiles();

/** How the statements of a rebuild become a migration. */
const forms: Readonly<Record<string, (statements: readonly string[]) => ListedMigration["up"]>> = {
  "one text of SQL": toSql,
  "code that runs it at once": (statements) => (db: OpenHandle) => db.exec(toSql(statements)),
  "code, statement by statement": (statements) => (db: OpenHandle) => {
    for (const sql of statements) db.exec(sql);
  },
  "code that takes its time": (statements) => async (db: OpenHandle) => {
    for (const sql of statements) {
      db.exec(sql);
      await new Promise((resolve) => setImmediate(resolve));
    }
  },
};

/** How lockstep reaches the database. */
type Opening = "a path" | "a handle with foreign keys on" | "a handle with foreign keys off";

const OPENINGS: readonly Opening[] = ["a path", "a handle with foreign keys on", "a handle with foreign keys off"];

async function withDatabase(
  { path, driver, opening }: { readonly path: string; readonly driver: DriverName; readonly opening: Opening },
  act: (options: { readonly database: string | DatabaseHandle; readonly driver?: DriverName }) => Promise<void>,
): Promise<void> {
  if (opening === "a path") return act({ database: path, driver });
  const handle = openHandle(driver, path);
  const setting = opening === "a handle with foreign keys on" ? 1 : 0;
  handle.exec(`PRAGMA foreign_keys = ${setting}`);
  await act({ database: handle });
  assert.equal(pragma(handle, "foreign_keys"), setting);
  assert.equal(pragma(handle, "legacy_alter_table"), 0);
  // Where they are on, the keys lead to the new table.
  const orphan = "INSERT INTO child_cascade VALUES (9, 9)";
  if (setting === 1) assert.throws(() => handle.exec(orphan), /FOREIGN KEY constraint failed/);
  handle.close();
}

/** A rebuild that adds a column, and one that takes it away again. */
function rebuildOf(
  shape: Shape,
  storage: Storage,
  toBody: (statements: readonly string[]) => ListedMigration["up"],
): ListedMigration {
  return {
    version: 2,
    up: toBody(shape({ storage, more: ["nick TEXT"] })),
    down: toBody(shape({ storage, more: [] })),
  };
}

/** Whether the column that the rebuild adds is there. */
function hasNick(database: string): boolean {
  const handle = openHandle("node:sqlite", database);
  const columns = rows(handle, "SELECT name FROM pragma_table_info('parents')").map(({ name }) => name);
  handle.close();
  return columns.includes("nick");
}

/** One of the ways to run a rebuild. */
interface Way {
  readonly form: string;
  readonly driver: DriverName;
  readonly opening: Opening;
  readonly storage: Storage;
}

/** Each form with each driver; openings and storages in turn, beginning elsewhere for each tool, so that all of them meet. */
function waysFor(turn: number): readonly Way[] {
  return Object.keys(forms).flatMap((form, place) =>
    driverNames.map((driver, side): Way => {
      const opening = OPENINGS[(turn + place + side) % OPENINGS.length] ?? "a path";
      return { form, driver, opening, storage: (turn + side) % 2 === 0 ? "rowid" : "without_rowid" };
    }),
  );
}

describe("a rebuild of a table on which four generations hang", () => {
  for (const [turn, [tool, shape]] of Object.entries(shapes).entries()) {
    it(`loses nothing as ${tool} writes it, in SQL and in code, up and down`, async () => {
      for (const { form, driver, opening, storage } of waysFor(turn)) {
        const path = await makeFamily(storage);
        const before = lookAtFamily(path);
        const migrations = [family(storage), rebuildOf(shape, storage, forms[form] ?? toSql)];
        const told = [form, driver, opening, storage].join(", ");
        await withDatabase({ path, driver, opening }, async (reach) => {
          for (const transaction of ["each", "all"] as const) {
            await migrate({ ...reach, migrations, transaction });
            assert.ok(hasNick(path), told);
            if (transaction === "all") assert.deepEqual(lookAtFamily(path), before, told);
            // What would be lost is measured first, so the way down runs twice, and once it is rolled back.
            await new MigrationRunner({ ...reach, migrations, transaction }).rollback();
            assert.ok(!hasNick(path), told);
          }
        });
        assert.deepEqual(lookAtFamily(path), before, told);
      }
    });
  }
});

/** The statements that rebuild a table from its own text in the schema, under its own name, with everything that it has. */
function rebuildAsItIs(sql: string, name: string, index: number): readonly string[] {
  const interim = `interim_${index}`;
  return [
    sql.replace(/^CREATE TABLE "?\w+"?/, `CREATE TABLE ${interim}`),
    `INSERT INTO ${interim} SELECT * FROM ${name}`,
    `DROP TABLE ${name}`,
    `ALTER TABLE ${interim} RENAME TO ${name}`,
  ];
}

describe("a rebuild of every table of the family in one migration", () => {
  for (const driver of driverNames) {
    for (const order of ["parents first", "parents last"] as const) {
      it(`loses nothing, with ${driver}, ${order}`, async () => {
        for (const storage of ["rowid", "without_rowid"] as const) {
          const path = await makeFamily(storage);
          const before = lookAtFamily(path);
          const handle = openHandle(driver, path);
          handle.exec("PRAGMA foreign_keys = ON");
          const tables = rows(handle, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY rowid");
          const own = tables.filter(({ name }) => !/^(?:metadata|lockstep_history|sqlite_.*)$/.test(String(name)));
          const ordered = order === "parents first" ? own : own.toReversed();
          const statements = ordered.flatMap(({ name, sql }, index) => rebuildAsItIs(String(sql), String(name), index));
          const up = [...statements, PARENTS_INDEX].join(";\n");
          await migrate({ database: handle, migrations: [family(storage), { version: 2, up }] });
          assert.deepEqual(lookAtFamily(path), before);
          handle.close();
        }
      });
    }
  }
});
