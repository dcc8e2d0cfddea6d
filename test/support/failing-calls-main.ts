/**
 * The process that failing-calls.ts starts under strace. It knows which of its calls will fail without being told: calls on a file of
 * its own are made until one fails, and from there on it counts.
 */
import { fsyncSync, ftruncateSync, openSync, readFileSync, readSync, unlinkSync, writeSync } from "node:fs";
import { LockstepError, migrateSync, MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import { PERIOD, type FailingOrder, type SystemCall, type Told } from "./failing-calls.ts";
import { applySettings, openHandle, readSettings, unusualSettings, type OpenHandle } from "./handle.ts";

const order = JSON.parse(readFileSync(0, "utf8")) as FailingOrder;
const scratch = openSync(order.scratch, "w+");
const byte = Buffer.alloc(1);

/** One call of each kind that changes nothing that matters. */
const CALLS: Readonly<Record<SystemCall, () => unknown>> = {
  pwrite64: () => writeSync(scratch, byte, 0, 1, 0),
  pread64: () => readSync(scratch, byte, 0, 1, 0),
  fsync: () => fsyncSync(scratch),
  unlink: () => unlinkSync(`${order.scratch}-nothing`),
  ftruncate: () => ftruncateSync(scratch, 1),
};

/** Makes one call. Whether it was made to fail: that nothing is there to be unlinked is no such failure. */
function fails(): boolean {
  try {
    CALLS[order.call]();
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}

/** Makes calls until one fails, which begins a new period. Gives how many. */
function toNextFailure(): number {
  let count = 1;
  while (!fails()) count += 1;
  return count;
}

async function call(options: MigrateOptions): Promise<Pick<Told, "toVersion" | "error">> {
  try {
    if (order.way === "up") return { toVersion: migrateSync(options).toVersion };
    return { toVersion: (await new MigrationRunner(options).rollback({ to: 1, allowLoss: true })).toVersion };
  } catch (error) {
    const { message } = error as Error;
    if (!(error instanceof LockstepError)) return { error: { code: "not_told", outcome: "unknown", message } };
    const { outcome, databaseVersion, progress } = error.details;
    const version = databaseVersion === undefined ? {} : { version: databaseVersion };
    const done = progress === undefined ? {} : { done: progress.done };
    return { error: { code: error.code, outcome, message, ...version, ...done } };
  }
}

async function run(database: string, nth: number): Promise<Told> {
  const { driver, options, by } = order;
  const handle = by === "handle" ? open(database) : undefined;
  for (let count = nth; order.failing === "once" && count < PERIOD; count += 1) fails();
  const told = await call(handle === undefined ? { driver, database, ...options } : { database: handle, ...options });
  // The failure that ends this run's period begins the next one's. Of calls that fail ever after, the next one tells it.
  const left = order.failing === "once" ? toNextFailure() : fails() ? PERIOD : 0;
  const changedSettings = handle === undefined ? [] : changed(handle);
  handle?.close();
  return { wasHit: left > nth, changedSettings, ...told };
}

function open(database: string): OpenHandle {
  const handle = openHandle(order.driver, database);
  applySettings(handle, unusualSettings);
  // SQLite may read the file for its settings; what it has read once cannot fail later.
  readSettings(handle);
  return handle;
}

function changed(handle: OpenHandle): readonly string[] {
  const now = readSettings(handle);
  const wanted: Readonly<Record<string, unknown>> = { ...unusualSettings, query_only: 0, writable_schema: 0 };
  return Object.entries(now).flatMap(([name, value]) => (value === wanted[name] ? [] : [`${name} = ${String(value)}`]));
}

// What a first run loads must not count.
migrateSync({ database: ":memory:", driver: order.driver, ...order.options });
if (order.failing === "once") toNextFailure();
for (const { database, nth } of order.runs) {
  const told = await run(database, nth);
  writeSync(1, `${JSON.stringify(told)}\n`);
}
