/** A scenario in this process, on a connection that can be watched and made to fail: what it does when nothing comes between. */
import { betterSqlite3 } from "../../src/driver/better-sqlite3.ts";
import type { Driver } from "../../src/driver/driver.ts";
import { nodeSqlite } from "../../src/driver/node-sqlite.ts";
import type { DriverName } from "../../src/index.ts";
import { effort } from "../support/effort.ts";
import { faultyConnection, type FaultyConnection } from "../support/faulty-connection.ts";
import { openHandle, type OpenHandle } from "../support/handle.ts";
import { runOn } from "../support/run-on.ts";
import { stateOf, type DatabaseState } from "../support/state.ts";
import type { Scenario } from "./scenarios.ts";
import { journalModesOf, type JournalMode } from "./starting-point.ts";

/** A scenario, on a file of this journal mode, through this library. */
export interface Subject {
  readonly scenario: Scenario;
  readonly journalMode: JournalMode;
  readonly driver: Driver;
}

/** What an undisturbed run does. */
export interface Undisturbed {
  /** The SQL of each call. */
  readonly calls: readonly string[];
  /** Every state that another connection could see, in order. */
  readonly states: readonly DatabaseState[];
  /** The place in `states` of what holds after so many calls, from 0 calls on. */
  readonly at: readonly number[];
  /** The numbers of the calls, from 1, that leave no transaction open. */
  readonly idle: readonly number[];
}

/** The subjects of these scenarios: in `npm test` with the one library and the one journal mode that most programs have. */
export function subjectsOf(scenarios: readonly Scenario[]): readonly Subject[] {
  if (effort === "sample")
    return scenarios.map((scenario) => ({ scenario, journalMode: "DELETE", driver: nodeSqlite }));
  return scenarios.flatMap((scenario) =>
    journalModesOf(scenario).flatMap((journalMode) =>
      [nodeSqlite, betterSqlite3].map((driver) => ({ scenario, journalMode, driver })),
    ),
  );
}

/** Opens a file with the library of a driver. */
export function open(driver: Driver, path: string): OpenHandle {
  return openHandle(driver.name as DriverName, path);
}

/** A driver that has this one connection. */
export function driverOf(connection: FaultyConnection, driver: Driver): Driver {
  return { ...driver, name: "faulty", owns: (handle) => handle === connection.handle, adopt: () => connection };
}

/** Runs a scenario without a fault. */
export async function undisturbed({ scenario, driver }: Subject, path: string): Promise<Undisturbed> {
  const handle = open(driver, path);
  // Not open all the time: where somebody looks on, the journal mode cannot be changed.
  const lookOn = (): DatabaseState => {
    const onlooker = open(driver, path);
    const state = stateOf(onlooker);
    onlooker.close();
    return state;
  };
  const states = [lookOn()];
  const at = [0];
  const idle: number[] = [];
  const connection = faultyConnection(driver.adopt(handle), { call: 0, moment: "before", kind: undefined }, () => {
    const state = lookOn();
    const before = states.length - 1;
    if (JSON.stringify(state) !== JSON.stringify(states.at(-1))) states.push(state);
    // Of the calls since the last one without a transaction nothing could be seen.
    while (at.length < connection.calls.length) at.push(before);
    at.push(states.length - 1);
    idle.push(connection.calls.length);
  });
  await runOn({ driver: driverOf(connection, driver), handle }, scenario.options, scenario.run);
  handle.close();
  return { calls: connection.calls, states, at, idle };
}
