/** Watches every call that reaches a database library in this process, so that it can be killed at any one of them. */
import type { DriverName } from "../../src/index.ts";
import type { OpenHandle } from "../support/handle.ts";

/** Told of each call, with its number from 1 and its SQL; what a listener itself calls is not counted. */
export interface CallListener {
  readonly before: (call: number, sql: string) => void;
  readonly after: (call: number, sql: string, handle: OpenHandle) => void;
}

type Method = (this: object, ...values: unknown[]) => unknown;

/**
 * Puts a watch over the methods of a library that reach the database: of its handles and of its statements, whoever calls them. So calls
 * of migrations in code are seen too, and those on the lock beside the database.
 */
export async function watchCalls(driver: DriverName, listener: CallListener): Promise<void> {
  const { handles, statements } = await prototypesOf(driver);
  const textOf = new WeakMap<object, { readonly sql: string; readonly handle: OpenHandle }>();
  let calls = 0;
  let isInside = false;

  const watch = (
    prototype: object,
    name: string,
    tell: (self: object, values: readonly unknown[]) => { readonly sql: string; readonly handle: OpenHandle },
  ): void => {
    const method = Reflect.get(prototype, name) as Method;
    const watched = function (this: object, ...values: unknown[]): unknown {
      if (isInside) return Reflect.apply(method, this, values);
      isInside = true;
      try {
        calls += 1;
        const call = calls;
        const { sql, handle } = tell(this, values);
        listener.before(call, sql);
        const result = Reflect.apply(method, this, values);
        listener.after(call, sql, handle);
        return result;
      } finally {
        isInside = false;
      }
    };
    Reflect.set(prototype, name, watched);
  };

  const prepare = Reflect.get(handles, "prepare") as Method;
  Reflect.set(handles, "prepare", function (this: OpenHandle, ...values: unknown[]): unknown {
    const statement = Reflect.apply(prepare, this, values) as object;
    textOf.set(statement, { sql: String(values[0]), handle: this });
    return statement;
  });
  watch(handles, "exec", (self, [sql]) => ({ sql: String(sql), handle: self as OpenHandle }));
  watch(handles, "close", (self) => ({ sql: "close", handle: self as OpenHandle }));
  for (const name of ["all", "get", "run"]) {
    watch(statements, name, (self) => textOf.get(self) as { readonly sql: string; readonly handle: OpenHandle });
  }
}

/** The prototypes of a library's handles and statements. */
async function prototypesOf(driver: DriverName): Promise<{ readonly handles: object; readonly statements: object }> {
  if (driver === "node:sqlite") {
    const { DatabaseSync, StatementSync } = await import("node:sqlite");
    return { handles: DatabaseSync.prototype, statements: StatementSync.prototype };
  }
  const { default: Database } = await import("better-sqlite3");
  const memory = new Database(":memory:");
  const statements = Object.getPrototypeOf(memory.prepare("SELECT 1")) as object;
  memory.close();
  return { handles: Database.prototype, statements };
}
