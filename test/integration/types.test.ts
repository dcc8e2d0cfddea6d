/** types(): what it writes compiles, says what the rows really are, and is what Kysely takes. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { MigrationRunner } from "../../src/index.ts";
import { driverNames, openHandle } from "../support/handle.ts";
import { rejection } from "../support/rejection.ts";
import { workspace, type Workspace } from "../support/workspace.ts";

const root = join(import.meta.dirname, "..", "..");

/** A package of the benchmarks, which need not be installed. */
const kysely = join(root, "bench", "node_modules", "kysely");

const SCHEMA = `CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL, -- in lower case
  nickname TEXT,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
  picture BLOB,
  label TEXT GENERATED ALWAYS AS (coalesce(nickname, email)) VIRTUAL
) STRICT;
CREATE TABLE settings (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE "order lines" ("full price" REAL, "1" INTEGER NOT NULL DEFAULT 1);
CREATE VIEW counts AS SELECT u.id, count(*) AS n, CAST(email AS TEXT) AS shown FROM users AS u GROUP BY 1;
CREATE VIEW broken AS SELECT gone FROM users;
CREATE VIRTUAL TABLE docs USING fts5(title);`;

async function typesOf(database: DatabaseSync): Promise<string> {
  return (await new MigrationRunner({ database, migrations: [] }).types()).types;
}

function memory(sql: string): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  database.exec(sql);
  return database;
}

/** What the compiler says of the files; empty where nothing is wrong. */
function compile(space: Workspace): string {
  for (const name of ["@types/node", "undici-types"]) link(space, name, join(root, "node_modules", name));
  const compilerOptions = {
    target: "es2023",
    module: "nodenext",
    types: ["node"],
    noEmit: true,
    allowImportingTsExtensions: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
  };
  space.write({ "package.json": '{ "type": "module" }' });
  space.write({ "tsconfig.json": JSON.stringify({ compilerOptions, include: ["*.ts"] }) });
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  return spawnSync(process.execPath, [tsc, "-p", space.root], { encoding: "utf8" }).stdout;
}

function link(space: Workspace, name: string, target: string): void {
  mkdirSync(dirname(space.path("node_modules", name)), { recursive: true });
  symlinkSync(target, space.path("node_modules", name), "junction");
}

const USE = `import { DatabaseSync } from "node:sqlite";
import type { Counts, Database, Docs, Insert, OrderLines, Settings, SqlValue, Update, Users } from "./database.ts";

type Same<Left, Right> = (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false;
type Flat<T> = { [Name in keyof T]: T[Name] };
function check<Answer extends true>(): Answer | undefined { return undefined; }

check<Same<Users, {
  id: number; email: string; nickname: string | null; created_at: string; picture: Uint8Array | null; label: string | null;
}>>();
check<Same<Flat<Insert<"users">>, {
  email: string; id?: number; nickname?: string | null; created_at?: string; picture?: Uint8Array | null;
}>>();
check<Same<Flat<Update<"users">>, {
  id?: number; email?: string; nickname?: string | null; created_at?: string; picture?: Uint8Array | null;
}>>();
check<Same<Settings, { name: string; value: number | string | Uint8Array }>>();
check<Same<OrderLines, { "full price": number | null; "1": number }>>();
check<Same<Counts, { id: number | null; n: SqlValue; shown: string | null }>>();
check<Same<Docs, { title: SqlValue }>>();
check<Same<keyof Database, "users" | "settings" | "order lines" | "counts" | "docs">>();
check<Same<keyof Insert<"counts">, never>>();

// @ts-expect-error -- an email is needed
const noEmail: Insert<"users"> = { nickname: "ada" };
// @ts-expect-error -- nobody writes a generated column
const computed: Insert<"users"> = { email: "a", label: "b" };
// @ts-expect-error -- a key WITHOUT ROWID is needed
const noKey: Insert<"settings"> = { value: 1 };
void [noEmail, computed, noKey];

const db = new DatabaseSync("app.db");
const user: Insert<"users"> = { email: "ada@example.com" };
db.prepare("INSERT INTO users (email) VALUES (?)").run(user.email);
const rows = db.prepare("SELECT * FROM users").all() as unknown as Users[];
for (const { id, email, nickname, created_at, label, picture } of rows)
  console.log(id.toFixed(1), email.toUpperCase(), nickname?.length, created_at.length, label?.length, picture?.byteLength);
`;

