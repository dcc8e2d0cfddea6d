/** A rebuild that would leave rows pointing at nothing, or that brings its own transaction, is refused: nothing is lost, and all of it is named. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { migrate, MigrationRunner, type DriverName, type ListedMigration } from "../../src/index.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { driverNames, openHandle, type OpenHandle } from "../support/handle.ts";
import { project } from "../support/project.ts";
import { rejection } from "../support/rejection.ts";
import { provoke } from "../support/source-refusal.ts";
import { readState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";
import { family, lookAtFamily, makeFamily, parentsSql } from "./rebuild-family.ts";
import { shapes, toSql } from "./rebuild-shape.ts";

useFastFiles();

/** A parent and a child of some kind, and what has to be said when a rebuild of the parent forgets its row 2. */
interface Forgetful {
  readonly parent: string;
  readonly child: string;
  readonly says: string;
}

const PLAIN = "CREATE TABLE parents (id INTEGER PRIMARY KEY, name TEXT)";

const forgetful: Readonly<Record<string, Forgetful>> = {
  "a plain key": {
    parent: PLAIN,
    child:
      "CREATE TABLE children (parent_id INTEGER REFERENCES parents); INSERT INTO children VALUES (1), (2), (2), (NULL)",
    says: "2 rows of children whose parent_id = 2 is not in parents",
  },
  "a key that would cascade": {
    parent: PLAIN,
    child: `CREATE TABLE "the children" (parent_id INTEGER REFERENCES parents ON DELETE CASCADE ON UPDATE CASCADE);
      INSERT INTO "the children" VALUES (1), (2)`,
    says: "1 row of the children whose parent_id = 2 is not in parents",
  },
  "a key that would set NULL": {
    parent: PLAIN,
    child:
      "CREATE TABLE children (parent_id INTEGER REFERENCES parents ON DELETE SET NULL); INSERT INTO children VALUES (2)",
    says: "1 row of children whose parent_id = 2 is not in parents",
  },
  "a deferred key": {
    parent: PLAIN,
    child: `CREATE TABLE children (parent_id INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
      INSERT INTO children VALUES (2), (1)`,
    says: "1 row of children whose parent_id = 2 is not in parents",
  },
  "a key of two columns": {
    parent: "CREATE TABLE parents (id INTEGER, name TEXT, UNIQUE (name, id))",
    child: `CREATE TABLE children (parent_id INTEGER, parent_name TEXT,
      FOREIGN KEY (parent_name, parent_id) REFERENCES parents (name, id)); INSERT INTO children VALUES (1, 'ann'), (2, 'o''b')`,
    says: "1 row of children whose parent_name, parent_id = 'o''b', 2 is not in parents",
  },
  "a key of a text in any case": {
    parent: "CREATE TABLE parents (id INTEGER, name TEXT COLLATE NOCASE PRIMARY KEY)",
    child: "CREATE TABLE children (parent TEXT REFERENCES parents); INSERT INTO children VALUES ('ANN'), ('O''B')",
    says: "1 row of children whose parent = 'O''B' is not in parents",
  },
  "a child without rowid": {
    parent: PLAIN,
    child: `CREATE TABLE children (k TEXT PRIMARY KEY, parent_id INTEGER REFERENCES parents) WITHOUT ROWID;
      INSERT INTO children VALUES ('a', 1), ('b', 2), ('c', 2)`,
    says: "2 rows of children whose parent_id = 2 is not in parents",
  },
  "a child with a text where the parent has a number": {
    parent: PLAIN,
    child: `CREATE TABLE children (k TEXT PRIMARY KEY, parent_id TEXT REFERENCES parents) WITHOUT ROWID;
      INSERT INTO children VALUES ('a', '1'), ('b', '2'), ('c', '2.0')`,
    says: "1 row of children whose parent_id = '2' is not in parents; 1 row of children whose parent_id = '2.0' is not in parents",
  },
  "a child that calls three columns as SQLite calls its rowid": {
    parent: PLAIN,
    child: `CREATE TABLE children (rowid TEXT, oid INTEGER, _rowid_ INTEGER REFERENCES parents);
      INSERT INTO children VALUES ('a', 1, 1), ('b', 1, 2)`,
    says: "1 row of children whose _rowid_ = 2 is not in parents",
  },
};

