/** Random migrations, squashed at a random version: a new database is the same by the short way and by the long one, and a check tells when it is not. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { migrate, MigrationRunner, type Finding } from "../../src/index.ts";
import { runAsync } from "../../src/core/task.ts";
import { asynchronous } from "../../src/mode.ts";
import { squashMigrations } from "../../src/operations/squash-migrations.ts";
import type { SquashReport } from "../../src/report.ts";
import { withSession } from "../../src/session.ts";
import { workspace } from "../support/workspace.ts";
import { stateOf } from "../support/state.ts";
import { tries } from "./tries.ts";

const KINDS = [
  "(a, b)",
  "(id INTEGER PRIMARY KEY, a, b TEXT DEFAULT 'd')",
  "(id INTEGER PRIMARY KEY AUTOINCREMENT, a, b INTEGER)",
  "(a TEXT, b ANY, n INTEGER DEFAULT 1, PRIMARY KEY (a, n)) STRICT, WITHOUT ROWID",
  "(rowid TEXT, a NUMERIC, b REAL, twice AS (b * 2))",
  '("a" BLOB, b VARCHAR(3) COLLATE NOCASE, UNIQUE (a, b) ON CONFLICT IGNORE)',
] as const;

/** A value as SQL, by a way that has nothing in common with how lockstep writes one. */
const value = fc.oneof(
  fc.constant("NULL"),
  fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number.toExponential(20)),
  fc.constantFrom("9e999", "-9e999", "0.0", "1e15", "'007'", "''", "x''", "1.0"),
  fc.uint8Array({ maxLength: 9 }).map((bytes) => `x'${Buffer.from(bytes).toString("hex")}'`),
  fc.string({ unit: "binary", maxLength: 9 }).map((text) => `CAST(x'${Buffer.from(text).toString("hex")}' AS TEXT)`),
  fc.uint8Array({ maxLength: 5 }).map((bytes) => `CAST(x'${Buffer.from(bytes).toString("hex")}' AS TEXT)`),
);

/** What one statement does; the numbers choose among what is there. */
const step = fc.record({
  verb: fc.constantFrom(
    "create",
    "insert",
    "insert",
    "insert",
    "delete",
    "update",
    "drop",
    "rename",
    "column",
    "index",
    "trigger",
    "view",
    "sequence",
    "header",
  ),
  table: fc.nat(),
  kind: fc.nat({ max: KINDS.length - 1 }),
  values: fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 4 }),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The statements of one migration, for the tables that are there. Nothing in them can fail. */
function statementsOf(steps: readonly Step[], tables: string[], next: () => number): string {
  const lines: string[] = [];
  for (const { verb, table, kind, values } of steps) {
    const name = tables[table % Math.max(1, tables.length)];
    const fresh = `t${next()}`;
    const quoted = `"${name ?? ""}"`;
    const rows = values.map(([a, b]) => `(${a}, ${b})`).join(", ");
    if (verb === "create" || name === undefined) {
      tables.push(kind === 3 ? `${fresh} strict` : `${fresh} "odd`.replace('"', kind === 1 ? "" : "-"));
      lines.push(`CREATE TABLE "${tables.at(-1)}" ${KINDS[kind]} ;`);
    } else if (verb === "insert")
      lines.push(
        `INSERT OR IGNORE INTO ${quoted} (a, b) VALUES ${name.endsWith("strict") ? values.map(([, b], index) => `('k${fresh}${index}', ${b})`).join(", ") : rows};`,
      );
    else if (verb === "delete") lines.push(`DELETE FROM ${quoted} WHERE length(hex(b)) % 3 = ${kind % 3};`);
    else if (verb === "update")
      lines.push(`UPDATE OR IGNORE ${quoted} SET b = ${values[0]?.[1] ?? "1"} WHERE length(hex(a)) % 2 = 0;`);
    else if (verb === "drop") {
      lines.push(`DROP TABLE ${quoted};`);
      tables.splice(tables.indexOf(name), 1);
    } else if (verb === "rename") {
      const renamed = name.endsWith("strict") ? `${fresh} strict` : fresh;
      lines.push(`ALTER TABLE ${quoted} RENAME TO "${renamed}";`);
      tables[tables.indexOf(name)] = renamed;
    } else if (verb === "column")
      lines.push(
        `ALTER TABLE ${quoted} ADD COLUMN ${fresh} ${name.endsWith("strict") ? "ANY" : ""} DEFAULT 0.1 -- new\n;`,
      );
    else if (verb === "index") lines.push(`CREATE INDEX ${fresh} ON ${quoted} (b DESC) WHERE a IS NOT NULL;`);
    else if (verb === "trigger")
      lines.push(`CREATE TRIGGER ${fresh} AFTER INSERT ON ${quoted} BEGIN UPDATE ${quoted} SET b = b WHERE 0; END;`);
    else if (verb === "view") lines.push(`CREATE VIEW ${fresh} AS SELECT 1 AS one;`);
    else if (verb === "sequence")
      lines.push(`INSERT OR REPLACE INTO metadata (key, value) VALUES ('${fresh}', ${values[0]?.[0] ?? "1"});`);
    else lines.push(`PRAGMA user_version = ${kind};`);
  }
  return lines.join("\n");
}

