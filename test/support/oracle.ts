/**
 * Looks into a database file with a program that shares no code with lockstep: the `sqlite3` shell, else Python, else a child
 * process with `node:sqlite`. A child process always: a second library in this one could take our locks away.
 */
import { spawnSync, type SpawnSyncReturns } from "node:child_process";

/** A row as JSON has it. */
export type OracleRow = Readonly<Record<string, string | number | null>>;

interface Oracle {
  readonly command: string;
  readonly options: readonly string[];
}

const PYTHON = `
import json, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=10)
connection.row_factory = sqlite3.Row
print(json.dumps([dict(row) for row in connection.execute(sys.argv[2])]))
`;

const NODE = `
const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
const database = new DatabaseSync(process.argv[1], { timeout: 10000 });
console.log(JSON.stringify(database.prepare(process.argv[2]).all()));
`;

// The time-out of the shell is an option, not a pragma: a pragma would print a row of its own.
const ORACLES: readonly Oracle[] = [
  { command: "sqlite3", options: ["-batch", "-bail", "-json", "-cmd", ".timeout 10000"] },
  { command: "python3", options: ["-c", PYTHON] },
  { command: process.execPath, options: ["--no-warnings", "-e", NODE] },
];

/** The rows of one query, as another program sees them. */
export function look(path: string, sql: string): readonly OracleRow[] {
  const result = ask(path, sql);
  if (result.status !== 0) throw new Error(`the oracle failed: ${result.stderr}`);
  const text = result.stdout.trim();
  return text === "" ? [] : (JSON.parse(text) as readonly OracleRow[]);
}

/** The values of the first column of a query. */
export function lookUp(path: string, sql: string): readonly (string | number | null)[] {
  return look(path, sql).map((row) => Object.values(row)[0] ?? null);
}

function ask(path: string, sql: string): SpawnSyncReturns<string> {
  for (const { command, options } of ORACLES) {
    const result = spawnSync(command, [...options, path, sql], { encoding: "utf8" });
    // ENOENT: not on this machine. A Python that its version manager cannot start ends with 127.
    if (result.error === undefined && result.status !== 127) return result;
  }
  throw new Error("no program can look into a database, not even node");
}
