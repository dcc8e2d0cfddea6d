/** The driver for `better-sqlite3`, an optional peer dependency. */
import type { Database } from "better-sqlite3";
import { path } from "../node.ts";
import type { Access, Connection, Driver, Row, SqlValue } from "./driver.ts";
import { kindOfResult } from "./result-code.ts";

export const betterSqlite3: Driver = {
  name: "better-sqlite3",
  owns: (handle) => isDatabase(handle),
  adopt: (handle) => connect(handle as Database),
  open(file: string, access: Access): Connection {
    const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
    const library = require("better-sqlite3") as typeof import("better-sqlite3");
    const handle = new library(file, { readonly: access === "read", timeout: 0 });
    return Object.assign(connect(handle), {
      allowSchemaEdits: (state: "allowed" | "denied") => handle.unsafeMode(state === "allowed"),
      copyTo: (target: string) => handle.backup(target, { progress: () => ALL_PAGES }),
    });
  },
};

/** More than a database can have: it is copied in one step. */
const ALL_PAGES = 2 ** 31 - 1;

function isDatabase(handle: unknown): handle is Database {
  return typeof handle === "object" && handle !== null && "inTransaction" in handle && "pragma" in handle;
}

function connect(handle: Database): Connection {
  return {
    handle,
    answers: "at_once",
    path: handle.memory ? null : path.resolve(handle.name),
    get isOpen(): boolean {
      return handle.open;
    },
    get inTransaction(): boolean {
      return handle.inTransaction;
    },
    execute(sql: string): void {
      handle.exec(sql);
    },
    query(sql: string, parameters: readonly SqlValue[] = []): readonly Row[] {
      const statement = handle.prepare<SqlValue[], Row>(sql);
      // Also where the owner of the handle has asked for safe integers everywhere.
      if (statement.reader) return statement.safeIntegers(false).all(...parameters);
      statement.run(...parameters);
      return [];
    },
    failure(error: unknown) {
      if (!(error instanceof Error)) return undefined;
      const { code } = error as { code?: unknown };
      if (typeof code === "string" && code.startsWith("SQLITE_")) {
        return { kind: kindOfResult(code), message: error.message };
      }
      // better-sqlite3 checks the folder itself and throws a TypeError without a code.
      if (error instanceof TypeError && error.message.includes("directory does not exist")) {
        return { kind: "cannot_open", message: error.message };
      }
      return undefined;
    },
    close(): void {
      handle.close();
    },
  };
}
