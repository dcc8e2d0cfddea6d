/** The schema hash that a run keeps up step by step is the one that a look at the whole schema gives. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { migrateSync, MigrationRunner } from "../../src/index.ts";
import { tries } from "./tries.ts";

const name = fc.constantFrom("a", "b", "C", '"d e"', "ä", "Ä");

/** Statements that may fail: a table that is there already, or is not. Those that do are left out. */
const change = fc.oneof(
  name.map((table) => `CREATE TABLE ${table} (x INTEGER PRIMARY KEY, y TEXT -- why\n)`),
  fc.tuple(name, fc.nat(3)).map(([table, column]) => `ALTER TABLE ${table} ADD COLUMN n${column}`),
  fc.tuple(name, name).map(([from, to]) => `ALTER TABLE ${from} RENAME TO ${to}`),
  name.map((table) => `ALTER TABLE ${table} RENAME COLUMN y TO z`),
  name.map((table) => `DROP TABLE ${table}`),
  fc.tuple(name, fc.nat(2)).map(([table, index]) => `CREATE INDEX i${index} ON ${table} (x)`),
  name.map(
    (table) =>
      `CREATE TRIGGER r${table.replaceAll('"', "").replace(" ", "")} AFTER INSERT ON ${table} BEGIN SELECT 1; END`,
  ),
  name.map((table) => `CREATE VIEW v AS SELECT * FROM ${table}`),
  name.map((table) => `INSERT INTO ${table} (x) VALUES (NULL)`),
  fc.constant("CREATE VIRTUAL TABLE f USING fts5(words)"),
);

describe("the schema hash", () => {
  it("is the same, whether it was kept up or read at once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 12 }),
        async (scripts) => {
          const scratch = new DatabaseSync(":memory:");
          const runs = (sql: string): boolean => {
            try {
              scratch.exec(sql);
              return true;
            } catch {
              return false;
            }
          };
          const migrations = scripts
            .map((script) => script.filter(runs))
            .filter((script) => script.length > 0)
            .map((script, index) => ({ version: index + 1, up: script.map((sql) => `${sql};`).join("\n") }));
          if (migrations.length === 0) return;
          const kept = new DatabaseSync(":memory:");
          migrateSync({ database: kept, migrations });
          // A baseline on the schema that the same SQL made by hand looks at all of it.
          const version = migrations.length;
          await new MigrationRunner({ database: scratch, migrations }).baseline(version);
          assert.equal(hashAt(kept, version), hashAt(scratch, version));
        },
      ),
      tries(150),
    );
  });
});

function hashAt(database: DatabaseSync, version: number): unknown {
  const row = database.prepare("SELECT schema_hash FROM lockstep_history WHERE version = ?").get(version);
  assert.match(String(row?.["schema_hash"]), /^1:[0-9a-f]{64}$/);
  return row?.["schema_hash"];
}
