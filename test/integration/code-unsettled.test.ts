/** A migration in code whose promise can never settle, in a process that has nothing else to do: it must not end in silence. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { migrate } from "../../src/index.ts";
import { launch } from "../support/child.ts";
import { project } from "../support/project.ts";
import { readState } from "../support/state.ts";

const bodies: Readonly<Record<string, string>> = {
  "in a transaction":
    "export const up = (db) => { db.exec('INSERT INTO a VALUES (2)'); return new Promise(() => {}); };",
  "in an await": "export async function up(db) { db.exec('INSERT INTO a VALUES (2)'); await new Promise(() => {}); }",
  "as a thenable": "export const up = (db) => { db.exec('INSERT INTO a VALUES (2)'); return { then() {} }; };",
};

describe("a promise that can never settle", () => {
  for (const [title, body] of Object.entries(bodies)) {
    for (const transaction of ["each", "all"] as const) {
      it(`is told and rolled back: ${title}, transaction: "${transaction}"`, async () => {
        const made = project({ "001-a.sql": "CREATE TABLE a (x); INSERT INTO a VALUES (1)" });
        await migrate(made.options);
        const before = readState(made.database);
        made.add({ "002-never.mjs": body });
        const child = await launch({ ...made.options, transaction });
        child.start();
        const { exitCode, error } = await child.ended;
        assert.deepEqual({ exitCode, error }, { exitCode: 1, error: "migration_unsettled" });
        assert.deepEqual(readState(made.database), before);
        made.add({ "002-never.mjs": "export const up = (db) => db.exec('INSERT INTO a VALUES (2)');" });
        assert.equal((await migrate({ ...made.options, lockTimeoutMs: 0 })).toVersion, 2);
      });
    }
  }

  it("without a transaction is told too, and the migration runs again", async () => {
    const made = project({
      "001-a.mjs": "export const transaction = false; export const up = () => new Promise(() => {});",
    });
    const child = await launch(made.options);
    child.start();
    assert.equal((await child.ended).error, "migration_unsettled");
    made.add({
      "001-a.mjs": "export const transaction = false; export const up = (db) => db.exec('CREATE TABLE a (x)');",
    });
    assert.equal((await migrate({ ...made.options, lockTimeoutMs: 0 })).toVersion, 1);
  });
});
