/**
 * Transcripts: a text file that shows files, commands and what each command said. Playing one runs its commands in an empty folder
 * and gives the same text with what they really said.
 *
 *     # A sentence. The first one is the name of the test.
 *     --- migrations/001-users.sql      writes a file, up to the next block
 *     $ lockstep up -d app.db           runs the command line
 *     out                               a line of stdout
 *     ! err                             a line of stderr
 *     [exit 1]                          where it is not 0
 *
 * Beside lockstep a transcript may `ls`, `cat`, `rm`, `mkdir`, `cd`; `query FILE SQL` shows rows, `execute FILE SQL` writes, and
 * `tables FROM TO` writes a migration for each version. `2>&1` at the end keeps the order of both streams, and `NAME=value` in front
 * sets the environment.
 */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { workspace } from "../support/workspace.ts";
import { runLockstep, type Ran } from "./run-lockstep.ts";
import { normalize } from "./normalize.ts";

/** A part of a transcript: its first line, and what stands below. */
interface Block {
  readonly head: string;
  readonly body: string;
}

/** Plays a transcript and gives it as it should be. */
export async function playTranscript(text: string): Promise<string> {
  const space = workspace();
  const stage: Stage = { root: realpathSync(space.root), folder: realpathSync(space.root) };
  const blocks: string[] = [];
  for (const { head, body } of readBlocks(text)) {
    if (head.startsWith("--- ")) space.write({ [head.slice(4)]: `${body}\n` });
    const said = head.startsWith("$ ") ? normalize(await perform(head.slice(2), stage), stage.root) : body;
    blocks.push(said === "" ? head : `${head}\n${said}`);
  }
  return `${blocks.join("\n\n")}\n`;
}

/** The name of a transcript's test. */
export function titleOf(text: string): string {
  return text.split("\n", 1)[0]?.replace(/^# /, "") ?? "";
}

function readBlocks(text: string): readonly Block[] {
  return text
    .split(/^(?=# |--- |\$ )/m)
    .filter((block) => block !== "")
    .map((block) => {
      const [head = "", ...lines] = block.split("\n");
      return { head, body: lines.join("\n").trimEnd() };
    });
}

/** Where a transcript is being played. */
interface Stage {
  readonly root: string;
  /** The working directory; `cd` changes it. */
  folder: string;
}

async function perform(command: string, stage: Stage): Promise<string> {
  const words = splitWords(command);
  const env: Record<string, string> = {};
  while (/^[A-Z_]+=/.test(words[0] ?? "")) {
    const [name = "", value = ""] = (words.shift() ?? "").split(/=(.*)/s);
    env[name] = value;
  }
  const [verb = "", ...args] = words;
  if (verb !== "lockstep") return performHelper(verb, args, stage);
  const isTogether = args.at(-1) === "2>&1";
  if (isTogether) args.pop();
  const ran = await runLockstep(args, { cwd: stage.folder, env, streams: isTogether ? "together" : "apart" });
  if (args.includes("--json")) assertOneObject(ran, command);
  const errors =
    ran.stderr === ""
      ? []
      : ran.stderr
          .trimEnd()
          .split("\n")
          .map((line) => `! ${line}`.trimEnd());
  const exit = ran.exitCode === 0 ? [] : [`[exit ${ran.exitCode}]`];
  return [...(ran.stdout === "" ? [] : [ran.stdout.trimEnd()]), ...errors, ...exit].join("\n");
}

function performHelper(verb: string, [first = ".", second = ""]: readonly string[], stage: Stage): string {
  const path = join(stage.folder, first);
  switch (verb) {
    case "ls":
      return readdirSync(path)
        .toSorted()
        .map((name) => (statSync(join(path, name)).isDirectory() ? `${name}/` : name))
        .join("\n");
    case "cat":
      return readFileSync(path, "utf8").trimEnd();
    case "rm":
      rmSync(path, { recursive: true });
      return "";
    case "mkdir":
      mkdirSync(path, { recursive: true });
      return "";
    case "cd":
      stage.folder = path;
      return "";
    case "tables":
      writeTables(stage.folder, Number(first), Number(second));
      return "";
    case "execute":
      execute(path, second);
      return "";
    case "query":
      return query(path, second);
    default:
      throw new Error(`a transcript knows no command ${verb}`);
  }
}

function writeTables(folder: string, from: number, to: number): void {
  mkdirSync(join(folder, "migrations"), { recursive: true });
  for (let version = from; version <= to; version += 1) {
    const text = `CREATE TABLE t${version} (id INTEGER PRIMARY KEY);\n-- lockstep:down\nDROP TABLE t${version};\n`;
    writeFileSync(join(folder, "migrations", `${String(version).padStart(4, "0")}-table.sql`), text);
  }
}

function execute(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** The rows of a query, a line each. A database that is not there is an error, and is not created. */
function query(file: string, sql: string): string {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database.prepare(sql).all();
    return rows.map((row) => Object.values(row).map(String).join(" | ")).join("\n") || "(no rows)";
  } finally {
    database.close();
  }
}

/** With `--json`, stdout is one line, which is one object with the three members that all have. */
function assertOneObject({ stdout, exitCode }: Ran, command: string): void {
  assert.match(stdout, /^\{.*\}\n$/, `${command} writes one line`);
  const {
    version,
    ok,
    command: named,
  } = JSON.parse(stdout) as { version: number; ok: boolean; command: string | null };
  assert.deepEqual({ version, ok }, { version: 1, ok: exitCode === 0 || exitCode === 3 }, command);
  assert.ok(named === null || command.includes(` ${named}`), `${command} names itself`);
}

/** Splits a command line at blanks; quotes keep them. */
function splitWords(command: string): string[] {
  return [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_quoted, double?: string, single?: string) => double ?? single ?? ""),
  );
}
