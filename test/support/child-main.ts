/**
 * The process that child.ts starts: says "ready", waits for a line on standard input, runs one call of lockstep, and tells its
 * events and its end as lines of JSON. Exit code 1 for an error.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { inspect } from "node:util";
import { LockstepError, migrate, MigrationRunner, type MigrateOptions } from "../../src/index.ts";

/** What the parent hands over, as JSON. */
interface Order {
  readonly options: MigrateOptions;
  readonly call: "migrate" | "rollback";
}

const { options, call } = JSON.parse(process.argv[2] ?? "{}") as Order;

function tell(message: Readonly<Record<string, unknown>>): void {
  // At once, also where the process is about to be killed in the middle of something.
  writeSync(1, `${JSON.stringify(message)}\n`);
}

async function run(): Promise<void> {
  const told: MigrateOptions = { ...options, onEvent: (event) => tell({ event: event.kind }) };
  try {
    const report =
      call === "migrate" ? await migrate(told) : await new MigrationRunner(told).rollback({ to: 0, allowLoss: true });
    tell({ report });
  } catch (error) {
    process.exitCode = 1;
    tell({ error: error instanceof LockstepError ? error.code : String(error) });
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