/** No test of what depends on time is made here, so that nobody waits for the clock. */
function squash(migrations: string, to: number): Promise<SquashReport> {
  const mode = { ...asynchronous, sleep: () => undefined };
  return runAsync(
    withSession({ database: ":memory:", migrations }, { mode, access: "read" }, (session) =>
      squashMigrations(session, to),
    ),
  );
}

async function databaseOf(migrations: string, to?: number): Promise<unknown> {
  const database = new DatabaseSync(":memory:");
  await migrate({ database, migrations, ...(to === undefined ? {} : { to }) });
  // What was edited has another checksum, also where it makes the same.
  if (to !== undefined) database.exec("DELETE FROM lockstep_history");
  const state = stateOf(database);
  const names = database
    .prepare(
      "SELECT name, wr, sql FROM pragma_table_list JOIN sqlite_schema USING (name) WHERE schema = 'main' ORDER BY name",
    )
    .all();
  const ids = names
    .filter(({ wr, sql, name }) => wr === 0 && String(sql).startsWith("CREATE TABLE") && String(name).startsWith("t"))
    .map(({ name }) => [
      name,
      database.prepare(`SELECT quote(_rowid_) || ' ' || quote(a) AS row FROM "${String(name)}" ORDER BY _rowid_`).all(),
    ]);
  const sequences = names.some(({ name }) => name === "sqlite_sequence")
    ? database.prepare("SELECT name, seq FROM sqlite_sequence ORDER BY name").all()
    : [];
  const settings = database.prepare("PRAGMA user_version").all();
  database.close();
  return { ...state, ids, sequences, settings };
}

it("a squash makes the database that its migrations make", async () => {
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 5 }),
      fc.nat(),
      async (migrations, at) => {
        const space = workspace({ "m/": "" });
        let made = 0;
        const tables: string[] = [];
        const texts = migrations.map((steps) => statementsOf(steps, tables, () => (made += 1)));
        for (const [index, text] of texts.entries()) space.write({ [`m/${index + 1}-m.sql`]: text });
        const directory = space.path("m");
        const long = await databaseOf(directory);
        const to = (at % migrations.length) + 1;
        const { file, sql } = await squash(directory, to);
        writeFileSync(file, sql);
        assert.deepEqual(await databaseOf(directory), long);
        for (let version = 1; version <= to; version += 1) rmSync(space.path("m", `${version}-m.sql`));
        assert.deepEqual(await databaseOf(directory), long);
        // A squash of the squash says the same.
        assert.equal((await squash(directory, to)).sql, sql);
        tried += 1;
        space.remove();
      },
    ),
    tries(40),
  );
  assert.ok(tried > 0);
});

it("a check finds a squash different where a statement more in its migrations makes another database, and nowhere else", async () => {
  const seen = { same: 0, different: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }),
      step,
      async (migrations, more) => {
        const space = workspace({ "m/": "" });
        let made = 0;
        const next = (): number => (made += 1);
        const tables: string[] = [];
        const texts = migrations.map((steps) => statementsOf(steps, tables, next));
        for (const [index, text] of texts.entries()) space.write({ [`m/${index + 1}-m.sql`]: text });
        const directory = space.path("m");
        const to = texts.length;
        const before = await databaseOf(directory, to);
        const { file, sql } = await squash(directory, to);
        writeFileSync(file, sql);
        assert.deepEqual(await staleIn(directory), []);
        space.write({ [`m/${to}-m.sql`]: `${texts.at(-1)}\n${statementsOf([more], tables, next)}` });
        const [finding] = await staleIn(directory);
        assert.ok(finding !== undefined);
        rmSync(file);
        const now = await databaseOf(directory, to);
        const wanted = isDeepStrictEqual(now, before) ? "same" : "different";
        assert.equal(finding.details === undefined ? "same" : "different", wanted, JSON.stringify(finding));
        seen[wanted] += 1;
        space.remove();
      },
    ),
    tries(12),
  );
  assert.ok(seen.same + seen.different > 0);
});

async function staleIn(migrations: string): Promise<readonly Finding[]> {
  const { findings } = await new MigrationRunner({ database: ":memory:", migrations }).check({ cache: "ignore" });
  return findings.filter(({ code }) => code === "squash_stale");
}
