/**
 * A process that runs one scenario and kills itself, by a signal that nothing can catch, before or after one call of the database
 * library. Without such a call it comes to its end.
 */
import { watchCalls } from "./library-calls.ts";
import { runScenario, scenarioOf, type Manner } from "./run-scenario.ts";

/** What the parent hands over, as JSON. */
export interface KillOrder {
  readonly scenario: string;
  readonly path: string;
  readonly manner: Manner;
  readonly kill?: Kill;
}

/** At which call of the library, from 1, and on which side of it. */
export interface Kill {
  readonly call: number;
  readonly moment: "before" | "after";
  /** What the call has to be, where that is known: a run that takes another way than its survey has no moment in common with it. */
  readonly sql?: string;
}

const { scenario, path, manner, kill } = JSON.parse(process.argv[2] ?? "{}") as KillOrder;

function dieAt(moment: Kill["moment"], call: number, sql: string): void {
  if (kill?.moment !== moment || kill.call !== call) return;
  if (kill.sql !== undefined && nameless(kill.sql) !== nameless(sql))
    throw new Error(`call ${call} is ${sql}, and was ${kill.sql}`);
  process.kill(process.pid, "SIGKILL");
  // Should the signal need a moment, then nothing else is done in it.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** The names of savepoints are random. */
function nameless(sql: string): string {
  return sql.replace(/\blockstep_[a-z0-9]{5,}$/, "");
}

if (kill !== undefined) {
  await watchCalls(manner.driver, {
    before: (call, sql) => dieAt("before", call, sql),
    after: (call, sql) => dieAt("after", call, sql),
  });
}
await runScenario(scenarioOf(scenario), path, manner);
