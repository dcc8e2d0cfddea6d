/** Drafted migrations on random schemas with random rows: they end at the wanted schema, and every value that has a place is in it. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { LockstepError, MigrationRunner } from "../../src/index.ts";
import { workspace } from "../support/workspace.ts";
import { statementsOf, world, type Model, type ModelTable, type World } from "./diff-world.ts";
import { tries } from "./tries.ts";

const counts = { tried: 0, altered: 0, ran: 0, refused: 0, renamed: 0, undone: 0 };

/** The statements of a model that SQLite takes, and that work, as a script. */
function accepted(model: Model): string {
  const database = new DatabaseSync(":memory:");
  const taken = statementsOf(model).filter((sql) => {
    database.exec("SAVEPOINT one");
    try {
      database.exec(sql);
      const [, view, updated, deleted] = /VIEW (\w+)|AFTER UPDATE ON (\S+)|DELETE ON (\w+)/.exec(sql) ?? [];
      // SQLite takes views and triggers that name what is not there, and then drops and renames no column.
      if (view !== undefined) database.prepare(`SELECT * FROM ${view}`);
      if (updated !== undefined) database.prepare(`UPDATE ${updated} SET id = id`);
      if (deleted !== undefined) database.prepare(`DELETE FROM ${deleted}`);
      return true;
    } catch {
      database.exec("ROLLBACK TO one");
      return false;
    }
  });
  database.close();
  return taken.map((sql) => `${sql}\n;\n`).join("\n");
}

function fill(database: DatabaseSync, { before, values }: World): void {
  database.exec("PRAGMA foreign_keys = OFF");
  let at = 0;
  for (const { name, columns } of before.tables) {
    const own = ["id", ...columns.filter(({ isGenerated }) => !isGenerated).map((column) => column.name)];
    for (let row = 1; row <= 3; row += 1) {
      // Rows that break a rule of the table are not there.
      const given = own.map((column) => (column === "id" ? row : (values[(at += 1) % values.length] ?? null)));
      const list = own.map((column) => `"${column}"`).join(", ");
      try {
        database.prepare(`INSERT INTO "${name}" (${list}) VALUES (${own.map(() => "?").join(", ")})`).run(...given);
      } catch {
        // It is one row less.
      }
    }
  }
  // Nobody's children, which every migration would refuse.
  for (let deleted = 1; deleted > 0;) {
    deleted = 0;
    for (const { table, rowid } of orphansOf(database, before)) {
      if (rowid === null) database.exec(`DELETE FROM "${String(table)}"`);
      else database.prepare(`DELETE FROM "${String(table)}" WHERE rowid = ?`).run(Number(rowid));
      deleted += 1;
    }
  }
  database.exec("PRAGMA foreign_keys = ON");
}

/** A key that leads to no unique column is an error at any row. */
function orphansOf(database: DatabaseSync, { tables }: Model): readonly Record<string, unknown>[] {
  try {
    return database.prepare("PRAGMA foreign_key_check").all();
  } catch {
    for (const { name } of tables) database.exec(`DELETE FROM "${name}"`);
    return [];
  }
}

/** The values of a table by key, as texts: a type may be another afterwards, and '5' be 5 or 5.0. */
function rowsOf(database: DatabaseSync, { name }: ModelTable, columns: readonly string[]): readonly unknown[] {
  const list = columns.map((column) => `CAST("${column}" AS TEXT)`).join(", ");
  return database
    .prepare(`SELECT ${list} FROM "${name}" ORDER BY CAST(id AS INTEGER)`)
    .all()
    .map((row) => Object.values(row).map((value) => (typeof value === "string" ? value.replace(/\.0$/, "") : value)));
}

/** Every table that stays has its rows, and every column that stays, or has another name, its values. */
function pairsOf({
  before,
  after,
}: World): readonly { readonly table: ModelTable; readonly old: string[]; readonly next: string[] }[] {
  return after.tables.flatMap((table) => {
    const own = before.tables.find(({ name }) => name === table.name);
    if (own === undefined) return [];
    const kept = table.columns.flatMap(({ name, isGenerated, renamedFrom }) => {
      const from = own.columns.find((column) => column.name === (renamedFrom ?? name));
      return isGenerated || from === undefined || from.isGenerated ? [] : [[from.name, name] as const];
    });
    return [{ table, old: ["id", ...kept.map(([from]) => from)], next: ["id", ...kept.map(([, to]) => to)] }];
  });
}

async function tryWorld(one: World): Promise<void> {
  const [from, to] = [accepted(one.before), accepted(one.after)];
  const space = workspace({ "from.sql": from, "to.sql": to });
  const paths = { from: space.path("from.sql"), to: space.path("to.sql") };
  const allow = ["drop_table", "drop_column"] as const;
  const drafter = new MigrationRunner({ database: ":memory:", migrations: [] });
  counts.tried += 1;
  const { changes, up, down } = await drafter.diff({ ...paths, allow });
  space.remove();
  if (changes.some(({ kind }) => kind === "alter_table")) counts.altered += 1;
  if (changes.length === 0) return;
  const database = new DatabaseSync(":memory:");
  const migrations = [
    { version: 1, name: "before", up: from.replaceAll(/-- lockstep.*/g, "") },
    { version: 2, name: "drafted", up, down },
  ];
  const runner = new MigrationRunner({ database, migrations });
  await runner.runMigrations({ to: 1 });
  fill(database, one);
  const pairs = pairsOf(one);
  const before = pairs.map(({ table, old }) => rowsOf(database, table, old));
  try {
    await runner.runMigrations();
  } catch (error) {
    assert.ok(error instanceof LockstepError);
    assert.match(
      error.code,
      /^(?:rebuild_refused|lossy_conversion|statement_failed|foreign_key_violation)$/,
      `${error.message}\n${up}`,
    );
    // A refusal leaves every row where it was.
    assert.deepEqual(
      pairs.map(({ table, old }) => rowsOf(database, table, old)),
      before,
    );
    counts.refused += 1;
    return;
  }
  assert.deepEqual(
    pairs.map(({ table, next }) => rowsOf(database, table, next)),
    before,
    up,
  );
  counts.ran += 1;
  if (pairs.some(({ old, next }) => old.join() !== next.join())) counts.renamed += 1;
  try {
    await runner.rollback({ allowLoss: true });
  } catch (error) {
    // What it dropped may be needed: a NOT NULL that is UNIQUE, or a reference.
    assert.ok(error instanceof LockstepError);
    assert.match(
      error.code,
      /^(?:rebuild_refused|lossy_conversion|statement_failed|foreign_key_violation)$/,
      `${error.message}\n${down}`,
    );
    return;
  }
  assert.deepEqual(
    pairs.map(({ table, old }) => rowsOf(database, table, old)),
    before,
    down,
  );
  counts.undone += 1;
}

describe("drafted migrations", () => {
  it("end at the wanted schema with every row that can be there, or refuse and change nothing", async () => {
    await fc.assert(fc.asyncProperty(world, tryWorld), tries(120));
  });

  it("were tried on tables that change, with rows, and undone", () => {
    assert.ok(counts.altered * 2 > counts.tried, JSON.stringify(counts));
    assert.ok(
      counts.ran > counts.refused / 2 && counts.undone * 2 > counts.ran && counts.renamed > 0,
      JSON.stringify(counts),
    );
  });
});
