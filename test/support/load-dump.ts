/** Dumps, and loads them: here, and with programs that share no code with lockstep, the `sqlite3` shell and Python. */
import { spawnSync } from "node:child_process";
import { DatabaseSync } from "node:sqlite";
import { MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import { workspace } from "./workspace.ts";

/** The dump of a database, which needs no migrations. */
export async function dumpOf(options: Omit<MigrateOptions, "migrations">): Promise<string> {
  const { schema } = await new MigrationRunner({ ...options, migrations: [] }).dump();
  return schema;
}

/** Makes a new file of a dump and gives its path. */
export function loadDump(dump: string): string {
  const path = workspace().path("new.db");
  const handle = new DatabaseSync(path);
  handle.exec(dump);
  handle.close();
  return path;
}

/** A row of the schema's table. */
export interface LoadedObject {
  readonly type: string;
  readonly name: string;
  readonly sql: string | null;
}

/** Whether the `sqlite3` shell is on this machine. */
export const hasShell: boolean = isThere("sqlite3", ["-version"]);

/** Whether Python is, with its own SQLite. A Python that its version manager cannot start ends with 127. */
export const hasPython: boolean = isThere("python3", ["-c", "import sqlite3"]);

/** Makes a new database of a dump with the shell, as the dump's header says. */
export function loadWithShell(path: string, dump: string): void {
  const { status, stdout, stderr } = spawnSync("sqlite3", ["-bail", path], { encoding: "utf8", input: dump });
  if (status !== 0 || stdout !== "" || stderr !== "")
    throw new Error(`the shell ended with ${String(status)}: ${stdout}${stderr}\n${dump}`);
}

const PYTHON = `
import json, sqlite3, sys
loaded = []
for dump in json.load(sys.stdin):
    connection = sqlite3.connect(":memory:")
    try:
        connection.executescript(dump)
        rows = connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").fetchall()
        loaded.append([dict(zip(("type", "name", "sql"), row)) for row in rows])
    except sqlite3.Error as error:
        loaded.append(str(error))
    connection.close()
json.dump(loaded, sys.stdout)
`;

/** The objects that each dump makes in Python's SQLite, or its error. */
export function loadWithPython(dumps: readonly string[]): readonly (readonly LoadedObject[] | string)[] {
  const { status, stdout, stderr } = spawnSync("python3", ["-c", PYTHON], {
    encoding: "utf8",
    input: JSON.stringify(dumps),
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`Python ended with ${String(status)}: ${stderr}`);
  return JSON.parse(stdout) as readonly (readonly LoadedObject[] | string)[];
}

function isThere(command: string, args: readonly string[]): boolean {
  const { error, status } = spawnSync(command, args, { encoding: "utf8" });
  return error === undefined && status === 0;
}
