/**
 * The process that child.ts starts: says "ready", waits for a line on standard input, runs one call of lockstep, and tells its
 * events and its end as lines of JSON. Exit code 1 for an error.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { inspect } from "node:util";
import { LockstepError, migrate, MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import type { ChildCall } from "./child.ts";
import { openHandle } from "./handle.ts";

/** What the parent hands over, as JSON. */
interface Order {
  readonly options: MigrateOptions & { readonly database: string };
  readonly call: ChildCall;
}

const { options, call } = JSON.parse(process.argv[2] ?? "{}") as Order;

function tell(message: Readonly<Record<string, unknown>>): void {
  // At once, also where the process is about to be killed in the middle of something.
  writeSync(1, `${JSON.stringify(message)}\n`);
}

const listening: MigrateOptions = { ...options, onEvent: (event) => tell({ event: event.kind }) };

/** What an application does that wants WAL: asks for it on a handle of its own, again while the database is busy. */
async function migrateInWal(): Promise<unknown> {
  const handle = openHandle(options.driver ?? "node:sqlite", options.database);
  handle.exec("PRAGMA busy_timeout = 0");
  for (;;) {
    try {
      handle.exec("PRAGMA journal_mode = WAL");
      break;
    } catch (error) {
      if (!/locked|busy/.test(String(error))) throw error;
      await new Promise((wake) => setTimeout(wake, 5 + Math.random() * 20));
    }
  }
  try {
    return await migrate({ ...listening, database: handle });
  } finally {
    handle.close();
  }
}

const CALLS: Readonly<Record<ChildCall, () => Promise<unknown>>> = {
  migrate: () => migrate(listening),
  migrate_in_wal: migrateInWal,
  rollback: () => new MigrationRunner(listening).rollback({ to: 0, allowLoss: true }),
};

async function run(): Promise<void> {
  try {
    tell({ report: await CALLS[call]() });
  } catch (error) {
    process.exitCode = 1;
    const problem = error instanceof LockstepError ? error.details.problem : "";
    tell({ error: error instanceof LockstepError ? error.code : String(error), problem });
    // For whoever has to find out why.
    writeSync(2, inspect(error));
  }
}

const input = createInterface({ input: process.stdin });
input.once("line", () => {
  input.close();
  void run();
});
tell({ ready: process.pid });
