/** What a migration in code has left behind when it returns: it may not use the database any more, and the application may. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { migrate, migrateSync } from "../../src/index.ts";
import { first, placeFor, refused, type Up } from "../support/code-mistake.ts";
import { driverNames, openHandle, type OpenHandle } from "../support/handle.ts";
import { rejection, thrown } from "../support/rejection.ts";
import { readState } from "../support/state.ts";

for (const driver of driverNames) {
  for (const owner of ["lockstep", "application"] as const) {
    describe(`code on a handle of ${driver} that ${owner} opened`, () => {
      for (const [when, pause] of [
        ["in the same turn of the event loop", () => Promise.resolve()],
        ["after a while", () => sleep(30)],
      ] as const) {
        it(`is refused where it forgets an await and goes on ${when}`, async () => {
          const later = async (db: OpenHandle): Promise<void> => {
            await pause();
            db.exec("INSERT INTO log VALUES ('late')");
          };
          await refused(driver, owner, (db) => void later(db).catch(() => undefined), "await_missing");
          if (when !== "after a while") return;
          let open = (): void => undefined;
          const gate = new Promise<void>((resolve) => {
            open = resolve;
          });
          const asynchronous: Up = async (db) => {
            db.exec("INSERT INTO log VALUES ('in time')");
            void gate.then(() => db.exec("INSERT INTO log VALUES ('late')")).catch(() => undefined);
            await sleep(1);
            // However slow the machine is, this comes when the function has returned.
            setTimeout(open, 10);
          };
          await refused(driver, owner, asynchronous, "await_missing");
        });
      }

      it("never writes after its end, however late it comes", async () => {
        const place = await placeFor(driver, owner);
        let told: unknown;
        let end = (): void => undefined;
        const ended = new Promise<void>((resolve) => {
          end = resolve;
        });
        const up: Up = (db) => {
          const statement = db.prepare("INSERT INTO log VALUES ('late')");
          setTimeout(() => {
            for (const act of [() => statement.run(), () => db.exec("DROP TABLE log")]) {
              try {
                act();
              } catch (error) {
                told = error;
              }
            }
            end();
          }, 20);
        };
        await migrate({ database: place.database, driver, migrations: [first, { version: 2, up }] });
        await ended;
        assert.match(String(told), owner === "application" ? /after its function had returned/ : /./);
        assert.deepEqual(readState(place.path).rows, place.before.rows);
      });

      it("is given up after migrationTimeoutMs where its promise does not settle", async () => {
        const place = await placeFor(driver, owner);
        const keepAlive = setInterval(() => undefined, 1000);
        const up: Up = (db) => {
          db.exec("INSERT INTO log VALUES ('before')");
          return new Promise(() => undefined);
        };
        const error = await rejection(
          migrate({
            database: place.database,
            driver,
            migrations: [first, { version: 2, up }],
            migrationTimeoutMs: 20,
          }),
          "migration_unsettled",
        );
        clearInterval(keepAlive);
        assert.match(error.message, /within 20 ms/);
        place.checkUnchanged();
      });

      it("in migrateSync() is refused where it begins asynchronous work, which then writes nothing", async () => {
        const ways: readonly Up[] = [
          async (db) => {
            await sleep(5);
            db.exec("INSERT INTO log VALUES ('late')");
          },
          (db) =>
            void sleep(5)
              .then(() => db.exec("INSERT INTO log VALUES ('late')"))
              .catch(() => undefined),
        ];
        for (const up of ways) {
          const place = await placeFor(driver, owner);
          const act = (): unknown =>
            migrateSync({ database: place.database, driver, migrations: [first, { version: 2, up }] });
          assert.equal(thrown(act, "synchronous_only").details.outcome, "rolled_back");
          await sleep(20);
          place.checkUnchanged();
        }
      });
    });
  }

  describe(`the application's own handle of ${driver}`, () => {
    it("is what the migration gets, and is as it was when it has run", async () => {
      const handle = openHandle(driver, ":memory:");
      const own = Reflect.ownKeys(handle);
      let given: unknown;
      const up: Up = (db) => {
        given = db;
      };
      await migrate({ database: handle, migrations: [first, { version: 2, up }] });
      assert.equal(given, handle);
      assert.deepEqual(Reflect.ownKeys(handle), own);
    });

    it("works as ever for the rest of the application while a migration waits, and after it", async () => {
      const handle = openHandle(driver, ":memory:");
      let statement: ReturnType<OpenHandle["prepare"]> | undefined;
      const up: Up = async (db) => {
        statement = db.prepare("SELECT count(*) AS count FROM one");
        await sleep(20);
        db.exec("INSERT INTO log VALUES ('migration')");
      };
      const done = migrate({ database: handle, migrations: [first, { version: 2, up }] });
      await sleep(5);
      assert.deepEqual(handle.prepare("SELECT a FROM one").all().length, 3);
      await done;
      // A statement that the application kept from it.
      assert.deepEqual({ ...(statement?.get() as object) }, { count: 3 });
      handle.exec("BEGIN; INSERT INTO log VALUES ('application'); COMMIT");
      assert.equal(handle.prepare("SELECT who FROM log").all().length, 2);
      handle.close();
    });

    it("is watched by two migrations one after the other", async () => {
      const handle = openHandle(driver, ":memory:");
      const insert: Up = async (db) => {
        await sleep(1);
        db.prepare("INSERT INTO log VALUES ('x')").run();
      };
      const migrations = [first, { version: 2, up: insert }, { version: 3, up: insert }];
      await migrate({ database: handle, migrations });
      const up: Up = (db) => db.exec("COMMIT");
      await rejection(
        migrate({ database: handle, migrations: [...migrations, { version: 4, up }] }),
        "transaction_control",
      );
      assert.equal(handle.prepare("SELECT who FROM log").all().length, 2);
    });
  });
}