/** The four steps, which forget one row. */
function forgetfulRebuild(parent: string): string {
  return `PRAGMA foreign_keys=OFF;
    ${parent.replace("TABLE parents", "TABLE new_parents")};
    INSERT INTO new_parents SELECT * FROM parents WHERE id <> 2;
    DROP TABLE parents;
    ALTER TABLE new_parents RENAME TO parents;
    PRAGMA foreign_keys=ON`;
}

const bodies: Readonly<Record<string, (sql: string) => ListedMigration["up"]>> = {
  SQL: (sql) => sql,
  code: (sql) => (db: OpenHandle) => db.exec(sql),
};

describe("a rebuild that forgets a row to which others point", () => {
  for (const [kind, { parent, child, says }] of Object.entries(forgetful)) {
    const first = { version: 1, up: `${parent}; INSERT INTO parents VALUES (1, 'ann'), (2, 'o''b'); ${child}` };
    for (const [form, toBody] of Object.entries(bodies)) {
      it(`is rolled back and named: ${kind}, in ${form}`, async () => {
        const body = toBody(forgetfulRebuild(parent));
        const harmless = { version: 2, up: "CREATE TABLE more (a)", down: "DROP TABLE more" };
        const up = [first, harmless, { version: 3, up: body }];
        const down = [first, harmless, { version: 3, up: "CREATE INDEX names ON parents (name)", down: body }];
        for (const driver of driverNames) {
          for (const transaction of ["each", "all"] as const) {
            const options = { database: workspace().path("app.db"), driver, transaction };
            await migrate({ ...options, migrations: [first] });
            const before = readState(options.database);
            const wayUp = await rejection(migrate({ ...options, migrations: up }), "foreign_key_violation");
            assert.equal(wayUp.details.problem, `the migration leaves ${says}`);
            assert.equal(wayUp.details.outcome, "rolled_back");
            assert.equal(wayUp.details.databaseVersion, transaction === "each" ? 2 : 1);
            if (transaction === "all") assert.deepEqual(readState(options.database), before);
            await migrate({ ...options, migrations: down });
            const high = readState(options.database);
            const target = { to: 1, allowLoss: true };
            const back = new MigrationRunner({ ...options, migrations: down }).rollback(target);
            const wayDown = await rejection(back, "foreign_key_violation");
            assert.equal(wayDown.details.problem, `the migration leaves ${says}`);
            assert.deepEqual(readState(options.database), high);
          }
        }
      });
    }
  }

  it("names the first five kinds of rows and counts the others", async () => {
    const database = await makeFamily("rowid");
    const before = lookAtFamily(database);
    const [, ...steps] = shapes["Prisma"]?.({ storage: "rowid", more: [] }) ?? [];
    const up = toSql(steps.map((sql) => sql.replace('FROM "parents"', 'FROM "parents" WHERE id = 0')));
    const error = await rejection(
      migrate({ database, migrations: [family("rowid"), { version: 2, up }] }),
      "foreign_key_violation",
    );
    assert.equal(
      error.details.problem,
      "the migration leaves 1 row of by_code whose code = 'ANN' is not in parents; 1 row of by_code whose code = 'bob' is not in parents; " +
        "1 row of by_pair whose tenant, up_id = 1, 1 is not in parents; 1 row of by_pair whose tenant, up_id = 1, 2 is not in parents; " +
        "1 row of by_two_ways whose second_id = 1 is not in PARENTS; and 16 more like these",
    );
    assert.deepEqual(lookAtFamily(database), before);
  });
});

