/** Marking migrations as applied without running them, and everything else that MigrationRunner tells. */
import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, MigrationRunner } from "../../src/index.ts";
import { eventLog } from "../support/events.ts";
import { driverNames } from "../support/handle.ts";
import { makeHandWritten, metadataShapes } from "../support/hand-written.ts";
import { look, lookUp } from "../support/oracle.ts";
import { project, type Project } from "../support/project.ts";
import { rejection } from "../support/rejection.ts";
import { readState } from "../support/state.ts";

const files = {
  "001-users.sql": "CREATE TABLE users (id);\n-- lockstep:down\nDROP TABLE users",
  "002-notes.mjs": "export const name = 'Take notes'; export const up = (db) => db.exec('CREATE TABLE notes (a)');",
  "003-tags.sql": "CREATE TABLE tags (a)",
};

/** A project whose database already has what the first two migrations make. */
function existing(): Project {
  const made = project(files);
  const handle = new DatabaseSync(made.database);
  handle.exec("CREATE TABLE users (id); CREATE TABLE notes (a); INSERT INTO users VALUES (1)");
  handle.close();
  return made;
}

for (const driver of driverNames) {
  describe(`a baseline with ${driver}`, () => {
    it("marks every migration up to its version and runs none", async () => {
      const { database, options, path } = existing();
      const log = eventLog();
      const runner = new MigrationRunner({ ...options, driver, onEvent: log.onEvent });
      assert.deepEqual(await runner.baseline(2), {
        database,
        fromVersion: 0,
        toVersion: 2,
        marked: [
          { version: 1, name: "Users", file: path("migrations", "001-users.sql") },
          { version: 2, name: "Notes", file: path("migrations", "002-notes.mjs") },
        ],
      });
      const history = look(database, "SELECT * FROM lockstep_history");
      assert.match(String(history[0]?.["checksum"]), /^1:[0-9a-f]{64}$/);
      assert.deepEqual(
        history.map((row) => [row["version"], row["duration_ms"], row["reverse_sql"], row["schema_hash"] === null]),
        [
          [1, 0, null, true],
          [2, 0, null, false],
        ],
      );
      assert.deepEqual(readState(database).rows, { notes: [], users: ["1"] });
      assert.equal((await runner.runMigrations()).applied[0]?.version, 3);
      assert.equal((await runner.status()).upToDate, true);
      assert.deepEqual(await runner.getCurrentVersion(), 3);
    });

    it("marks one that stopped half-way and whose file is gone, which nothing could finish", async () => {
      const up = "-- lockstep:no-transaction\nCREATE TABLE a (x); INSERT INTO nothing VALUES (1);";
      const { database, options, path } = project({ "001-a.sql": "CREATE TABLE b (x)", "002-half.sql": up });
      const runner = new MigrationRunner({ ...options, driver });
      await rejection(runner.runMigrations(), "statement_failed");
      rmSync(path("migrations", "002-half.sql"));
      await rejection(runner.runMigrations(), "partial_mismatch");
      const { marked, toVersion } = await runner.baseline(2);
      assert.deepEqual([marked, toVersion], [[{ version: 2, name: "Migration 2" }], 2]);
      assert.deepEqual(
        look(database, "SELECT version, checksum IS NULL AS bare FROM lockstep_history").map(Object.values),
        [
          [1, 0],
          [2, 1],
        ],
      );
      assert.deepEqual(
        (await runner.status()).migrations.map(({ state }) => state),
        ["applied", "missing"],
      );
    });

    it("has the same schema hash as a run that ends with the same schema", async () => {
      const [marked, run] = [existing(), project(files)];
      await new MigrationRunner({ ...marked.options, driver }).baseline(2);
      await migrate({ ...run.options, driver, to: 2 });
      const hash = "SELECT schema_hash FROM lockstep_history WHERE version = 2";
      assert.deepEqual(lookUp(marked.database, hash), lookUp(run.database, hash));
    });

    it("can be repeated and moved on, and never goes back", async () => {
      const { database, options } = existing();
      const runner = new MigrationRunner({ ...options, driver });
      await runner.baseline(1);
      assert.deepEqual((await runner.baseline(1)).marked, []);
      const report = await runner.baseline(2);
      assert.deepEqual([report.fromVersion, report.toVersion, report.marked.length], [1, 2, 1]);
      const before = readState(database);
      await rejection(runner.baseline(1), "target_behind");
      await rejection(runner.baseline(7), "version_unknown");
      assert.deepEqual(readState(database), before);
    });

    it("takes over a hand-written runner's database on its way", async () => {
      const { database, options } = project(files);
      makeHandWritten(database, metadataShapes["with an INTEGER value"] ?? "", 1);
      const report = await new MigrationRunner({ ...options, driver }).baseline(2);
      assert.deepEqual([report.fromVersion, report.marked.map(({ version }) => version)], [1, [2]]);
      assert.deepEqual(look(database, "SELECT version, checksum IS NULL AS isUnknown FROM lockstep_history"), [
        { version: 1, isUnknown: 1 },
        { version: 2, isUnknown: 1 },
      ]);
    });

    it("makes later edits of what it marked visible", async () => {
      const { options, add } = existing();
      const runner = new MigrationRunner({ ...options, driver });
      await runner.baseline(2);
      add({ "001-users.sql": "CREATE TABLE users (id INT)" });
      await rejection(runner.runMigrations(), "changed");
    });

    it("makes a new database where there was none", async () => {
      const { database, options } = project(files);
      await new MigrationRunner({ ...options, driver }).baseline(3);
      assert.equal(existsSync(database), true);
      assert.deepEqual((await migrate({ ...options, driver })).applied, []);
    });
  });
}

