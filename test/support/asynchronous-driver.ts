/**
 * A driver for a database whose every call gives a promise: node:sqlite with a turn of the event loop in front of each call. It shows that
 * the driver contract, and everything above it, has room for such databases.
 */
import { DatabaseSync } from "node:sqlite";
import { setImmediate as turn } from "node:timers/promises";
import type { Access, Connection, Driver, Row, SqlValue } from "../../src/driver/driver.ts";
import { nodeSqlite } from "../../src/driver/node-sqlite.ts";

/** The handle of the imagined library: a database that is reached by promises only. */
export class AsynchronousDatabase {
  readonly inner: Connection;

  constructor(path: string, access: Access = "write") {
    this.inner = nodeSqlite.adopt(new DatabaseSync(path, { readOnly: access === "read" }));
  }

  async exec(sql: string): Promise<void> {
    await turn();
    await this.inner.execute(sql);
  }

  async all(sql: string, parameters: readonly SqlValue[] = []): Promise<readonly Row[]> {
    await turn();
    return this.inner.query(sql, parameters);
  }

  async close(): Promise<void> {
    await turn();
    await this.inner.close();
  }
}

export const asynchronousDriver: Driver = {
  name: "asynchronous",
  owns: (handle) => handle instanceof AsynchronousDatabase,
  adopt: (handle) => connect(handle as AsynchronousDatabase),
  open: (path, access) => connect(new AsynchronousDatabase(path, access)),
};

function connect(handle: AsynchronousDatabase): Connection {
  const { inner } = handle;
  return {
    handle,
    answers: "later",
    get path(): string | null {
      return inner.path;
    },
    get isOpen(): boolean {
      return inner.isOpen;
    },
    get inTransaction(): boolean {
      return inner.inTransaction;
    },
    execute: (sql) => handle.exec(sql),
    query: (sql, parameters) => handle.all(sql, parameters),
    failure: (error) => inner.failure(error),
    close: () => handle.close(),
  };
}
