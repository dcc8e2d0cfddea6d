/** Dumps of random schemas: they load, give the same schema and the same dump, and do not depend on the order of creation. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { inspectSync, MigrationRunner, type ListedMigration } from "../../src/index.ts";
import { effort } from "../support/effort.ts";
import { dumpOf, hasPython, hasShell, loadWithPython, loadWithShell, type LoadedObject } from "../support/load-dump.ts";
import { look } from "../support/oracle.ts";
import { schema } from "../support/schema-arbitrary.ts";
import { distinctNames, doubleQuoted } from "../support/schema-text.ts";
import { workspace } from "../support/workspace.ts";
import { tries } from "./tries.ts";

/** A CREATE statement, and whether its place among the others counts: that of a trigger does, for how it fires. */
interface Statement {
  readonly sql: string;
  readonly kind: "table" | "trigger" | "other";
}

/** Virtual tables with names of all kinds. Some of them take a name that another one has, or that its shadow tables have. */
const virtualTables: fc.Arbitrary<readonly Statement[]> = distinctNames(0, 2).chain((names) =>
  fc
    .array(fc.constantFrom("fts5(a, b)", "fts5(a, content='')", "fts4(a)", "rtree(id, low, high)"), {
      minLength: names.length,
      maxLength: names.length,
    })
    .map((modules) =>
      names.map(({ name }, index) => ({
        sql: `CREATE VIRTUAL TABLE ${doubleQuoted(`${name}%`)} USING ${modules[index] ?? ""}`,
        kind: "other" as const,
      })),
    ),
);

const statements: fc.Arbitrary<readonly Statement[]> = fc
  .tuple(schema, virtualTables)
  .map(([{ tables, others }, more]): readonly Statement[] => [
    ...tables.map(({ sql }) => ({ sql, kind: "table" as const })),
    ...others.map(({ sql, expected }) => ({
      sql,
      kind: expected["kind"] === "trigger" ? ("trigger" as const) : ("other" as const),
    })),
    ...more,
  ]);

/** The version and the names of migrations that are marked as applied. */
const history: fc.Arbitrary<readonly ListedMigration[]> = fc
  .array(fc.record({ version: fc.integer({ min: 1, max: 1000 }), name: fc.string({ unit: "binary" }) }), {
    maxLength: 3,
  })
  .map((all) => {
    const byVersion = new Map(all.map((one) => [one.version, one]));
    return [...byVersion.values()].map(({ version, name }) => ({ version, name: withoutNul(name), up: "SELECT 1" }));
  });

/** SQL can hold no NUL. */
function withoutNul(name: string): string {
  return `n${name.replaceAll("\0", "")}`;
}

const counts = { tried: 0, objects: 0 };

/** Makes what SQLite takes of the statements, and gives those. */
function make(all: readonly Statement[]): { readonly database: DatabaseSync; readonly made: readonly Statement[] } {
  const database = new DatabaseSync(":memory:");
  const made = all.filter(({ sql }) => {
    try {
      database.exec(sql);
      return true;
    } catch {
      return false;
    }
  });
  counts.tried += 1;
  counts.objects += made.length;
  return { database, made };
}

function load(dump: string): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  database.exec(dump);
  return database;
}

/** The objects as they are stored. */
function objectsOf(database: DatabaseSync): readonly LoadedObject[] {
  const rows = database.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").all();
  return rows.map(({ type, name, sql }) => ({
    type: String(type),
    name: String(name),
    sql: sql === null ? null : String(sql),
  }));
}

/** What inspect reads, with each list by name. */
function inspected(database: DatabaseSync): unknown {
  return Object.entries(inspectSync({ database })).map(([kind, objects]) => [
    kind,
    [...(objects as readonly { readonly name: string }[])].toSorted((left, right) => (left.name < right.name ? -1 : 1)),
  ]);
}

