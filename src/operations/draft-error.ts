/** Tells whose mistake it is that a drafted migration does not lead where it should: the schema's, or lockstep's own. */
import { freeName } from "../core/alter/rebuild.ts";
import type { Change } from "../core/diff/change.ts";
import type { Schema } from "../core/schema/schema.ts";
import { wait, type Task } from "../core/task.ts";
import { assert, LockstepError, type Place } from "../error.ts";
import { brokenObjects } from "../apply/alter/broken-objects.ts";
import { namesOf } from "../apply/alter/names.ts";
import { makeSchema } from "../scratch/make-schema.ts";
import { onScratch } from "../scratch/on-scratch.ts";
import type { Session } from "../session.ts";
import { isAbout } from "./rename-schema.ts";

/** What a migration is drafted from and for. */
export interface DraftedSchemas {
  readonly from: Schema;
  readonly to: Schema;
  /** Where the wanted schema stands. */
  readonly place: Place;
}

/** The refusal of a way whose directives cannot be read: a directive is a comment, and ends with its line. */
export function unwritable(
  { from, to, place }: DraftedSchemas,
  direction: "up" | "down",
  message: string,
): LockstepError {
  const columns = [from, to].flatMap(({ tables }) => tables.flatMap((table) => table.columns));
  const odd = columns.find(({ name }) => /[\r\n]/.test(name));
  assert(odd !== undefined, `the drafted way ${direction} can be read: ${message}`);
  return new LockstepError({
    code: "rebuild_refused",
    problem: `the column ${JSON.stringify(odd.name)} has a line end in its name, which no directive can hold`,
    place,
    outcome: "unchanged",
    hint: "rename it in a migration of its own: ALTER TABLE … RENAME COLUMN",
  });
}

/** The error for a way that does not run. */
export function* wayError(
  session: Session,
  input: DraftedSchemas,
  { error, direction }: { readonly error: LockstepError; readonly direction: "up" | "down" },
): Task<LockstepError> {
  const { from, to, place } = input;
  const { code, problem, hint } = error.details;
  if (problem.startsWith("this directive")) return unwritable(input, direction, problem);
  if (code === "rebuild_refused") return new LockstepError({ code, problem, place, outcome: "unchanged", hint });
  // SQLite reads every table again when it renames one, and is stricter then than CREATE TABLE was.
  if (problem.startsWith("error in table ")) {
    return new LockstepError({
      code: "rebuild_refused",
      problem: `SQLite renames nothing beside a table that it cannot read again: ${problem}`,
      place,
      outcome: "unchanged",
      hint: "drop that table, or make it anew without the mistake, in a migration of its own",
      cause: error,
    });
  }
  const broken = (yield* brokenIn(session, from)) ?? (yield* brokenIn(session, to));
  if (broken !== undefined) {
    return new LockstepError({
      code: "rebuild_refused",
      problem: `SQLite renames and drops columns only where every view and trigger works, and ${broken}`,
      place,
      outcome: "unchanged",
      hint: "mend it or drop it first",
      cause: error,
    });
  }
  return ownMistake(`the drafted way ${direction} runs: ${problem}`, { place: error.details.place, cause: error });
}

/** The first view or trigger that does not work, in words. */
function* brokenIn(session: Session, schema: Schema): Task<string | undefined> {
  return yield* onScratch(session, function* (scratch) {
    yield* makeSchema(scratch, schema);
    const [first] = (yield* brokenObjects(scratch.connection, schema)).values();
    if (first !== undefined) return `${first.what} does not: ${first.message}`;
    return yield* unreadableIn(scratch, schema);
  });
}

/** What compiles because it never runs, such as a trigger for UPDATE OF a column that is gone, SQLite reads when it renames. */
function* unreadableIn({ connection }: Session, schema: Schema): Task<string | undefined> {
  const table = freeName("lockstep_try", namesOf(schema));
  yield* wait(connection.execute(`CREATE TABLE ${table} (a)`));
  try {
    yield* wait(connection.execute(`ALTER TABLE ${table} RENAME COLUMN a TO b`));
    return undefined;
  } catch (error) {
    const message = connection.failure(error)?.message ?? "";
    const found = [...schema.views, ...schema.triggers].find((one) => isAbout(message, one));
    if (found === undefined) throw error;
    return `the ${found.kind} "${found.name}" does not: ${message.replace(/^error in [^:]*: /, "")}`;
  }
}

/** Throws `internal_invariant` where something is left to do. */
export function refuseRest(rest: readonly Change[], expectation: string): void {
  const [first] = rest;
  if (first === undefined) return;
  const { kind, ...details } = first;
  throw ownMistake(`${expectation}, but for ${kind} ${JSON.stringify(details)}`, {
    place: { kind: "argument", argument: "lockstep" },
  });
}

function ownMistake(rule: string, about: { readonly place: Place; readonly cause?: unknown }): LockstepError {
  return new LockstepError({
    code: "internal_invariant",
    problem: `lockstep broke a rule of its own: ${rule}`,
    outcome: "unchanged",
    hint: "this is a bug in lockstep; please report it with this message and the two schemas",
    ...about,
  });
}
