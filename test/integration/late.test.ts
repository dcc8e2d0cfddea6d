/** Migrations that came late: applied where both orders are proven to give the same, and refused elsewhere with the file as it was. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, migrateSync, MigrationRunner, type DriverName, type MigrateOptions } from "../../src/index.ts";
import { readState } from "../support/state.ts";
import { rejection } from "../support/rejection.ts";
import { workspace } from "../support/workspace.ts";

const USERS = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)";

interface Made {
  readonly options: MigrateOptions & { readonly database: string };
  /** The same migrations in a database that got them in time. */
  readonly inTime: MigrateOptions & { readonly database: string };
}

function cameLate(late: string, applied: string, driver: DriverName = "node:sqlite"): Made {
  const first = { version: 1, up: USERS };
  const newer = { version: 3, up: applied };
  const database = workspace().path("app.db");
  migrateSync({ database, migrations: [first, newer], driver });
  const migrations = [first, { version: 2, up: late }, newer];
  return {
    options: { database, migrations, driver },
    inTime: { database: workspace().path("app.db"), migrations, driver },
  };
}

function schemaOf(database: string): unknown {
  const handle = new DatabaseSync(database, { readOnly: true });
  const sql = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name";
  const rows = handle.prepare(sql).all();
  handle.close();
  return rows;
}

for (const driver of ["node:sqlite", "better-sqlite3"] as const) {
  describe(`a late migration with ${driver}`, () => {
    it("is applied where both orders give the same, and leaves what the order by version leaves", async () => {
      const { options, inTime } = cameLate(
        "CREATE TABLE tags (name); INSERT INTO tags VALUES ('a')",
        "ALTER TABLE users ADD COLUMN mail; UPDATE users SET mail = name",
        driver,
      );
      const plan = await new MigrationRunner(options).plan();
      assert.deepEqual(
        plan.steps.map(({ version }) => version),
        [2],
      );
      assert.equal((await migrate(options)).applied.length, 1);
      migrateSync(inTime);
      assert.deepEqual(schemaOf(options.database), schemaOf(inTime.database));
      assert.equal(readState(options.database).metadata?.["schema_version"], "3");
    });

    const refused: readonly (readonly [about: string, late: string, applied: string, says: RegExp])[] = [
      [
        "columns of one table would have another order",
        "ALTER TABLE users ADD COLUMN a",
        "ALTER TABLE users ADD COLUMN b",
        /"users"/,
      ],
      [
        "rows are written that the other side touches",
        "UPDATE users SET name = upper(name)",
        "CREATE INDEX by_name ON users (name)",
        /version 2 \(line 1\) .* version 3 \(line 1\)/,
      ],
      ["it cannot run in its place", "CREATE INDEX i ON posts (id)", "CREATE TABLE posts (id)", /no such table/],
    ];
    for (const [about, late, applied, says] of refused) {
      it(`is refused where ${about}, and the file is unchanged`, async () => {
        const { options } = cameLate(late, applied, driver);
        const before = readFileSync(options.database);
        const error = await rejection(migrate(options), "out_of_order");
        assert.match(error.details.problem, says);
        assert.throws(() => migrateSync(options), { code: "out_of_order" });
        assert.ok(readFileSync(options.database).equals(before));
        const { migrations } = await new MigrationRunner(options).status();
        assert.match(migrations[1]?.notProven ?? "", says);
        assert.equal(migrations[1]?.state, "out_of_order");
        assert.equal((await migrate({ ...options, outOfOrder: "allow" })).applied.length, 1);
      });
    }
  });
}

describe("the policy for late migrations", () => {
  it('refuses with "refuse" also what commutes, and tries nothing', async () => {
    const { options } = cameLate("CREATE TABLE tags (name)", "CREATE TABLE posts (id)");
    const error = await rejection(migrate({ ...options, outOfOrder: "refuse" }), "out_of_order");
    assert.doesNotMatch(error.details.problem, /proven/);
  });

  it("refuses where the database is not what its migrations made", async () => {
    const { options } = cameLate("CREATE INDEX by_name ON users (name)", "CREATE TABLE posts (id)");
    const handle = new DatabaseSync(options.database);
    handle.exec("ALTER TABLE users ADD COLUMN by_hand");
    handle.close();
    const error = await rejection(migrate(options), "out_of_order");
    assert.match(error.details.problem, /in the database the table "users" is different/);
  });

  it("lets several starts at once apply it one time", async () => {
    const { options } = cameLate("CREATE TABLE tags (name)", "CREATE TABLE posts (id)");
    const reports = await Promise.all([migrate(options), migrate(options), migrate(options)]);
    assert.equal(reports.flatMap(({ applied }) => applied).length, 1);
  });
});
