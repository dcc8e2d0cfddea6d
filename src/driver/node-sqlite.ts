/** The driver for `node:sqlite`, the default. */
import type { DatabaseSync } from "node:sqlite";
import type { Access, Connection, Driver, Row, SqlValue } from "./driver.ts";
import { kindOfResult } from "./result-code.ts";

export const nodeSqlite: Driver = {
  name: "node:sqlite",
  owns: (handle) => isDatabaseSync(handle),
  adopt: (handle) => connect(handle as DatabaseSync),
  open(path: string, access: Access): Connection {
    // Loaded here and not at the top: a caller with a handle of another library never needs it.
    const { DatabaseSync, backup } = process.getBuiltinModule("node:sqlite");
    const handle = new DatabaseSync(path, { readOnly: access === "read" });
    const copying = { copyTo: (file: string) => backup(handle, file, { rate: ALL_PAGES }) };
    return Object.assign(connect(handle), sealOf(handle), schemaEditsOf(handle), copying);
  },
};

function isDatabaseSync(handle: unknown): handle is DatabaseSync {
  return typeof handle === "object" && handle !== null && "isTransaction" in handle && "createSession" in handle;
}

function connect(handle: DatabaseSync): Connection {
  return {
    handle,
    answers: "at_once",
    get path(): string | null {
      return handle.location();
    },
    get isOpen(): boolean {
      return handle.isOpen;
    },
    get inTransaction(): boolean {
      return handle.isTransaction;
    },
    execute(sql: string): void {
      handle.exec(sql);
    },
    query(sql: string, parameters: readonly SqlValue[] = []): readonly Row[] {
      const statement = handle.prepare(sql);
      // Whatever the owner of the handle gets from it by default.
      statement.setReturnArrays(false);
      statement.setReadBigInts(false);
      return statement.all(...parameters);
    },
    failure(error: unknown) {
      if (!(error instanceof Error)) return undefined;
      const { errcode } = error as { errcode?: unknown };
      if (typeof errcode !== "number") return undefined;
      return { kind: kindOfResult(errcode), message: error.message };
    },
    close(): void {
      handle.close();
    },
  };
}

/** More than a database can have: it is copied in one step. */
const ALL_PAGES = 2 ** 31 - 1;

/** Node 24.10 and newer have `setAuthorizer` (https://sqlite.org/c3ref/set_authorizer.html). */
interface Authorized {
  setAuthorizer(authorizer: ((action: number) => number) | null): void;
}

/** The actions SQLITE_TRANSACTION, SQLITE_ATTACH and SQLITE_DETACH (https://sqlite.org/c3ref/c_alter_table.html). */
const SEALED: ReadonlySet<number> = new Set([22, 24, 25]);
const OK = 0;
const DENY = 1;

function sealOf(handle: DatabaseSync): Pick<Connection, "seal"> {
  if (!isAuthorized(handle)) return {};
  return {
    seal(state): void {
      handle.setAuthorizer(state === "sealed" ? (action) => (SEALED.has(action) ? DENY : OK) : null);
    },
  };
}

/** The defensive mode of Node 24 and newer, which is on unless it is switched off (https://sqlite.org/c3ref/c_dbconfig_defensive.html). */
interface Defensive {
  enableDefensive(isActive: boolean): void;
}

function schemaEditsOf(handle: DatabaseSync): Pick<Connection, "allowSchemaEdits"> {
  if (!isDefensive(handle)) return {};
  return { allowSchemaEdits: (state) => handle.enableDefensive(state === "denied") };
}

function isDefensive(handle: object): handle is Defensive {
  return "enableDefensive" in handle;
}

function isAuthorized(handle: object): handle is Authorized {
  return "setAuthorizer" in handle;
}