describe("MigrationRunner", () => {
  it("lists the known migrations without reading them", async () => {
    const { options, path } = project({ ...files, "004-broken.mjs": "this is no code", "005-broken.sql": "'" });
    const known = await new MigrationRunner(options).loadMigrations();
    assert.deepEqual(known.slice(1), [
      { version: 2, name: "Notes", file: path("migrations", "002-notes.mjs") },
      { version: 3, name: "Tags", file: path("migrations", "003-tags.sql") },
      { version: 4, name: "Broken", file: path("migrations", "004-broken.mjs") },
      { version: 5, name: "Broken", file: path("migrations", "005-broken.sql") },
    ]);
  });

  it("tells for each migration where it stands, by the name under which it was applied", async () => {
    const { database, options, path } = project(files);
    await migrate({ ...options, to: 2 });
    const { migrations, ...rest } = await new MigrationRunner(options).status();
    assert.deepEqual(rest, { database, currentVersion: 2, upToDate: false });
    assert.deepEqual(
      migrations.map(({ appliedAt, durationMs, ...migration }) => ({
        ...migration,
        isDated: appliedAt !== undefined && durationMs !== undefined,
      })),
      [
        { version: 1, name: "Users", file: path("migrations", "001-users.sql"), state: "applied", isDated: true },
        { version: 2, name: "Take notes", file: path("migrations", "002-notes.mjs"), state: "applied", isDated: true },
        { version: 3, name: "Tags", file: path("migrations", "003-tags.sql"), state: "pending", isDated: false },
      ],
    );
  });

  it("plans what it then does, both ways", async () => {
    const { database, options, path } = project(files);
    const runner = new MigrationRunner(options);
    const plan = await runner.plan({ to: 2 });
    assert.deepEqual(plan, {
      direction: "up",
      fromVersion: 0,
      toVersion: 2,
      steps: [
        {
          version: 1,
          name: "Users",
          file: path("migrations", "001-users.sql"),
          kind: "sql",
          transaction: true,
          foreignKeys: "check",
          origin: "source",
          statements: [{ sql: "CREATE TABLE users (id)", line: 1 }],
        },
        {
          version: 2,
          name: "Take notes",
          file: path("migrations", "002-notes.mjs"),
          kind: "code",
          transaction: true,
          foreignKeys: "check",
          origin: "source",
          statements: [],
        },
      ],
    });
    assert.equal(existsSync(database), false);
    const report = await runner.runMigrations({ to: plan.toVersion });
    assert.deepEqual(
      report.applied.map(({ version, name }) => [version, name]),
      plan.steps.map(({ version, name }) => [version, name]),
    );
    await rejection(runner.plan({ direction: "down" }), "irreversible");
    assert.deepEqual((await runner.plan({ direction: "down", to: 2 })).steps, []);
    assert.equal((await runner.plan()).steps[0]?.version, 3);
  });
});