/** The statements in another order: tables first, and triggers among themselves as they were. */
function reorder(made: readonly Statement[], seeds: readonly number[]): readonly Statement[] {
  const keyed = made.map((statement, index) => ({ statement, key: seeds[index % seeds.length] ?? 0 }));
  const shuffled = keyed.toSorted((left, right) => left.key - right.key).map(({ statement }) => statement);
  const triggers = made.filter(({ kind }) => kind === "trigger");
  const others = shuffled.filter(({ kind }) => kind !== "table");
  return [
    ...shuffled.filter(({ kind }) => kind === "table"),
    ...others.map((statement) => (statement.kind === "trigger" ? (triggers.shift() ?? statement) : statement)),
  ];
}

describe("dumps of random schemas", () => {
  it("load, and give the same objects, the same schema and the same dump", async () => {
    await fc.assert(
      fc.asyncProperty(statements, history, async (all, migrations) => {
        const { database } = make(all);
        const last = Math.max(0, ...migrations.map(({ version }) => version));
        if (last > 0) await new MigrationRunner({ database, migrations }).baseline(last);
        const dump = await dumpOf({ database });
        const loaded = load(dump);
        assert.deepEqual(objectsOf(loaded), objectsOf(database));
        assert.deepEqual(inspected(loaded), inspected(database));
        assert.equal(await dumpOf({ database: loaded }), dump);
        if (last === 0) return;
        const rows = (handle: DatabaseSync): unknown =>
          handle.prepare("SELECT version, name, checksum FROM lockstep_history ORDER BY version").all();
        assert.deepEqual(rows(loaded), rows(database));
        assert.equal((await new MigrationRunner({ database: loaded, migrations }).status()).upToDate, true);
      }),
      tries(150),
    );
  });

  it("are the same for every order in which the objects were made", async () => {
    const seeds = fc.array(fc.nat(), { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(statements, seeds, async (all, keys) => {
        const { database, made } = make(all);
        const other = make(reorder(made, keys));
        assert.equal(other.made.length, made.length);
        assert.equal(await dumpOf({ database: other.database }), await dumpOf({ database }));
      }),
      tries(100),
    );
  });

  it(
    "load in Python's SQLite, and make the same objects",
    { skip: hasPython ? false : "there is no Python" },
    async () => {
      const dumps: string[] = [];
      const expected: (readonly LoadedObject[])[] = [];
      const { numRuns, ...rest } = tries(100);
      for (const all of fc.sample(statements, { numRuns, ...rest })) {
        const { database } = make(all.filter(isOld));
        dumps.push(await dumpOf({ database }));
        expected.push(objectsOf(database));
      }
      const loaded = loadWithPython(dumps);
      loaded.forEach((objects, index) => assert.deepEqual(objects, expected[index], dumps[index]));
    },
  );

  it(
    "load in the sqlite3 shell, and make the same objects",
    { skip: hasShell ? false : "there is no shell" },
    async () => {
      // A process for each of them.
      const numRuns = effort === "sample" ? 20 : 200;
      for (const all of fc.sample(statements, { ...tries(20), numRuns })) {
        const { database } = make(all.filter(isOld));
        const space = workspace();
        const dump = await dumpOf({ database });
        loadWithShell(space.path("new.db"), dump);
        const objects = look(space.path("new.db"), "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name");
        // It takes the line ends of Windows for its own.
        const expected = objectsOf(database).map(({ sql, ...rest }) => ({
          ...rest,
          sql: sql?.replaceAll("\r\n", "\n") ?? null,
        }));
        assert.deepEqual(objects, expected, dump);
        space.remove();
      }
    },
  );

  it("were tried on schemas with several objects", () => {
    assert.ok(counts.objects / counts.tried > 2, JSON.stringify(counts));
  });
});

/** Whether an SQLite of some years ago knows the syntax: digits with `_` between them came with 3.46. */
function isOld({ sql }: Statement): boolean {
  return !sql.includes("1_000");
}