describe("a rebuild that renames the old table away first", () => {
  // The children follow the table that is renamed, and that is the one which is dropped.
  const steps = [
    "ALTER TABLE parents RENAME TO old_parents",
    parentsSql("parents", { storage: "rowid" }),
    "INSERT INTO parents SELECT * FROM old_parents",
    "DROP TABLE old_parents",
  ];

  for (const driver of driverNames) {
    for (const [form, toBody] of Object.entries(bodies)) {
      it(`is rolled back, with the children as they were, with ${driver} in ${form}`, async () => {
        const database = await makeFamily("rowid");
        const before = lookAtFamily(database);
        const migrations = [family("rowid"), { version: 2, up: toBody(steps.join(";\n")) }];
        const error = await rejection(migrate({ database, driver, migrations }), "foreign_key_violation");
        assert.match(error.details.problem, /is not in old_parents/);
        assert.deepEqual(lookAtFamily(database), before);
      });
    }
  }
});

describe("a rebuild that brings its own transaction", () => {
  const [, ...steps] = shapes["Django"]?.({ storage: "rowid", more: [] }) ?? [];
  const rest = steps.join(";\n");

  for (const [sql, at] of [
    [`BEGIN;\n--\n-- Alter field code\n--\n${rest};\nCOMMIT;\n`, "1:1"],
    [`-- the steps\nPRAGMA foreign_keys=OFF;\n  BEGIN TRANSACTION;\n${rest};\nCOMMIT;\nPRAGMA foreign_keys=ON;`, "3:3"],
    [`PRAGMA foreign_keys=OFF; begin immediate; ${rest}; end;`, "1:26"],
    [`${rest};\nCOMMIT`, `${rest.split("\n").length + 1}:1`],
    [`${rest};\nROLLBACK`, `${rest.split("\n").length + 1}:1`],
  ] as const) {
    it(`is refused before anything runs, at ${at}: ${sql.slice(0, 40).replaceAll("\n", " ")}…`, async () => {
      for (const driver of driverNames) {
        const { database, migrations } = project({ "002-rebuild.sql": sql });
        const error = await provoke("transaction_control", database, () => migrate({ database, migrations, driver }));
        const { place } = error.details;
        assert.ok(place.kind === "file");
        assert.equal(`${place.line}:${place.column}`, at);
      }
    });
  }
});

describe("a rebuild without a transaction", () => {
  const statements = shapes["Alembic"]?.({ storage: "rowid", more: ["nick TEXT"] }) ?? [];

  /** A handle as an application would have it: with foreign keys on. */
  async function onHandle(
    driver: DriverName,
    database: string,
    migration: Omit<ListedMigration, "version">,
  ): Promise<void> {
    const handle = openHandle(driver, database);
    handle.exec("PRAGMA foreign_keys = ON");
    const migrations = [family("rowid"), { version: 2, transaction: false, ...migration }];
    await migrate({ database: handle, migrations }).finally(() => handle.close());
  }

  for (const driver of driverNames) {
    it(`is stopped before the DROP where each statement is a commit of its own, with ${driver}`, async () => {
      const database = await makeFamily("rowid");
      const before = readState(database).rows;
      const up = toSql(statements);
      const error = await rejection(onHandle(driver, database, { up }), "foreign_key_violation");
      assert.equal(error.details.outcome, "partial");
      assert.deepEqual(error.details.progress, { done: 2, total: 5 });
      const { _alembic_tmp_parents: copied, ...rows } = readState(database).rows;
      assert.deepEqual(rows, before);
      assert.equal(copied?.length, 3);
    });

    it(`loses nothing in code with a transaction of its own, with ${driver}`, async () => {
      const database = await makeFamily("rowid");
      const before = lookAtFamily(database);
      const up = (db: OpenHandle): void => db.exec(`BEGIN; ${statements.join("; ")}; COMMIT`) as void;
      await onHandle(driver, database, { up });
      assert.deepEqual(lookAtFamily(database), before);
    });
  }
});
