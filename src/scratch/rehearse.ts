/** Replays migrations with a proof of each way back, from the farthest state that is kept, and keeps states on the way. */
import { compareObjects } from "../core/check/stored-object.ts";
import type { Verdict } from "../core/check/verdict.ts";
import type { LoadedMigration, MigrationEntry } from "../core/migration/migration.ts";
import type { HistorySnapshot } from "../core/history/history.ts";
import { planUp } from "../core/plan/plan.ts";
import { wait, type Task } from "../core/task.ts";
import { runPlan } from "../apply/run-plan.ts";
import { LockstepError } from "../error.ts";
import { readSnapshot } from "../history/read.ts";
import { readHeader } from "../inspect/header.ts";
import type { WaysBack } from "../options.ts";
import { onConnection, type Session } from "../session.ts";
import { loadMigration } from "../source/load.ts";
import { failure, found, noted, UNPROVEN } from "./proof.ts";
import { proveWayBack } from "./prove-way-back.ts";
import { openState } from "./open-state.ts";
import { replayKeys } from "./replay-keys.ts";
import { EMPTY_RECORD, type ReplayRecord } from "./replay-record.ts";
import type { ReplayStore } from "./replay-store.ts";
import { readObjects, TextMemory } from "./schema-reader.ts";

/** What is written from the last state, where it is wanted. */
export interface WrittenFiles {
  /** The schema as a script. */
  readonly dump?: (scratch: Session) => Task<string>;
  /** The types of its rows. */
  readonly types?: (scratch: Session) => Task<string>;
}

/** What is rehearsed, and how. */
export interface RehearseOptions extends WrittenFiles {
  readonly entries: readonly MigrationEntry[];
  readonly store: ReplayStore;
  /** `none`: only the schema is wanted. */
  readonly waysBack: WaysBack | "none";
  /** A number of entries whose state will be asked for, too. */
  readonly point?: number;
}

/** What a rehearsal gives. */
export interface Rehearsed {
  readonly record: ReplayRecord;
  /** How many migrations were run; the others were kept from an earlier time. */
  readonly executed: number;
  /** The first that failed: the record is that of all others, as far as they do not need it. */
  readonly failed?: number;
  /** The state after `point` entries; missing behind a failure. */
  readonly atPoint?: ReplayRecord;
  /** For the state after each entry, what it was made of; see replay-keys.ts. */
  readonly keys: readonly (string | undefined)[];
}

/** How far from the end a state is kept: the newest migrations are those that are still edited. */
const KEPT_BEFORE_END: readonly number[] = [0, 1, 16, 256];

/** Rehearses. A migration that fails is told in its verdict, and those behind it are tried without it. */
export function* rehearse(session: Session, options: RehearseOptions): Task<Rehearsed> {
  const { entries, store, waysBack, point = entries.length } = options;
  const keys = yield* replayKeys(session, entries, [waysBack]);
  const recordAt = (count: number): ReplayRecord | undefined =>
    count === 0 ? EMPTY_RECORD : store.read(keys[count - 1]);
  const whole = recordAt(entries.length);
  const atPoint = point === entries.length ? whole : recordAt(point);
  const isWritten = (file: keyof WrittenFiles): boolean => options[file] === undefined || whole?.[file] !== undefined;
  const isComplete = whole !== undefined && isWritten("dump") && isWritten("types");
  if (isComplete && atPoint !== undefined) return { record: whole, executed: 0, atPoint, keys };
  const cacheable = keys.findIndex((key) => key === undefined);
  const points = new Set([...KEPT_BEFORE_END.map((distance) => entries.length - distance), point, cacheable]);
  const run = new Rehearsal(session, options, { keys, points });
  for (let count = Math.min(entries.length, cacheable === -1 ? entries.length : cacheable); count > 0; count -= 1) {
    const key = keys[count - 1];
    // The state in between is wanted as well.
    const record = count > point && atPoint === undefined ? undefined : store.read(key);
    const image = record === undefined || key === undefined ? undefined : store.readImage(key, record);
    if (record !== undefined && image !== undefined) return yield* run.from(count, record, image);
  }
  return yield* run.from(0, EMPTY_RECORD, undefined);
}

/** One rehearsal under way. */
class Rehearsal {
  readonly #session: Session;
  readonly #options: RehearseOptions;
  readonly #keys: readonly (string | undefined)[];
  readonly #points: Set<number>;
  /** How many entries stand before a version. */
  readonly #indexes: ReadonlyMap<number, number>;
  readonly #memory = new TextMemory();
  readonly #verdicts = new Map<number, Verdict>();
  #atPoint: ReplayRecord | undefined;
  #failed: number | undefined;

  constructor(
    session: Session,
    options: RehearseOptions,
    { keys, points }: { readonly keys: readonly (string | undefined)[]; readonly points: Set<number> },
  ) {
    this.#session = session;
    this.#options = options;
    this.#keys = keys;
    this.#points = points;
    this.#indexes = new Map(options.entries.map(({ version }, index) => [version, index]));
  }

