/** Open handles of the two libraries, as an application would open them. */
import Database from "better-sqlite3";
import { DatabaseSync } from "node:sqlite";
import type { DatabaseHandle, DriverName } from "../../src/index.ts";

/** An open handle with what both libraries have in common. */
export interface OpenHandle extends DatabaseHandle {
  prepare(sql: string): {
    all(...values: unknown[]): unknown[];
    get(...values: unknown[]): unknown;
    run(...values: unknown[]): unknown;
  };
  close(): void;
}

/** The libraries that lockstep has a driver for. */
export const driverNames: readonly DriverName[] = ["node:sqlite", "better-sqlite3"];

/** Opens a file, or `:memory:`, with a library of the user's choice. */
export function openHandle(driver: DriverName, path: string): OpenHandle {
  const handle: unknown = driver === "node:sqlite" ? new DatabaseSync(path) : new Database(path);
  return handle as OpenHandle;
}

/** Whether the handle is in a transaction. */
export function isInTransaction(handle: OpenHandle): boolean {
  const flags = handle as { readonly isTransaction?: boolean; readonly inTransaction?: boolean };
  return flags.isTransaction ?? flags.inTransaction ?? false;
}

/** Whether the handle is open. */
export function isOpen(handle: OpenHandle): boolean {
  const flags = handle as { readonly isOpen?: boolean; readonly open?: boolean };
  return flags.isOpen ?? flags.open ?? false;
}

/** The value of a pragma on this connection. */
export function pragma(handle: OpenHandle, name: string): unknown {
  return Object.values(handle.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

/** The rows of a query as plain objects. */
export function rows(handle: OpenHandle, sql: string): readonly Readonly<Record<string, unknown>>[] {
  return handle
    .prepare(sql)
    .all()
    .map((row) => ({ ...(row as object) }));
}

/** The pragmas that a run may touch, with values that are not their defaults. */
export const unusualSettings: Readonly<Record<string, number>> = {
  busy_timeout: 1234,
  foreign_keys: 0,
  ignore_check_constraints: 1,
  legacy_alter_table: 1,
  recursive_triggers: 1,
  reverse_unordered_selects: 1,
  synchronous: 1,
};

/** What those pragmas are now. */
export function readSettings(handle: OpenHandle): Readonly<Record<string, unknown>> {
  const names = [...Object.keys(unusualSettings), "query_only", "writable_schema"];
  return Object.fromEntries(names.map((name) => [name, pragma(handle, name)]));
}

/** Sets pragmas. */
export function applySettings(handle: OpenHandle, settings: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(settings)) handle.exec(`PRAGMA ${name} = ${value}`);
}
