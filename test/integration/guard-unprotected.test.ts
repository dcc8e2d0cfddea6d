/** A migration in SQL without a transaction: what it would destroy is refused in front of the statement, for nothing takes it back. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ask, databaseOf } from "../support/alter.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { rejection } from "../support/rejection.ts";
import { passes, PEOPLE, run, ways } from "./guard-project.ts";

useFastFiles();

const NEW = "CREATE TABLE new_people (id INTEGER PRIMARY KEY, name TEXT, email TEXT)";
const COPY = "INSERT INTO new_people SELECT id, name, email FROM people";
const SWAP = "DROP TABLE people; ALTER TABLE new_people RENAME TO people";
const more = { transaction: false };

/** What is refused with how many statements done, and what loses nothing. */
const unsafe: readonly (readonly [sql: string, done: number])[] = [
  ["VACUUM; DROP TABLE people", 1],
  ["ALTER TABLE people DROP COLUMN email", 0],
  ["DELETE FROM people; INSERT INTO people (id) VALUES (1), (2), (3)", 0],
  [`${NEW}; ${COPY} WHERE id > 1; ${SWAP}`, 2],
  [`CREATE TABLE new_people (id, name); INSERT INTO new_people SELECT id, name FROM people; ${SWAP}`, 2],
  [
    "ALTER TABLE people ADD COLUMN mail; ALTER TABLE people DROP COLUMN email; ALTER TABLE people RENAME COLUMN mail TO email",
    1,
  ],
];
const safe: readonly string[] = [
  "VACUUM; DROP TABLE empty",
  "ALTER TABLE people DROP COLUMN age",
  "DELETE FROM people WHERE id > 0; DELETE FROM people",
  `${NEW}; ${COPY}; ${SWAP}`,
  "ALTER TABLE people RENAME TO old; CREATE TABLE people (id, name, email); INSERT INTO people SELECT id, name, email FROM old; DROP TABLE old",
  "ALTER TABLE people ADD COLUMN mail; UPDATE people SET mail = email; ALTER TABLE people DROP COLUMN email; ALTER TABLE people RENAME COLUMN mail TO email",
  "VACUUM;\n-- lockstep:allow drop_table\nDROP TABLE people",
];

for (const way of ways.filter(({ by }) => by === "path")) {
  describe(`a way up without a transaction, with ${way.driver}`, () => {
    for (const [up, done] of unsafe) {
      it(`is stopped: ${up}`, async () => {
        const database = databaseOf(PEOPLE);
        const { details } = await rejection(
          run(database, way, { migrations: [{ version: 1, up, ...more }] }),
          "would_lose_data",
        );
        assert.equal(details.outcome, "partial");
        assert.equal(details.progress?.done, done);
        assert.equal(details.statement?.position, done + 1);
        assert.deepEqual(ask(database, "SELECT count(*) AS n, count(email) AS e FROM people"), [{ n: 3, e: 2 }]);
        // The next run carries on where it is allowed.
        const allow = ["drop_table", "drop_column", "delete_all_rows"] as const;
        await run(database, way, { migrations: [{ version: 1, up, ...more }], allow });
        assert.deepEqual(ask(database, "SELECT max(version) AS v FROM lockstep_history"), [{ v: 1 }]);
      });
    }

    for (const up of safe) {
      it(`goes on: ${up}`, async () => {
        await passes(way, { up, more });
      });
    }

    it("knows what the statements before it have renamed, also those of an earlier run", async () => {
      const database = databaseOf(PEOPLE);
      const up = (third: string): string =>
        `ALTER TABLE people RENAME TO old; CREATE TABLE people (id, name, email); ${third}; DROP TABLE old`;
      const broken = { version: 1, up: up("INSERT INTO people SELECT nothing FROM old"), ...more };
      await rejection(run(database, way, { migrations: [broken] }), "statement_failed");
      const whole = { version: 1, up: up("INSERT INTO people SELECT id, name, email FROM old"), ...more };
      await run(database, way, { migrations: [whole] });
      assert.deepEqual(ask(database, "SELECT count(*) AS n FROM people"), [{ n: 3 }]);
    });
  });
}
