/** A connection that tells what it runs. */
import type { Connection, SqlValue } from "./driver.ts";

/**
 * The same connection, with every statement that it executes told to `note` before it runs; what it only queries is not told, and what
 * code runs on the handle itself is not seen. `instead` takes the place of members of it.
 */
export function notingConnection(
  inner: Connection,
  note: (sql: string) => void,
  instead: Partial<Connection> = {},
): Connection {
  return {
    ...inner,
    ...instead,
    // What changes must be asked for each time: a copy would stay as it is now.
    get isOpen(): boolean {
      return inner.isOpen;
    },
    get inTransaction(): boolean {
      return inner.inTransaction;
    },
    execute(sql) {
      note(sql);
      return inner.execute(sql);
    },
    query: (sql: string, parameters?: readonly SqlValue[]) => inner.query(sql, parameters),
  };
}
