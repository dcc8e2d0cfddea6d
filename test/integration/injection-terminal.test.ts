/**
 * What somebody else has named cannot speak to the terminal, or pass for a line of lockstep's: names of files, tables and migrations,
 * rows of the history, messages of errors, arguments. With `--json` the output is one JSON object all the same.
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { describeEvent, LockstepError, migrate, migrateSync, type MigrationEvent } from "../../src/index.ts";
import { runCommands, type CommandEnd, type CommandLine } from "../support/commands.ts";
import { workspace, type Files, type Workspace } from "../support/workspace.ts";

/** Colours, sets the title, clears the screen, goes back, ends the line, and turns the direction of what follows. */
const EVIL = "e\u001B[45m\u001B]0;own\u0007\u009B2J\b\r\n state: forged\u202E\u2066v";

/** The same without what a quoted text of TypeScript or SQL cannot hold as it is. */
const quoted = JSON.stringify(EVIL);
const sqlString = `'${EVIL}'`;
const sqlName = `"${EVIL}"`;

/** The codes of lockstep's own colours. */
const OWN_COLOURS = /\u001B\[(?:1|2|22|31|32|33|36|39)m/g; // eslint-disable-line no-control-regex
// eslint-disable-next-line no-control-regex -- they are what is looked for
const UNWANTED = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

function assertClean(text: string, about: string): void {
  const plain = text.replaceAll(OWN_COLOURS, "");
  assert.doesNotMatch(plain, UNWANTED, `${about}: ${JSON.stringify(text)}`);
  assert.doesNotMatch(plain, /^ ?state: forged/m, `${about}: ${JSON.stringify(text)}`);
}

interface Case {
  readonly about: string;
  readonly files: Files;
  readonly sql?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The commands, one after the other. */
  readonly args: readonly (readonly string[])[];
  /** What some output has to show of it, to prove that it came that far. */
  readonly shows?: RegExp;
}

const A = "-d app.db".split(" ");
const TABLES = `CREATE TABLE metadata (key TEXT PRIMARY KEY, value TEXT);
  CREATE TABLE lockstep_history (version INTEGER PRIMARY KEY, name, checksum, applied_at, duration_ms, schema_hash, reverse_sql, applied_by);`;
const set = (value: string): string => `INSERT INTO metadata VALUES ('schema_version', ${value});`;
const FIRST = { "migrations/001-a.sql": "CREATE TABLE a (x);\n-- lockstep:down\nDROP TABLE a;" };

const cases: readonly Case[] = [
  {
    about: "the names of a file, its directory and the database",
    files: { [`${EVIL}/001-${EVIL}.sql`]: "CREATE TABLE a (x);\n-- lockstep:down\nDROP TABLE a;" },
    args: [["status"], ["plan"], ["up"], ["up"], ["status"], ["plan", "--down"], ["down"], ["down"], ["baseline", "1"]]
      .map((words) => [...words, "-d", `${EVIL}.db`, "-m", EVIL])
      .concat([
        ["new", "b", "-m", EVIL],
        ["new", "c", "-m", `${EVIL}2`],
      ]),
    shows: /e␛\[45m/,
  },
  { about: "a file without a number", files: { [`migrations/${EVIL}.sql`]: "" }, args: [["up", ...A]], shows: /␛/ },
  {
    about: "the name that a migration in code has",
    files: {
      "migrations/001-a.mjs": `export const name = ${quoted}; export function up() {} export function down() {}`,
    },
    args: [
      ["up", ...A],
      ["status", ...A],
      ["down", ...A],
      ["plan", ...A],
    ],
    shows: /␛/,
  },
  {
    about: "the message of a migration that throws",
    files: { "migrations/001-a.mjs": `export function up() { throw new Error(${quoted}); }` },
    args: [
      ["up", ...A],
      ["up", "-v", ...A],
    ],
    shows: /␛/,
  },
  {
    about: "what a migration exports that is no function",
    files: { "migrations/001-a.mjs": `export const up = ${quoted};` },
    args: [["up", ...A]],
    shows: /␛|\\u001b/,
  },
  {
    about: "a module that cannot be imported",
    files: { "migrations/001-a.mjs": `throw new Error(${quoted});` },
    args: [
      ["up", ...A],
      ["up", "-v", ...A],
    ],
    shows: /␛/,
  },
  {
    about: "names in a statement that fails, and its line",
    files: {
      "migrations/001-a.sql": `CREATE TABLE ${sqlName} (x);`,
      "migrations/002-b.sql": `INSERT INTO ${sqlName} (${sqlName}) VALUES (${sqlString});`,
    },
    args: [
      ["plan", ...A],
      ["up", ...A],
      ["up", "-v", ...A],
    ],
    shows: /␛/,
  },
  {
    about: "tables and columns that would be lost",
    files: {
      "migrations/001-a.sql": `CREATE TABLE ${sqlName} (x, ${sqlName}); INSERT INTO ${sqlName} VALUES (1, 2);
        CREATE TABLE b (x); INSERT INTO b VALUES (1);
        -- lockstep:down\nDROP TABLE ${sqlName}; DROP TABLE b;`.replaceAll(/^ {8}--/gm, "--"),
      "migrations/002-b.sql": `SELECT 1;\n-- lockstep:down\nALTER TABLE ${sqlName} DROP COLUMN ${sqlName};`,
    },
    args: [
      ["up", ...A],
      ["down", ...A],
      ["down", "--to", "0", ...A],
      ["down", "--to", "0", "--yes", ...A],
    ],
    shows: /␛/,
  },
  {
    about: "tables, columns and values of orphans",
    files: {
      "migrations/001-a.sql": `CREATE TABLE ${sqlName} (id INTEGER PRIMARY KEY, ${sqlName} TEXT REFERENCES ${sqlName});
        INSERT INTO ${sqlName} VALUES (1, ${sqlString});`,
    },
    args: [["up", ...A]],
    shows: /␛/,
  },
  {
    about: "rows of the history",
    files: FIRST,
    sql: `${TABLES}${set("'2'")} INSERT INTO lockstep_history VALUES
      (1, ${sqlString}, ${sqlString}, ${sqlString}, 1, ${sqlString}, ${sqlString}, ${sqlString}),
      (2, ${sqlString}, ${sqlString}, ${sqlString}, 1, ${sqlString}, 'DROP TABLE ${sqlName}', ${sqlString});`,
    args: [
      ["status", ...A],
      ["status", "-v", ...A],
      ["up", ...A],
      ["plan", "--down", ...A],
      ["down", ...A],
      ["down", "--yes", ...A],
    ],
    shows: /␛/,
  },
  {
    about: "a row of the history that says half-way",
    files: FIRST,
    sql: `${TABLES}${set("'0'")} INSERT INTO metadata VALUES ('lockstep_progress', '${JSON.stringify({ version: 1, direction: EVIL, done: 0, total: EVIL, checksum: EVIL })}');`,
    args: [
      ["status", ...A],
      ["up", ...A],
      ["down", ...A],
    ],
    shows: /lockstep_progress/,
  },
  { about: "a version that is none", files: FIRST, sql: `${TABLES}${set(sqlString)}`, args: [["status", ...A]] },
  {
    about: "a table of somebody else",
    files: FIRST,
    sql: `CREATE TABLE metadata (${sqlName}, x)`,
    args: [
      ["status", ...A],
      ["up", ...A],
    ],
    shows: /␛/,
  },
  {
    about: "what the command line and the environment say",
    files: FIRST,
    args: [
      [EVIL],
      ["up", EVIL],
      [`--${EVIL}`],
      [`-${EVIL}`],
      ["up", "--to", EVIL, ...A],
      ["up", "--allow", EVIL, ...A],
      ["up", "--transaction", EVIL, ...A],
      ["baseline", EVIL, ...A],
      ["new", EVIL],
      ["new", `7-${EVIL}`],
      ["status", "-d", `postgres://${EVIL}`],
      ["status", "-c", EVIL],
      ["status", "-m", EVIL, ...A],
      ["up", "-d", `${EVIL}/app.db`],
      ["help", EVIL],
    ],
    shows: /␛|\\u001b/,
  },
  { about: "an address in the environment", files: FIRST, env: { DATABASE_URL: `x://${EVIL}` }, args: [["status"]] },
  {
    about: "a config",
    files: { ...FIRST, "lockstep.config.mjs": `export default { [${quoted}]: 1 };` },
    args: [["status"]],
    shows: /␛/,
  },
  {
    about: "a config that throws",
    files: { ...FIRST, "lockstep.config.mjs": `throw new Error(${quoted});` },
    args: [["status"], ["status", "-v"]],
    shows: /␛/,
  },
  {
    about: "the options of a config",
    files: {
      ...FIRST,
      "lockstep.config.mjs": `export default { database: "app.db", metadataTable: ${quoted}, historyTable: ${quoted} + "2", driver: "node:sqlite" };`,
    },
    args: [["up"], ["status"], ["down"], ["down"]],
  },
  {
    about: "a bad option of a config",
    files: { ...FIRST, "lockstep.config.mjs": `export default { database: "app.db", transaction: ${quoted} };` },
    args: [["up"]],
  },
];

function prepare({ files, sql }: Case): Workspace {
  const space = workspace(files);
  if (sql !== undefined) {
    const db = new DatabaseSync(space.path("app.db"));
    db.exec(sql);
    db.close();
  }
  return space;
}

/** Runs the commands of a case in a place of its own. */
function play(one: Case, more: readonly string[]): readonly CommandLine[] {
  const { root: cwd } = prepare(one);
  const env = { FORCE_COLOR: "1", ...one.env };
  return one.args.map((args) => ({ args: [...args, ...more], cwd, env }));
}

function group(ends: readonly CommandEnd[]): readonly (readonly CommandEnd[])[] {
  const left = [...ends];
  return cases.map(({ args }) => left.splice(0, args.length));
}

const skip = process.platform === "win32" ? "Windows has no such names" : false;

describe("text on a terminal is clean of", { skip }, () => {
  const ends = skip === false ? group(runCommands(cases.flatMap((one) => play(one, [])))) : [];
  for (const [index, { about, args, shows }] of cases.entries()) {
    it(about, () => {
      const outputs = (ends[index] ?? []).map(({ stdout, stderr }) => stdout + stderr);
      assert.equal(outputs.length, args.length);
      for (const [position, output] of outputs.entries()) {
        assertClean(output, String(args[position]));
        assert.notEqual(output, "");
        assert.doesNotMatch(output, /internal_invariant/);
      }
      if (shows !== undefined) assert.match(outputs.join("\n"), shows);
    });
  }
});

describe("with --json the output is one object in spite of", { skip }, () => {
  const ends = skip === false ? group(runCommands(cases.flatMap((one) => play(one, ["--json"])))) : [];
  for (const [index, { about, args }] of cases.entries()) {
    it(about, () => {
      for (const [position, { stdout, stderr, exitCode }] of (ends[index] ?? []).entries()) {
        assert.equal(stderr, "", String(args[position]));
        assert.match(stdout, /^[^\n]+\n$/);
        const { ok, version } = JSON.parse(stdout) as { readonly ok: boolean; readonly version: number };
        assert.deepEqual([version, ok], [1, exitCode === 0]);
      }
    });
  }
});

describe("the library's own texts are clean:", () => {
  it("the message of an error, and its details are as they were", () => {
    try {
      migrateSync({ database: ":memory:", migrations: [{ version: 1, name: EVIL, up: `SELECT ${sqlName}` }] });
      assert.fail("nothing was refused");
    } catch (error) {
      assert.ok(error instanceof LockstepError);
      assertClean(error.message, "message");
      assert.equal(error.details.migration?.name, EVIL);
      assert.ok(error.details.problem.includes(EVIL));
    }
  });

  it("what a logger is told", async () => {
    const lines: string[] = [];
    const events: MigrationEvent[] = [];
    const logger = { info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) };
    const migrations = [
      { version: 1, name: EVIL, up: "SELECT 1" },
      { version: 2, name: EVIL, up: `SELECT ${sqlName}` },
    ];
    const run = migrate({ database: ":memory:", migrations, logger, onEvent: (event) => events.push(event) });
    await assert.rejects(run, { code: "statement_failed" });
    assert.equal(lines.length, 2);
    for (const line of [...lines, ...events.map((event) => describeEvent(event)?.text ?? "")]) {
      assertClean(line, "logger");
      assert.doesNotMatch(line, /\n/);
    }
  });
});
