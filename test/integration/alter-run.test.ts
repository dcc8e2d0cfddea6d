/** A change of a table in a run: interrupted at every call, together with others, outside of a transaction, and on the way back. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { migrate, MigrationRunner, type ListedMigration } from "../../src/index.ts";
import { ask, databaseOf, everythingIn, openOwn, rebuild, upThrough } from "../support/alter.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { faultyConnection } from "../support/faulty-connection.ts";
import { driverNames, readSettings, type OpenHandle } from "../support/handle.ts";
import { rejection } from "../support/rejection.ts";

useFastFiles();

const SETUP = `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, n INT);
  INSERT INTO t VALUES (1, 'ann', 1), (9, 'bob', 2); DELETE FROM t WHERE id = 9; INSERT INTO t VALUES (5, 'eve', 3);
  CREATE INDEX i ON t (n); CREATE VIEW v AS SELECT name, n FROM t; CREATE TABLE log (what);
  CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.name); END;
  CREATE TABLE u (t INT REFERENCES t ON DELETE CASCADE); INSERT INTO u VALUES (1), (5); ANALYZE`;

const REBUILT = rebuild(
  "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL, n REAL)",
  "renamed title from name",
);

/** What nobody but a rebuild that was made can have left. */
const SHOWS = [
  { title: "ann", type: "real", seq: 9, children: 2 },
  { title: "eve", type: "real", seq: 9, children: 2 },
];

/** All that is not lockstep's own. */
const ofUser = (database: string): unknown => {
  const { schema, rows, kept } = everythingIn(database);
  return { schema, rows, kept };
};

const show = (database: string): unknown =>
  ask(
    database,
    `SELECT title, typeof(n) AS type, (SELECT seq FROM sqlite_sequence) AS seq, (SELECT count(*) FROM u) AS children FROM t`,
  );

for (const driver of driverNames) {
  describe(`a rebuild, with ${driver},`, () => {
    for (const transaction of [true, false]) {
      it(`is made or not made wherever it is interrupted, ${transaction ? "in" : "without"} a transaction`, async () => {
        let made = 0;
        let unmade = 0;
        for (let call = 1; made + unmade === call - 1; call += 1) {
          const database = databaseOf(SETUP, driver);
          const before = ofUser(database);
          const own = openOwn(database, driver);
          const settings = readSettings(own.handle as OpenHandle);
          const connection = faultyConnection(own, { call, moment: "before", kind: "io" });
          const migrations = [{ version: 1, up: REBUILT, transaction }];
          const run = await upThrough(connection, { migrations }).then(
            () => "done",
            () => "failed",
          );
          const failed = connection.calls[call - 1] ?? "none";
          assert.equal(own.inTransaction, false, failed);
          // Where the call that puts a setting back is the one that fails, it cannot be put back.
          if (!failed.startsWith("PRAGMA")) assert.deepEqual(readSettings(own.handle as OpenHandle), settings, failed);
          await own.close();
          if (run === "done" && failed === "none") break;
          const isMade = ask(database, "SELECT 1 FROM pragma_table_info('t') WHERE name = 'title'").length > 0;
          if (isMade) assert.deepEqual(show(database), SHOWS, failed);
          else assert.deepEqual(ofUser(database), before, failed);
          made += isMade ? 1 : 0;
          unmade += isMade ? 0 : 1;
        }
        assert.ok(unmade > 40, `${unmade} calls before it was made`);
      });
    }

    it("is undone with the whole run where a later migration fails", async () => {
      const database = databaseOf(SETUP, driver);
      const before = everythingIn(database);
      const migrations: readonly ListedMigration[] = [
        { version: 1, up: REBUILT },
        { version: 2, up: "SELECT * FROM missing" },
      ];
      await rejection(migrate({ database, driver, migrations, transaction: "all" }), "statement_failed");
      assert.deepEqual(everythingIn(database), before);
      await migrate({ database, driver, migrations: migrations.slice(0, 1), transaction: "all" });
      assert.deepEqual(show(database), SHOWS);
    });

    it("stays where a later migration of its own transaction fails", async () => {
      const database = databaseOf(SETUP, driver);
      const migrations: readonly ListedMigration[] = [
        { version: 1, up: REBUILT },
        { version: 2, up: `${rebuild("CREATE TABLE u (t INT NOT NULL)")}; SELECT * FROM missing` },
      ];
      const error = await rejection(migrate({ database, driver, migrations }), "statement_failed");
      assert.equal(error.details.databaseVersion, 1);
      assert.deepEqual(show(database), SHOWS);
      assert.match(JSON.stringify(ask(database, "SELECT sql FROM sqlite_schema WHERE name = 'u'")), /REFERENCES t/);
    });

    it("is the way back of a down section, with all that belongs to the table", async () => {
      const database = databaseOf(SETUP, driver);
      const before = JSON.stringify(ofUser(database));
      const down = rebuild(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, n INT)",
        "renamed name from title",
      );
      const migrations = [{ version: 1, up: REBUILT, down }];
      const runner = new MigrationRunner({ database, driver, migrations });
      await runner.runMigrations();
      assert.deepEqual(show(database), SHOWS);
      assert.deepEqual(await runner.measureLoss(), []);
      // An older build knows it from the history.
      await new MigrationRunner({ database, driver, migrations: [] }).rollback({ allowLoss: true });
      // SQLite writes a new name in quotes where it stands in other objects.
      assert.equal(JSON.stringify(ofUser(database)).replaceAll('\\"name\\"', "name"), before);
    });
  });
}
