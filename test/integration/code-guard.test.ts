/** What a migration in code must not do with the handle: each mistake is named, undone, and leaves handle and settings as they were. */
import assert from "node:assert/strict";
import { backup, DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, type ErrorCode } from "../../src/index.ts";
import { first, placeFor, refused, type Up } from "../support/code-mistake.ts";
import { driverNames, openHandle, type OpenHandle } from "../support/handle.ts";
import { rejection } from "../support/rejection.ts";
import { readState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

const texts: readonly (readonly [sql: string, code: ErrorCode])[] = [
  ["BEGIN", "transaction_control"],
  ["  /* now */ begin immediate -- or later", "transaction_control"],
  ["COMMIT", "transaction_control"],
  ["COMMIT; BEGIN", "transaction_control"],
  ["INSERT INTO log VALUES ('x'); END TRANSACTION", "transaction_control"],
  ["ROLLBACK", "transaction_control"],
  ["ROLLBACK; BEGIN IMMEDIATE", "transaction_control"],
  ["VACUUM", "transaction_impossible"],
  ["ATTACH ':memory:' AS other", "transaction_impossible"],
  ["DETACH main", "transaction_impossible"],
  ["PRAGMA journal_mode = WAL", "transaction_impossible"],
  ["PRAGMA main.synchronous(0)", "transaction_impossible"],
  ["PRAGMA writable_schema = ON", "pragma_outlives"],
  ["PRAGMA cache_size = 7", "pragma_outlives"],
];

const harmless: readonly string[] = [
  "INSERT INTO log VALUES ('COMMIT')",
  "SAVEPOINT mine; INSERT INTO log VALUES ('x'); ROLLBACK TO mine; RELEASE mine",
  "CREATE TRIGGER t AFTER INSERT ON one BEGIN INSERT INTO log VALUES (CASE new.a WHEN 1 THEN 2 END); END",
  "PRAGMA user_version = 7",
  "PRAGMA foreign_keys = OFF",
  "PRAGMA legacy_alter_table = ON",
  'CREATE TABLE "begin" ("commit" TEXT DEFAULT \'vacuum\')',
];

for (const driver of driverNames) {
  for (const owner of ["lockstep", "application"] as const) {
    describe(`code on a handle of ${driver} that ${owner} opened`, () => {
      for (const [sql, code] of texts) {
        it(`is refused ${JSON.stringify(sql)}, however it is run, and also where it swallows the error`, async () => {
          const ways: readonly Up[] = [
            (db) => db.exec(sql),
            (db) => {
              db.exec("INSERT INTO log VALUES ('before')");
              try {
                db.exec(sql);
              } catch {}
              db.exec("INSERT INTO log VALUES ('after')");
            },
            ...(sql.includes(";") ? [] : [(db: OpenHandle) => db.prepare(sql).run()]),
          ];
          for (const up of ways) await refused(driver, owner, up, code);
        });
      }

      it("may run what only looks like it", async () => {
        for (const sql of harmless) {
          const { database } = await placeFor(driver, owner);
          await migrate({
            database,
            driver,
            migrations: [first, { version: 2, up: (db: OpenHandle) => db.exec(sql) }],
          });
        }
      });

      it("is stopped where a conflict has rolled the transaction back and it goes on", async () => {
        const message = await refused(
          driver,
          owner,
          (db) => {
            db.exec("INSERT INTO log VALUES ('before')");
            try {
              db.exec("INSERT OR ROLLBACK INTO one VALUES (1)");
            } catch {}
            db.exec("INSERT INTO log VALUES ('after')");
          },
          "transaction_lost",
        );
        assert.match(message, /say ABORT there/);
      });

      it("cannot close the handle", async () => {
        await refused(driver, owner, (db) => db.close(), "handle_closed");
        await refused(
          driver,
          owner,
          (db) => {
            try {
              db.close();
            } catch {}
          },
          "handle_closed",
        );
      });

      it("is refused where it leaves an iterator open, that reads or that writes", async () => {
        for (const sql of ["SELECT a FROM one", "INSERT INTO log VALUES (1), (2), (3) RETURNING who"]) {
          await refused(driver, owner, (db) => iterate(db, sql).next(), "iterator_open");
        }
      });

      it("is told what it threw, also with an iterator open", async () => {
        const up: Up = (db) => {
          iterate(db, "SELECT a FROM one").next();
          throw new Error("half-way");
        };
        await refused(driver, owner, up, "migration_threw");
      });

      it("may read an iterator to its end, or leave it early", async () => {
        const { database } = await placeFor(driver, owner);
        const up: Up = (db) => {
          const found = [...iterate(db, "SELECT a FROM one ORDER BY a")].map((row) => Object.values(row as object)[0]);
          for (const row of iterate(db, "SELECT a FROM one")) if (row !== undefined) break;
          db.exec(`INSERT INTO log VALUES ('${found.join()}')`);
        };
        await migrate({ database, driver, migrations: [first, { version: 2, up }] });
      });
    });
  }

  it(`code that gets past the guards of ${driver} and commits is found out, and is not recorded`, async () => {
    for (const sql of ["COMMIT", "COMMIT; BEGIN", "ROLLBACK; BEGIN IMMEDIATE"]) {
      const path = workspace().path("app.db");
      const handle = openHandle(driver, path);
      const up: Up = (db) => {
        const { exec } = Object.getPrototypeOf(db) as OpenHandle;
        db.exec("INSERT INTO log VALUES ('before')");
        Reflect.apply(exec, db, [sql]);
        Reflect.apply(exec, db, ["INSERT INTO log VALUES ('after')"]);
      };
      const later = { version: 3, up: "CREATE TABLE later (x)" };
      for (const transaction of ["each", "all"] as const) {
        const error = await rejection(
          migrate({ database: handle, transaction, migrations: [first, { version: 2, up }, later] }),
          "transaction_lost",
        );
        assert.equal(error.details.outcome, "unknown");
        const { history = [] } = readState(path);
        assert.equal(
          history.some(({ version }) => version > 1),
          false,
        );
        assert.equal(error.details.databaseVersion, history.length);
      }
      handle.close();
    }
  });
}

describe("code on a connection of lockstep's own", () => {
  it("is denied by the database itself what it gets past the guards, where the library can", async (t) => {
    if (!("setAuthorizer" in DatabaseSync.prototype)) return t.skip("this Node has no authorizer");
    const up: Up = (db) => {
      const { exec } = Object.getPrototypeOf(db) as OpenHandle;
      db.exec("INSERT INTO log VALUES ('before')");
      Reflect.apply(exec, db, ["COMMIT"]);
    };
    await refused("node:sqlite", "lockstep", up, "transaction_control");
  });

  it("is refused a COMMIT by tagged templates too, where the library has them", async (t) => {
    if (!("createTagStore" in DatabaseSync.prototype)) return t.skip("this Node has no tag store");
    const up: Up = (db) => {
      const store = (
        db as unknown as { createTagStore(): { run(parts: TemplateStringsArray): unknown } }
      ).createTagStore();
      return store.run`COMMIT`;
    };
    for (const owner of ["lockstep", "application"] as const) {
      await refused("node:sqlite", owner, up, "transaction_control");
    }
  });

  it("is refused a PRAGMA by better-sqlite3's own method", async () => {
    const up: Up = (db) => (db as unknown as { pragma(text: string): unknown }).pragma("journal_mode = WAL");
    for (const owner of ["lockstep", "application"] as const) {
      await refused("better-sqlite3", owner, up, "transaction_impossible");
    }
  });

  it("without a transaction may do all that, and may give the handle to backup()", async () => {
    const space = workspace();
    const up = async (db: DatabaseSync): Promise<void> => {
      db.exec("BEGIN; INSERT INTO log VALUES ('x'); COMMIT; VACUUM");
      await backup(db, space.path("copy.db"));
    };
    await migrate({ database: space.path("app.db"), migrations: [first, { version: 2, transaction: false, up }] });
    assert.deepEqual(readState(space.path("copy.db")).rows["log"], ["'x'"]);
  });
});

function iterate(db: OpenHandle, sql: string): IterableIterator<unknown> {
  return (db.prepare(sql) as unknown as { iterate(): IterableIterator<unknown> }).iterate();
}
