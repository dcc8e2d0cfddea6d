/** A thin driver that injects faults: the real connection, except that its n-th call fails. The only double in these tests. */
import type { Connection, DatabaseFailure, Row, SqlValue } from "../../src/driver/driver.ts";

/** What fails and when. */
export interface Fault {
  /** The call that fails, counted from 1; 0 for none. */
  readonly call: number;
  /** `before`: the call is never made. `after`: it is made, and its answer lost. */
  readonly moment: "before" | "after";
  /** What the failure is for the database; undefined for an error that does not come from it. */
  readonly kind: DatabaseFailure["kind"] | undefined;
  /** Whether every later call fails as well, as on a disk that is gone. */
  readonly lasting?: boolean;
}

/** The error that a fault throws. */
export class InjectedError extends Error {
  readonly kind: DatabaseFailure["kind"] | undefined;

  constructor(kind: DatabaseFailure["kind"] | undefined) {
    super("injected");
    this.kind = kind;
  }
}

/** A connection with a fault in it. */
export interface FaultyConnection extends Connection {
  /** The SQL of each call so far. */
  readonly calls: readonly string[];
}

/** Puts a fault into a connection. `onIdle` is called after each call that leaves no transaction open. */
export function faultyConnection(
  inner: Connection,
  fault: Fault,
  onIdle: () => void = () => undefined,
): FaultyConnection {
  const calls: string[] = [];
  const call = <T>(sql: string, make: () => T): T => {
    calls.push(sql);
    const isFaulty =
      fault.lasting === true ? calls.length >= fault.call && fault.call > 0 : calls.length === fault.call;
    if (isFaulty && fault.moment === "before") throw new InjectedError(fault.kind);
    const result = make();
    if (!inner.inTransaction) onIdle();
    if (isFaulty) throw new InjectedError(fault.kind);
    return result;
  };
  return {
    calls,
    ...(inner.allowSchemaEdits === undefined ? {} : { allowSchemaEdits: inner.allowSchemaEdits }),
    handle: inner.handle,
    answers: inner.answers,
    path: inner.path,
    get isOpen(): boolean {
      return inner.isOpen;
    },
    get inTransaction(): boolean {
      return inner.inTransaction;
    },
    execute: (sql: string) => call(sql, () => inner.execute(sql)),
    query: (sql: string, parameters?: readonly SqlValue[]): readonly Row[] =>
      call(sql, () => inner.query(sql, parameters) as readonly Row[]),
    failure: (error) => {
      if (!(error instanceof InjectedError)) return inner.failure(error);
      return error.kind === undefined ? undefined : { kind: error.kind, message: error.message };
    },
    close: () => inner.close(),
  };
}
