/**
 * Tries the wanted table while it is empty, and takes that back: whether SQLite reads its text, and whether all indexes, triggers and
 * views go on with it. What does not is refused before a row is touched.
 */
import { createInMain } from "../../core/alter/create.ts";
import { freeName } from "../../core/alter/rebuild.ts";
import type { Schema, SchemaObject } from "../../core/schema/schema.ts";
import type { Table } from "../../core/schema/table.ts";
import { quoteIdentifier, quoteTable } from "../../core/sql/quote.ts";
import { wait, type Task } from "../../core/task.ts";
import { inAlterMode } from "./alter-mode.ts";
import type { Altering } from "./altering.ts";
import { firingError, refuseBroken, refuseObject, type Broken } from "./broken-objects.ts";
import { belongingTo, namesOf } from "./names.ts";
import { setAside } from "./set-aside.ts";

/** What the wanted table is to take the place of. */
export interface Rehearsal {
  readonly schema: Schema;
  readonly current: Table;
  /** What did not work before. */
  readonly broken: Broken;
}

const SAVEPOINT = "lockstep_rehearse";

/** Throws `rebuild_refused`, or what SQLite says of the wanted table. None of its statements counts as a change that is made. */
export function* rehearse(altering: Altering, rehearsal: Rehearsal): Task<void> {
  const { connection } = altering.session;
  yield* wait(connection.query(`SAVEPOINT ${SAVEPOINT}`));
  try {
    yield* inAlterMode(connection, "legacy", () => tryWanted(altering, rehearsal));
  } catch (error) {
    try {
      yield* takeBack(altering);
    } catch {
      // What failed first is what has to be told.
    }
    throw error;
  }
  yield* takeBack(altering);
}

function* takeBack({ session: { connection } }: Altering): Task<void> {
  yield* wait(connection.query(`ROLLBACK TO ${SAVEPOINT}`));
  yield* wait(connection.query(`RELEASE ${SAVEPOINT}`));
}

function* tryWanted(altering: Altering, { schema, current, broken }: Rehearsal): Task<void> {
  const { session, intent } = altering;
  const { connection } = session;
  const taken = namesOf(schema);
  const aside = quoteIdentifier(freeName("lockstep_aside", taken));
  const sql = `ALTER TABLE ${quoteTable(current.name)} RENAME TO ${aside}`;
  yield* setAside(altering, { schema, current, sql, kind: "trial" });
  yield* wait(connection.query(createInMain(intent.wanted)));
  const trial = freeName("lockstep_trial", taken);
  for (const index of belongingTo(schema.indexes, current)) {
    const message = yield* whyNot(altering, index, trial);
    if (message !== undefined) throw refuseObject(altering, `the index "${index.name}"`, message);
    yield* wait(connection.query(`DROP INDEX ${quoteTable(trial)}`));
  }
  const triggers = belongingTo(schema.triggers, current);
  for (const trigger of triggers) {
    // Each by itself, so that it is known which one it is.
    const message = (yield* whyNot(altering, trigger, trial)) ?? (yield* firingError(connection, trigger));
    const wasBroken = broken.has(`${trigger.event} ${trigger.table}`);
    if (message !== undefined && !wasBroken) throw refuseObject(altering, `the trigger "${trigger.name}"`, message);
    yield* wait(connection.query(`DROP TRIGGER IF EXISTS ${quoteTable(trial)}`));
  }
  const others = schema.triggers.filter((trigger) => !triggers.includes(trigger));
  yield* refuseBroken(altering, { ...schema, triggers: others }, broken);
}

/** What SQLite says against making this object under another name; undefined where it makes it. */
function* whyNot(
  { session: { connection } }: Altering,
  object: Pick<SchemaObject, "sql" | "source">,
  name: string,
): Task<string | undefined> {
  try {
    yield* wait(connection.query(createInMain(object, quoteIdentifier(name))));
    return undefined;
  } catch (error) {
    const failure = connection.failure(error);
    if (failure?.kind !== "other") throw error;
    return failure.message;
  }
}
