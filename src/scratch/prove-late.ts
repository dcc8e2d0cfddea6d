/** Proves that migrations which came late give the same as if they had come in time: both orders are run on empty databases. */
import { compareSchemas, summarizeDifferences } from "../core/check/compare-schemas.ts";
import { compareRows } from "../core/check/compare-rows.ts";
import type { StoredObject } from "../core/check/stored-object.ts";
import type { LoadedMigration, MigrationEntry } from "../core/migration/migration.ts";
import { findInterference, findUndecided } from "../core/plan/interference.ts";
import { foldIdentifier } from "../core/sql/quote.ts";
import type { Task } from "../core/task.ts";
import { LockstepError } from "../error.ts";
import { readSnapshot } from "../history/read.ts";
import type { Session } from "../session.ts";
import { loadMigration } from "../source/load.ts";
import { capture, tablesOf, type Capture } from "./capture.ts";
import { applyTo, replay } from "./replay.ts";
import { readObjects, TextMemory, wordsOf } from "./schema-reader.ts";

/** The migrations that a proof is about, each list by version. */
export interface LateEntries {
  /** Applied, and older than everything that came late. */
  readonly before: readonly MigrationEntry[];
  readonly late: readonly MigrationEntry[];
  /** Applied, and newer than one that came late. */
  readonly applied: readonly MigrationEntry[];
}

/** Gives the reason why it is not proven, in words that follow a colon; undefined where it is. Writes nothing. */
export function* proveLate(session: Session, entries: LateEntries): Task<string | undefined> {
  const { before, late, applied } = entries;
  const code = before.find(({ layout }) => layout === "code");
  // A start does not run old code again, not even on an empty database: it may reach further than that.
  if (code !== undefined) return `version ${code.version}, which comes before, is code`;
  const squashed = [...before, ...late, ...applied].find(({ layout }) => layout === "squashed");
  if (squashed !== undefined) return `version ${squashed.version} has no file of its own`;
  const isCode = [...late, ...applied].find(({ layout }) => layout === "code");
  if (isCode !== undefined) return `version ${isCode.version} is code`;
  try {
    const loaded = (yield* loadAll(session, before)).find(({ up }) => up.kind === "code");
    if (loaded !== undefined) return `version ${loaded.version}, which comes before, is code`;
    const sides = { late: yield* loadAll(session, late), applied: yield* loadAll(session, applied) };
    const undecided = [...sides.late, ...sides.applied].map(findUndecided).find((reason) => reason !== undefined);
    if (undecided !== undefined) return undecided;
    return yield* compareOrders(session, entries, sides);
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const { migration, problem } = error.details;
    return `${migration === undefined ? "" : `version ${migration.version}, on an empty database: `}${problem}`;
  }
}

function* loadAll(session: Session, entries: readonly MigrationEntry[]): Task<readonly LoadedMigration[]> {
  const loaded: LoadedMigration[] = [];
  for (const entry of entries) loaded.push(yield* loadMigration(entry, session.mode));
  return loaded;
}

function* compareOrders(
  session: Session,
  entries: LateEntries,
  sides: { readonly late: readonly LoadedMigration[]; readonly applied: readonly LoadedMigration[] },
): Task<string | undefined> {
  const { before, late, applied } = entries;
  const memory = new TextMemory();
  const everything = (): boolean => true;
  const moments = yield* replay(session, { entries: before }, function* (scratch) {
    const first = yield* readObjects(scratch.connection, scratch.tables);
    yield* applyTo(scratch, { entries: applied }, yield* readSnapshot(scratch));
    const between = yield* readObjects(scratch.connection, scratch.tables);
    yield* applyTo(scratch, { entries: late }, yield* readSnapshot(scratch));
    return { first, between, last: yield* capture(scratch, memory, everything) };
  });
  const live = yield* readObjects(session.connection, session.tables);
  const foreign = findForeign(moments.between, live, [...sides.late, ...sides.applied]);
  if (foreign !== undefined) return foreign;
  const byVersion = [...before, ...late, ...applied].toSorted((left, right) => left.version - right.version);
  const inOrder = yield* replay(session, { entries: byVersion }, (scratch) => capture(scratch, memory, everything));
  const objects = [...live, ...moments.first, ...moments.between, ...moments.last.objects, ...inOrder.objects];
  return findInterference({ ...sides, objects }) ?? findDifference(inOrder, moments.last, memory);
}

/** What stands in the database where the migrations have to do with it, and is not what they made. */
function findForeign(
  expected: readonly StoredObject[],
  live: readonly StoredObject[],
  migrations: readonly LoadedMigration[],
): string | undefined {
  const words = new Set(
    migrations.flatMap(({ up }) =>
      up.kind === "sql" ? up.script.statements.flatMap(({ text }) => [...wordsOf(text)]) : [],
    ),
  );
  const isNear = ({ name, table }: StoredObject): boolean =>
    words.has(foldIdentifier(name)) || words.has(foldIdentifier(table));
  const differences = compareSchemas(expected.filter(isNear), live.filter(isNear));
  if (differences.length === 0) return undefined;
  return `in the database ${summarizeDifferences(differences, "is not from the migrations")}`;
}

function findDifference(inOrder: Capture, late: Capture, memory: TextMemory): string | undefined {
  const differences = compareSchemas(inOrder.objects, late.objects);
  if (differences.length > 0) return `by the order of versions ${summarizeDifferences(differences, "is not there")}`;
  const [tables, others] = [tablesOf(inOrder.objects, memory), tablesOf(late.objects, memory)];
  for (const [name, table] of tables) {
    const [own, other] = [table.columns, others.get(name)?.columns ?? []].map((columns) =>
      columns.map((column) => foldIdentifier(column.name)).join(),
    );
    if (own !== other) return `the columns of ${JSON.stringify(table.name)} would have another order`;
    if (triggersOf(inOrder, name) !== triggersOf(late, name))
      return `the triggers of ${JSON.stringify(table.name)} would have another order`;
    const [rows, otherRows] = [inOrder.rows.get(name), late.rows.get(name)];
    if (rows !== undefined && otherRows !== undefined && compareRows(rows, otherRows).length > 0)
      return `the rows of ${JSON.stringify(table.name)} would be others`;
  }
  const numbers = ({ sequences, header }: Capture): string =>
    JSON.stringify([[...sequences].toSorted(([left], [right]) => (left < right ? -1 : 1)), header]);
  return numbers(inOrder) === numbers(late) ? undefined : "the numbers that rows get next would be others";
}

/** In the order in which they were made, which is that in which they fire. */
function triggersOf({ objects }: Capture, table: string): string {
  return JSON.stringify(
    objects
      .filter((object) => object.type === "trigger" && foldIdentifier(object.table) === table)
      .map(({ name }) => name),
  );
}
