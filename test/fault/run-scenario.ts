/** Runs a scenario on a file, as an application would: by its path, or on a handle that it has opened. */
import { runAsync } from "../../src/core/task.ts";
import type { DriverName } from "../../src/index.ts";
import { asynchronous } from "../../src/mode.ts";
import { readStatus } from "../../src/operations/index.ts";
import type { StatusReport } from "../../src/report.ts";
import { withSession } from "../../src/session.ts";
import { openHandle } from "../support/handle.ts";
import type { OptionsOnHandle } from "../support/run-on.ts";
import { killedOnly, scenarios, type Scenario } from "./scenarios.ts";

/** By which library a file is reached, and who opens it: lockstep (`own`), or the application (`shared`). */
export interface Manner {
  readonly driver: DriverName;
  readonly ownership: "own" | "shared";
}

/** Every manner; the first is that of most programs. */
export const manners: readonly Manner[] = [
  { driver: "node:sqlite", ownership: "own" },
  { driver: "node:sqlite", ownership: "shared" },
  { driver: "better-sqlite3", ownership: "own" },
  { driver: "better-sqlite3", ownership: "shared" },
];

/** Every scenario that a process can be killed in. */
export const killed: readonly Scenario[] = [...scenarios, ...killedOnly];

/** The scenario of this title. */
export function scenarioOf(title: string): Scenario {
  const found = killed.find((scenario) => scenario.title === title);
  if (found === undefined) throw new Error(`there is no scenario "${title}"`);
  return found;
}

/** Runs a scenario to its end. `options` are given in the place of its own. */
export async function runScenario(
  scenario: Scenario,
  path: string,
  { driver, ownership }: Manner,
  options: OptionsOnHandle = scenario.options,
): Promise<unknown> {
  const handle = ownership === "own" ? undefined : openHandle(driver, path);
  try {
    const session = { ...options, database: handle ?? path, driver };
    return await runAsync(withSession(session, { mode: asynchronous, access: "write" }, scenario.run));
  } finally {
    handle?.close();
  }
}

/** The status that the migrations of a scenario have in a file. */
export function statusOf({ options }: Scenario, path: string, driver: DriverName): Promise<StatusReport> {
  return runAsync(
    withSession({ ...options, database: path, driver }, { mode: asynchronous, access: "read" }, readStatus),
  );
}