  /** Goes on from a state that is kept. */
  *from(count: number, record: ReplayRecord, image: Buffer | undefined): Task<Rehearsed> {
    for (const verdict of record.verdicts) this.#verdicts.set(verdict.version, verdict);
    const state = openState(this.#session, image);
    const { connection } = state;
    try {
      return yield* this.#run(onConnection(this.#session, connection), count);
    } finally {
      if (connection.isOpen) yield* wait(connection.close());
      state.remove();
      this.#options.store.prune();
    }
  }

  *#run(scratch: Session, count: number): Task<Rehearsed> {
    const { entries } = this.#options;
    const loaded = yield* this.#load(entries.slice(count));
    let rest = loaded;
    while (rest.length > 0 && scratch.connection.isOpen) {
      const failed = yield* this.#apply(scratch, rest);
      if (failed === undefined) break;
      rest = rest.slice(rest.findIndex(({ version }) => version === failed) + 1);
    }
    const record = yield* this.#stateAt(scratch, entries.length);
    return {
      record,
      executed: loaded.length,
      keys: this.#keys,
      ...(this.#failed === undefined ? {} : { failed: this.#failed }),
      ...(this.#atPoint === undefined ? {} : { atPoint: this.#atPoint }),
    };
  }

  /** What cannot be loaded is told, and left out. */
  *#load(entries: readonly MigrationEntry[]): Task<readonly LoadedMigration[]> {
    const loaded: LoadedMigration[] = [];
    for (const entry of entries) {
      try {
        loaded.push(yield* loadMigration(entry, this.#session.mode));
      } catch (error) {
        if (!(error instanceof LockstepError)) throw error;
        // An entry has its name by a getter.
        const { version, name } = entry;
        this.#fail({ version, name, checksum: null }, { error, when: "loaded" });
      }
    }
    return loaded;
  }

  /** Applies them one after the other. Gives the version of the one that fails. */
  *#apply(scratch: Session, migrations: readonly LoadedMigration[]): Task<number | undefined> {
    const snapshot: HistorySnapshot = yield* readSnapshot(scratch);
    const { entries } = this.#options;
    const byVersion = new Map(migrations.map((migration) => [migration.version, migration]));
    try {
      const plan = planUp(migrations, snapshot.version);
      yield* runPlan({
        session: scratch,
        plan,
        entries,
        snapshot,
        isWanted: () => wait(true),
        beforeStep: ({ migration }) => this.#judge(scratch, byVersion.get(migration.version) as LoadedMigration),
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      const failed = migrations.find(({ version }) => version === error.details.migration?.version) ?? migrations[0];
      if (failed === undefined) return undefined;
      // It is rolled back: this is the state before it, from which the corrected one can go on.
      const count = this.#indexOf(failed.version);
      this.#points.add(count);
      yield* this.#stateAt(scratch, count);
      this.#fail(failed, { error, when: "applied" });
      return failed.version;
    }
  }

  /** Keeps the state before a migration where it is wanted, and proves its way back. */
  *#judge(scratch: Session, migration: LoadedMigration): Task<void> {
    const { version, name, checksum } = migration;
    const { waysBack } = this.#options;
    yield* this.#stateAt(scratch, this.#indexOf(version));
    const proof =
      waysBack === "none" ? UNPROVEN : yield* proveWayBack(scratch, migration, { memory: this.#memory, waysBack });
    this.#verdicts.set(version, { version, name, checksum, ...proof });
  }

  #indexOf(version: number): number {
    return this.#indexes.get(version) ?? 0;
  }

  #fail(
    { version, name, checksum }: Pick<Verdict, "version" | "name" | "checksum">,
    { error, when }: { readonly error: LockstepError; readonly when: "loaded" | "applied" },
  ): void {
    const earlier = this.#failed !== undefined && this.#failed < version ? this.#failed : undefined;
    const { problem } = error.details;
    // What cannot be read, or is no SQL, is that whatever has run before it.
    const isOwn = earlier === undefined || when === "loaded" || problem.includes("syntax error");
    const what = "it cannot be applied to a new database";
    const text = `not replayed: it may need what version ${earlier} makes (${problem})`;
    const told = isOwn
      ? found(failure(error, { code: "replay_failed", part: "up", what }))
      : noted({ kind: "not_checked", text });
    this.#verdicts.set(version, { version, name, checksum, ...told });
    this.#failed = earlier ?? version;
  }

  /** The state after `count` entries, which is kept where it is one of the points. */
  *#stateAt(scratch: Session, count: number): Task<ReplayRecord> {
    const { entries, store, point } = this.#options;
    const isLast = count === entries.length;
    const isBroken = this.#failed !== undefined && this.#failed <= (entries[count - 1]?.version ?? 0);
    const isWanted = isLast || (this.#points.has(count) && !isBroken);
    if (!isWanted || !scratch.connection.isOpen) return EMPTY_RECORD;
    let record: ReplayRecord = {
      objects: (yield* readObjects(scratch.connection, scratch.tables)).toSorted(compareObjects),
      header: yield* readHeader(scratch.connection),
      verdicts: entries.slice(0, count).flatMap(({ version }) => this.#verdicts.get(version) ?? []),
    };
    if (isBroken) return record;
    const { dump, types } = this.#options;
    if (isLast && dump !== undefined) record = { ...record, dump: yield* dump(scratch) };
    if (isLast && types !== undefined) record = { ...record, types: yield* types(scratch) };
    if (count === (point ?? entries.length)) this.#atPoint = record;
    const key = this.#keys[count - 1];
    if (key !== undefined) yield* store.write(key, record, scratch.connection);
    return record;
  }
}
