/** The schema of another tool as the truth: what the real package exports, carried to a database and compared again. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { migrate, MigrationRunner } from "../../src/index.ts";
import { look } from "../support/oracle.ts";
import { prismaScript } from "../support/prisma-engine.ts";
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

/** Carries two schemas to a database one after the other, with rows in between, and back to the first. */
async function carry(scripts: readonly [first: string, second: string], rows: string): Promise<Carried> {
  const space = workspace({ "1.sql": scripts[0], "2.sql": scripts[1], "migrations/": "" });
  const database = space.path("app.db");
  const options = { database, migrations: space.path("migrations") };
  const runner = new MigrationRunner(options);
  const grow = async (version: number): Promise<void> => {
    const to = space.path(`${version}.sql`);
    const { up, down } = await runner.diff({ to });
    space.write({ [`migrations/${version}-step.up.sql`]: up, [`migrations/${version}-step.down.sql`]: down });
    await migrate(options);
    assert.deepEqual((await runner.diff({ to })).changes, []);
  };
  await grow(1);
  const handle = new DatabaseSync(database);
  handle.exec(rows);
  handle.close();
  await grow(2);
  return {
    rows: (sql) => look(database, sql).map(Object.values),
    goBack: () => runner.rollback({ to: 1, allowLoss: true }),
  };
}

interface Carried {
  rows(sql: string): readonly unknown[];
  goBack(): Promise<unknown>;
}

describe("a schema in Drizzle", { skip: kit === undefined || orm === undefined ? "not installed" : false }, () => {
  it("becomes migrations that keep the rows, until nothing differs", async () => {
    const { rows, goBack } = await carry(
      [drizzleExport(first), drizzleExport(second)],
      "INSERT INTO users (email) VALUES ('ada@example.org'), ('alan@example.org')",
    );
    assert.deepEqual(rows("SELECT * FROM users"), [
      [1, "ada@example.org", 0],
      [2, "alan@example.org", 0],
    ]);
    await goBack();
    assert.deepEqual(rows("SELECT count(*) AS n FROM users"), [[2]]);
  });
});

const firstModels = `
model User {
  id    Int    @id @default(autoincrement())
  email String
  notes Note[]
}
model Note {
  id     Int  @id @default(autoincrement())
  user   User @relation(fields: [userId], references: [id], onDelete: Cascade)
  userId Int
}`;

const secondModels = `
model User {
  id    Int      @id @default(autoincrement())
  email String   @unique
  score Float    @default(0)
  made  DateTime @default(now())
  notes Note[]
}
model Note {
  id     Int    @id @default(autoincrement())
  body   String @default("")
  user   User   @relation(fields: [userId], references: [id], onDelete: Restrict)
  userId Int
  @@index([userId])
}`;

describe("a schema in Prisma's language", () => {
  it("becomes migrations that keep the rows, until nothing differs", async () => {
    const { rows, goBack } = await carry(
      [await prismaScript(firstModels), await prismaScript(secondModels)],
      `INSERT INTO "User" (email) VALUES ('ada@example.org'), ('alan@example.org');
      INSERT INTO "Note" ("userId") VALUES (1), (1), (2)`,
    );
    assert.deepEqual(rows(`SELECT id, email, score, made IS NULL AS "open" FROM "User"`), [
      [1, "ada@example.org", 0, 0],
      [2, "alan@example.org", 0, 0],
    ]);
    assert.deepEqual(rows(`SELECT "userId", body FROM "Note"`), [
      [1, ""],
      [1, ""],
      [2, ""],
    ]);
    await goBack();
    assert.deepEqual(rows(`SELECT (SELECT count(*) FROM "User") AS users, (SELECT count(*) FROM "Note") AS notes`), [
      [2, 3],
    ]);
  });
});