const KYSELY = `import type { Insertable, Kysely, Selectable, Updateable } from "kysely";
import type { Database, Insert, Update, Users } from "./database.ts";

type Same<Left, Right> = (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false;
type Flat<T> = { [Name in keyof T]: T[Name] };
function check<Answer extends true>(): Answer | undefined { return undefined; }

check<Same<Flat<Selectable<Database["users"]>>, Flat<Users>>>();
export const insert: Insertable<Database["users"]> = { email: "a" };
export const own: Insert<"users"> = insert as Required<Pick<typeof insert, "email">>;
export const change: Updateable<Database["users"]> = { nickname: null };
export const kept: Pick<Update<"users">, "email"> = { email: "b" };
// @ts-expect-error -- nobody writes a generated column
export const computed: Insertable<Database["users"]> = { email: "a", label: "b" };
// @ts-expect-error -- an email is needed
export const noEmail: Insertable<Database["users"]> = {};

export async function query(db: Kysely<Database>): Promise<void> {
  await db.insertInto("users").values({ email: "a" }).execute();
  await db.insertInto("order lines").values({ "full price": 1.5 }).execute();
  const rows = await db.selectFrom("users").selectAll().where("id", ">", 1).execute();
  check<Same<Flat<(typeof rows)[number]>, Flat<Users>>>();
  const shown = await db.selectFrom("counts").select(["shown", "id"]).executeTakeFirstOrThrow();
  const text: string | null = shown.shown;
  // @ts-expect-error -- there is no such column
  await db.selectFrom("users").select("emial").execute();
  // @ts-expect-error -- a view is only read
  await db.updateTable("counts").set({ shown: text }).execute();
  await db.updateTable("users").set({ nickname: null }).where("email", "=", "a").execute();
}
`;

describe("the types that are written", () => {
  it("compile with every check on, say what the rows are, and run with node:sqlite", async () => {
    const space = workspace();
    const database = new DatabaseSync(space.path("app.db"));
    database.exec(SCHEMA);
    space.write({ "database.ts": await typesOf(database), "use.ts": USE });
    database.close();
    assert.equal(compile(space), "");
    const { stdout, stderr } = spawnSync(process.execPath, ["use.ts"], { cwd: space.root, encoding: "utf8" });
    assert.equal(stdout, "1.0 ADA@EXAMPLE.COM undefined 19 15 undefined\n", stderr);
  });

  it("are what Kysely takes", { skip: existsSync(kysely) ? false : "bench/ is not installed" }, async () => {
    const space = workspace();
    space.write({ "database.ts": await typesOf(memory(SCHEMA)), "use.ts": KYSELY });
    link(space, "kysely", kysely);
    assert.equal(compile(space), "");
  });

  it("compile for names that are no identifiers, that end comments, or that the file itself uses", async () => {
    const space = workspace();
    const names = ["", "table", "Database", "a*/b", "a-b", "a_b", "1", "🙂", "class", 'q"q', "l\ni", "\\", "sql value"];
    const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
    const tables = names.map((name) => `CREATE TABLE ${quoted(name)} (${quoted(name)} INT, b TEXT -- */ ${name}\n);`);
    space.write({ "database.ts": await typesOf(memory(tables.join("\n"))) });
    assert.equal(compile(space), "");
  });
});

for (const driver of driverNames) {
  describe(`types with ${driver}`, () => {
    it("are the same from both drivers, and nothing is written", async () => {
      const space = workspace();
      const handle = openHandle(driver, space.path("app.db"));
      handle.exec(SCHEMA);
      const report = await new MigrationRunner({ database: handle, migrations: [] }).types();
      assert.equal(report.currentVersion, 0);
      assert.equal(report.types, await typesOf(memory(SCHEMA)));
      handle.close();
    });
  });
}

describe("types()", () => {
  it("leaves out lockstep's own tables", async () => {
    const database = new DatabaseSync(":memory:");
    const runner = new MigrationRunner({ database, migrations: [{ version: 1, up: "CREATE TABLE t (a INT)" }] });
    await runner.runMigrations();
    const { types, currentVersion } = await runner.types();
    assert.equal(currentVersion, 1);
    assert.match(types, /interface Database \{\n {2}t: Table<T>;\n\}\n$/);
  });

  it("refuses a database that is not there, and does not create it", async () => {
    const space = workspace();
    const database = space.path("app.db");
    await rejection(new MigrationRunner({ database, migrations: [] }).types(), "database_unreadable");
    assert.equal(existsSync(database), false);
  });
});
