/** The schema of another tool as the truth: what the real package exports, carried to a database and compared again. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, MigrationRunner } from "../../src/index.ts";
import { look } from "../support/oracle.ts";
import { workspace } from "../support/workspace.ts";

const root = join(import.meta.dirname, "../..");

/** The folder of a package that the repository or its benchmark has installed; undefined where neither has. */
function installed(name: string): string | undefined {
  const folders = [join(root, "node_modules", name), join(root, "bench", "node_modules", name)];
  return folders.find((folder) => existsSync(join(folder, "package.json")));
}

const kit = installed("drizzle-kit");
const orm = installed("drizzle-orm");

/** What drizzle-kit says of a schema, as SQL. */
function drizzleExport(schema: string): string {
  const space = workspace({ "schema.ts": schema });
  symlinkSync(dirname(kit ?? ""), space.path("node_modules"), "dir");
  const script = join(kit ?? "", "bin.cjs");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [script, "export", "--dialect", "sqlite", "--schema", "schema.ts"],
    { cwd: space.root, encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  return stdout;
}

const first = `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
export const users = sqliteTable("users", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  email: text("email").notNull(),
});`;

const second = `import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
export const users = sqliteTable(
  "users",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    email: text("email").notNull().unique(),
    age: integer("age").default(0),
  },
  (table) => [check("age_check", sql\`\${table.age} >= 0\`)],
);
export const notes = sqliteTable(
  "notes",
  { id: integer("id").primaryKey(), userId: integer("user_id").references(() => users.id, { onDelete: "cascade" }) },
  (table) => [index("notes_user").on(table.userId)],
);`;

describe("a schema in Drizzle", { skip: kit === undefined || orm === undefined ? "not installed" : false }, () => {
  it("becomes migrations that keep the rows, until nothing differs", async () => {
    const space = workspace({
      "first.sql": drizzleExport(first),
      "second.sql": drizzleExport(second),
      "migrations/": "",
    });
    const database = space.path("app.db");
    const options = { database, migrations: space.path("migrations") };
    const runner = new MigrationRunner(options);
    const grow = async (file: string, version: number): Promise<void> => {
      const { up, down } = await runner.diff({ to: space.path(file) });
      space.write({ [`migrations/${version}-step.up.sql`]: up, [`migrations/${version}-step.down.sql`]: down });
      await migrate(options);
      assert.deepEqual((await runner.diff({ to: space.path(file) })).changes, []);
    };
    await grow("first.sql", 1);
    const handle = new DatabaseSync(database);
    handle.exec("INSERT INTO users (email) VALUES ('ada@example.org'), ('alan@example.org')");
    handle.close();
    await grow("second.sql", 2);
    assert.deepEqual(look(database, "SELECT * FROM users").map(Object.values), [
      [1, "ada@example.org", 0],
      [2, "alan@example.org", 0],
    ]);
    await runner.rollback({ to: 1, allowLoss: true });
    assert.deepEqual(look(database, "SELECT count(*) AS n FROM users").map(Object.values), [[2]]);
  });
});
