/** A build that is allowed to go on with a newer database: what it does with late, edited and half-way ones, in every call. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, migrateSync, MigrationRunner, type ListedMigration, type MigrateOptions } from "../../src/index.ts";
import { lookUp } from "../support/oracle.ts";
import { rejection } from "../support/rejection.ts";
import { callers, provoke } from "../support/source-refusal.ts";
import { readState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

/** A table for each version, with a way down in SQL. */
function table(version: number): ListedMigration {
  return { version, name: `T${version}`, up: `CREATE TABLE t${version} (x)`, down: `DROP TABLE t${version}` };
}

const tables = [1, 2, 3, 4].map(table);

type Options = MigrateOptions & { readonly database: string };

/** What an older build is given, on a database that a newer one has brought to its version. */
function allowed(known: readonly number[], newer: readonly ListedMigration[]): Options {
  const database = workspace().path("app.db");
  migrateSync({ database, migrations: newer });
  return { database, migrations: newer.filter(({ version }) => known.includes(version)), newerDatabase: "allow" };
}

describe("where a newer database is allowed", () => {
  it("nothing is done by any call where nothing is pending", async () => {
    const options = allowed([1, 2], tables.slice(0, 4));
    const before = readState(options.database);
    for (const call of Object.values(callers)) {
      const report = await call(options);
      assert.deepEqual(report, { database: options.database, fromVersion: 4, toVersion: 4, applied: [] });
    }
    assert.deepEqual(readState(options.database), before);
  });

  it("what is pending here is older than what is there, and came late: it is refused", async () => {
    const options = { ...allowed([1], [table(1), table(4)]), migrations: tables.slice(0, 3) };
    for (const call of Object.values(callers)) {
      const { details } = await provoke("out_of_order", options.database, () => call(options), { version: 4 });
      assert.match(
        details.problem,
        /^versions 2 and 3 came late: not applied, and older than version 4, which is; .*: the file of version 4 is not there$/,
      );
    }
    const { migrations } = await new MigrationRunner(options).status();
    assert.deepEqual(
      migrations.map(({ version, state }) => `${version} ${state}`),
      ["1 applied", "2 out_of_order", "3 out_of_order", "4 missing"],
    );
    await provoke("out_of_order", options.database, () => new MigrationRunner(options).plan());
  });

  it("what came late is applied where that is allowed as well, and the version stays what it was", async () => {
    const late = {
      ...allowed([1], [table(1), table(4)]),
      migrations: tables.slice(0, 3),
      outOfOrder: "allow" as const,
    };
    const plan = await new MigrationRunner(late).plan();
    assert.deepEqual([plan.fromVersion, plan.toVersion, plan.steps.map(({ version }) => version)], [4, 4, [2, 3]]);
    const report = await migrate(late);
    assert.deepEqual([report.fromVersion, report.toVersion, report.applied.length], [4, 4, 2]);
    assert.deepEqual(lookUp(late.database, "SELECT version FROM lockstep_history ORDER BY version"), [1, 2, 3, 4]);
    assert.equal(readState(late.database).metadata?.["schema_version"], "4");
  });

  it("an edited one is refused as anywhere", async () => {
    const options = allowed([1], [table(1), table(4)]);
    const edited = { ...table(1), up: "CREATE TABLE t1 (x, y)" };
    const late = { ...options, migrations: [edited, table(2)], outOfOrder: "allow" as const };
    await provoke("changed", late.database, () => migrate(late), { version: 4 });
    assert.equal((await migrate({ ...late, changed: "allow" })).applied.length, 1);
  });

  it("a target is measured by the version that is there", async () => {
    const options = allowed([1, 2], tables.slice(0, 4));
    await provoke("target_behind", options.database, () => migrate({ ...options, to: 2 }), { version: 4 });
    await provoke("version_unknown", options.database, () => migrate({ ...options, to: 9 }), { version: 4 });
    assert.deepEqual((await migrate({ ...options, to: 4 })).applied, []);
  });

  it("status tells the same as where it is not", async () => {
    const options = allowed([1, 2], tables.slice(0, 4));
    const status = await new MigrationRunner(options).status();
    assert.deepEqual(
      status,
      await new MigrationRunner({ ...options, newerDatabase: "refuse" }).status(),
      "it tells what is, not what may be done",
    );
    assert.deepEqual([status.currentVersion, status.upToDate], [4, false]);
  });

  it("a baseline is measured by the version that is there", async () => {
    for (const newerDatabase of ["allow", "refuse"] as const) {
      const options = { ...allowed([1, 2], tables.slice(0, 4)), newerDatabase };
      const runner = new MigrationRunner(options);
      await provoke("target_behind", options.database, () => runner.baseline(2), { version: 4 });
      assert.deepEqual((await runner.baseline(4)).marked, []);
    }
  });

  it("a way down undoes the newest one, known here or not", async () => {
    for (const newerDatabase of ["allow", "refuse"] as const) {
      const runner = new MigrationRunner({ ...allowed([1, 2], tables.slice(0, 4)), newerDatabase });
      const { reverted, toVersion } = await runner.rollback();
      assert.deepEqual([reverted.map(({ version }) => version), toVersion], [[4], 3]);
      assert.deepEqual(
        (await runner.plan({ direction: "down", to: 1 })).steps.map(({ version, origin }) => [version, origin]),
        [
          [3, "history"],
          [2, "source"],
        ],
      );
    }
  });

  it("one that stopped half-way down has to be finished first", async () => {
    const half = { version: 2, transaction: false, up: "CREATE TABLE t2 (x)", down: "DROP TABLE t2; DROP TABLE t2" };
    const options = allowed([1], [table(1), half]);
    const newer = new MigrationRunner({ ...options, migrations: [table(1), half] });
    await rejection(newer.rollback({ allowLoss: true }), "statement_failed");
    const { details } = await provoke("partial_mismatch", options.database, () => migrate(options), { version: 2 });
    assert.match(details.problem, /version 2 is half-way down/);
  });
});

describe("the version of a hand-written runner that is ahead of every file", () => {
  const ahead = (): Options => {
    const database = workspace().path("app.db");
    const sql = tables.slice(0, 2).map(({ up }) => String(up));
    const handle = new DatabaseSync(database);
    handle.exec(
      `CREATE TABLE metadata (key TEXT PRIMARY KEY, value TEXT); INSERT INTO metadata VALUES ('schema_version', '7'); ${sql.join(";")}`,
    );
    handle.close();
    return { database, migrations: tables.slice(0, 2) };
  };

  it("is in the status, which is not up to date", async () => {
    const { upToDate, migrations } = await new MigrationRunner(ahead()).status();
    assert.equal(upToDate, false);
    assert.deepEqual(
      migrations.map(({ version, name, state }) => `${version} ${name} ${state}`),
      ["1 T1 applied", "2 T2 applied", "7 Migration 7 missing"],
    );
  });

  it("is the newest one, so that nothing below it is undone", async () => {
    const options = ahead();
    const runner = new MigrationRunner(options);
    for (const act of [() => runner.rollback({ allowLoss: true }), () => runner.plan({ direction: "down" })]) {
      const { details } = await provoke("irreversible", options.database, act, { version: 7 });
      assert.equal(details.migration?.version, 7);
    }
  });
});
