/** Runs work of lockstep on a handle whose driver exists in the tests only. */
import { runAsync, type Task } from "../../src/core/task.ts";
import type { Driver } from "../../src/driver/driver.ts";
import type { DatabaseHandle, MigrateOptions } from "../../src/index.ts";
import { asynchronous } from "../../src/mode.ts";
import { withSession, type Session } from "../../src/session.ts";

/** The options of a call beside its database. */
export type OptionsOnHandle = Omit<MigrateOptions, "database" | "driver">;

/** Runs `body` in a session on the handle, which stays open. */
export function runOn<T>(
  { driver, handle }: { readonly driver: Driver; readonly handle: unknown },
  options: OptionsOnHandle,
  body: (session: Session) => Task<T>,
): Promise<T> {
  const drivers = { [driver.name]: driver };
  const database = handle as DatabaseHandle;
  return runAsync(withSession({ ...options, database }, { mode: asynchronous, access: "write", drivers }, body));
}
