/** A connection that notes what is renamed through it. */
import type { Renames } from "../core/sql/renames.ts";
import type { Connection, SqlValue } from "../driver/driver.ts";

/** The same connection, with every statement that it runs told to `renames`. What code runs on the handle itself is not seen. */
export function watchRenames(inner: Connection, renames: Renames): Connection {
  return {
    ...inner,
    get isOpen(): boolean {
      return inner.isOpen;
    },
    get inTransaction(): boolean {
      return inner.inTransaction;
    },
    execute(sql) {
      renames.note(sql);
      return inner.execute(sql);
    },
    query: (sql: string, parameters?: readonly SqlValue[]) => inner.query(sql, parameters),
  };
}
