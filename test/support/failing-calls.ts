/**
 * Makes single system calls of a run fail, one after the other, with an error of the real system: strace puts it in the place of the
 * n-th call of a child process. Many runs share one child, since starting one costs far more than a run.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { DriverName, ErrorCode, ListedMigration, Outcome } from "../../src/index.ts";

/** The calls that can fail: those that SQLite makes for a page, for a sync and for a journal that is done with. */
export type SystemCall = "pwrite64" | "pread64" | "fsync" | "unlink" | "ftruncate";

/** Every how many calls of its kind one fails. More than a run and its end make, so that a run meets one failure at most. */
export const PERIOD = 160;

/** What the child is to do. Options go to another process as JSON, so that they hold no functions. */
export interface FailingOrder {
  readonly call: SystemCall;
  /** `ever_after`: all later calls fail as well, as on a disk that is gone; then there can be one run only. */
  readonly failing: "once" | "ever_after";
  /** A run on each database; its `nth` call of the kind fails, from 1. */
  readonly runs: readonly { readonly database: string; readonly nth: number }[];
  readonly way: "up" | "down";
  /** `handle`: on a handle with settings that are not the defaults. */
  readonly by: "path" | "handle";
  readonly driver: DriverName;
  readonly options: { readonly migrations: readonly ListedMigration[]; readonly transaction?: "each" | "all" };
  /** A file for calls that reach no database. */
  readonly scratch: string;
}

/** What a run said. */
export interface Told {
  /** Whether the call was made at all, and so failed. */
  readonly wasHit: boolean;
  readonly error?: {
    readonly code: ErrorCode | "not_told";
    readonly outcome: Outcome;
    readonly version?: number;
    /** How many statements of a migration without a transaction are done. */
    readonly done?: number;
    readonly message: string;
  };
  readonly toVersion?: number;
  /** Settings of the handle that are not as before, with what they are. */
  readonly changedSettings: readonly string[];
}

const MAIN = fileURLToPath(new URL("failing-calls-main.ts", import.meta.url));

/** Why no call can be made to fail here; false where they can. For `skip`. */
export function cannotFail(call: SystemCall): string | false {
  const tried = spawnSync("strace", ["-qq", "-o", "/dev/null", "-e", `inject=${call}:error=EIO:when=60000`, "true"]);
  if (tried.error !== undefined) return "strace is not here";
  return tried.status === 0 ? false : `strace may not be used here, or knows no ${call}`;
}

/** Runs the order with this error, such as EIO. */
export function runFailing(order: FailingOrder, error: string): readonly Told[] {
  const when = order.failing === "once" ? `${PERIOD}+${PERIOD}` : `${order.runs[0]?.nth}+`;
  const inject = `inject=${order.call}:error=${error}:when=${when}`;
  const child = spawnSync(
    "strace",
    ["-qq", "-o", "/dev/null", "-e", `trace=${order.call}`, "-e", inject, process.execPath, "--no-warnings", MAIN],
    { encoding: "utf8", input: JSON.stringify(order), maxBuffer: 1 << 26 },
  );
  if (child.status !== 0) throw new Error(`the child ended with ${child.status ?? child.signal}: ${child.stderr}`);
  const told = child.stdout.trim().split("\n");
  if (told.length !== order.runs.length)
    throw new Error(`${told.length} of ${order.runs.length} runs: ${child.stderr}`);
  return told.map((line) => JSON.parse(line) as Told);
}
