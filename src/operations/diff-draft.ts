/** Drafts both ways of a migration, and runs them on copies in memory before anybody sees them. */
import type { Change, Rename } from "../core/diff/change.ts";
import { diffSchemas, type SchemaDiffOptions } from "../core/diff/diff-schemas.ts";
import { TRY_ALTER_CONSTRAINT, type DraftCapabilities } from "../core/draft/capabilities.ts";
import { draftWay } from "../core/draft/draft-way.ts";
import type { Schema } from "../core/schema/schema.ts";
import { foldIdentifier } from "../core/sql/quote.ts";
import { parseSql } from "../core/sql/migration-file.ts";
import { wait, type Task } from "../core/task.ts";
import { assert, LockstepError, type Place } from "../error.ts";
import { brokenObjects, type Broken } from "../apply/alter/broken-objects.ts";
import { executeStatement } from "../apply/execute.ts";
import { onScratch } from "../scratch/on-scratch.ts";
import type { Session } from "../session.ts";
import { makeSchema, withRenames } from "./diff-renamed.ts";
import { readAll } from "./diff-source.ts";

/** What a migration is drafted from. */
export interface DraftInput {
  readonly from: Schema;
  readonly to: Schema;
  readonly renames: readonly Rename[];
  readonly allow: ReadonlySet<string>;
  readonly comments: NonNullable<SchemaDiffOptions["comments"]>;
  readonly capabilities: DraftCapabilities;
  /** Where the wanted schema stands. */
  readonly place: Place;
}

/** A migration that was tried. */
export interface Drafted {
  readonly changes: readonly Change[];
  /** The schema before, with the new names of what is renamed. */
  readonly renamed: Schema;
  readonly up: string;
  readonly down: string;
  /** The views and triggers that do not work in the wanted schema, but for those that did not before. */
  readonly broken: Broken;
}

/**
 * Drafts a migration. On a copy of the schema in memory its way up ends at the wanted schema, and its way down at the one before; else it
 * is refused with `internal_invariant`. Throws `rebuild_refused` for what no migration can do.
 */
export function* draftMigration(session: Session, input: DraftInput): Task<Drafted> {
  const { from, to, renames, allow, comments, capabilities } = input;
  const renamed = yield* withRenames(session, from, renames);
  const changes = diffSchemas(renamed, to, { renames, comments });
  if (changes.length === 0) return { changes, renamed, up: "", down: "", broken: new Map() };
  const up = draftWay({ from: renamed, to, changes, renames, capabilities, direction: "up", allow });
  return yield* onScratch(session, function* (scratch) {
    yield* makeSchema(scratch, from);
    const known = yield* brokenObjects(scratch.connection, from);
    const after = yield* tryWay(scratch, input, { sql: up, direction: "up" });
    refuseRest(diffSchemas(after, to, { comments }), "the drafted way up ends at the wanted schema");
    const broken = [...(yield* brokenObjects(scratch.connection, to))].filter(([key]) => !known.has(key));
    const back = renames.map((rename) => inverse(rename, renames));
    const before = yield* withRenames(session, after, back);
    const down = draftWay({
      from: before,
      to: from,
      changes: diffSchemas(before, from, { renames: back, comments }),
      renames: back,
      capabilities,
      direction: "down",
    });
    const end = yield* tryWay(scratch, input, { sql: down, direction: "down" });
    refuseRest(diffSchemas(end, from, { comments }), "the drafted way down ends at the schema before");
    return { changes, renamed, up, down, broken: new Map(broken) };
  });
}

/** Tries what the SQLite at hand can do. */
export function* probeCapabilities(session: Session): Task<DraftCapabilities> {
  const connection = session.openScratch();
  try {
    for (const sql of TRY_ALTER_CONSTRAINT) yield* wait(connection.execute(sql));
    return { alterConstraint: "possible" };
  } catch (error) {
    if (connection.failure(error)?.kind !== "other") throw error;
    return { alterConstraint: "impossible" };
  } finally {
    yield* wait(connection.close());
  }
}

function inverse(rename: Rename, renames: readonly Rename[]): Rename {
  const { from, to } = rename;
  if (rename.kind === "table") return { kind: "table", from: to, to: from };
  const table = renames.find(
    (one) => one.kind === "table" && foldIdentifier(one.to) === foldIdentifier(rename.table),
  )?.from;
  return { kind: "column", table: table ?? rename.table, from: to, to: from };
}

interface DraftedWay {
  readonly sql: string;
  readonly direction: "up" | "down";
}

/** Runs one way on a copy, and gives the schema that it leads to. */
function* tryWay(scratch: Session, input: DraftInput, { sql, direction }: DraftedWay): Task<Schema> {
  const parsed = parseSql(sql, `(the drafted way ${direction})`);
  if (parsed.kind === "problem") throw unwritable(input, direction, parsed.problem.message);
  for (const index of parsed.up.statements.keys()) {
    try {
      yield* executeStatement(scratch, parsed.up, index + 1);
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      throw yield* wayError(scratch, input, { error, direction });
    }
  }
  return yield* readAll(scratch);
}

/** A directive is a comment, and ends with its line. */
function unwritable({ from, to, place }: DraftInput, direction: "up" | "down", message: string): LockstepError {
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

/** Tells whose mistake it is that a draft does not run. */
function* wayError(
  session: Session,
  input: DraftInput,
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
  return new LockstepError({
    code: "internal_invariant",
    problem: `lockstep broke a rule of its own: the drafted way ${direction} runs: ${problem}`,
    place: error.details.place,
    outcome: "unchanged",
    hint: "this is a bug in lockstep; please report it with this message and the two schemas",
    cause: error,
  });
}

/** The first view or trigger that does not work, in words. */
function* brokenIn(session: Session, schema: Schema): Task<string | undefined> {
  return yield* onScratch(session, function* ({ connection, ...scratch }) {
    yield* makeSchema({ ...scratch, connection }, schema);
    const [first] = (yield* brokenObjects(connection, schema)).values();
    return first === undefined ? undefined : `${first.what} does not: ${first.message}`;
  });
}

/** Nothing may be left to do. */
function refuseRest(rest: readonly Change[], expectation: string): void {
  const [first] = rest;
  if (first === undefined) return;
  const { kind, ...details } = first;
  throw new LockstepError({
    code: "internal_invariant",
    problem: `lockstep broke a rule of its own: ${expectation}, but for ${kind} ${JSON.stringify(details)}`,
    place: { kind: "argument", argument: "lockstep" },
    outcome: "unchanged",
    hint: "this is a bug in lockstep; please report it with this message and the two schemas",
  });
}
