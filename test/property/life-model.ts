/**
 * What lockstep has to do with a database, said a second time and as plainly as it can be: which migrations a call takes or why it
 * refuses, what is written then, and what is in the database, found out by running the same SQL on another one.
 */
import { DatabaseSync } from "node:sqlite";
import type { ErrorCode, MigrationState } from "../../src/index.ts";
import { stateOf } from "../support/state.ts";
import { sabotaged, textOf, type Definition, type Sabotage } from "./life-world.ts";

/** A migration in the history. */
interface Applied {
  /** The statements that it was recorded with; undefined for code, which has no checksum. */
  readonly recorded: readonly string[] | undefined;
  /** The way back that the history keeps. */
  readonly reverse: readonly string[] | undefined;
  /** Whether all of it has run, so that its own way back undoes exactly that. */
  readonly isWhole: boolean;
}

/** One that runs without a transaction and was stopped. */
interface Half {
  readonly version: number;
  readonly direction: "up" | "down";
  /** The statements that have run and are counted; undefined for code, which is one piece. */
  readonly done: readonly string[] | undefined;
  readonly total: number | null;
  /** All that has run, in order. */
  readonly ran: readonly string[];
}

/** How a call ends: with these versions done, in this order, and an error of one of these codes, if any. */
export interface Ending {
  readonly done: readonly number[];
  readonly codes: readonly ErrorCode[];
}

export interface UpRequest {
  readonly to: number | undefined;
  readonly sabotage: Sabotage | undefined;
  readonly transaction: "each" | "all";
  readonly outOfOrder: "refuse" | "allow";
  readonly changed: "refuse" | "allow";
  readonly newerDatabase: "refuse" | "allow";
}

export interface DownRequest {
  readonly to: number | undefined;
  readonly steps: number | undefined;
  readonly sabotage: Sabotage | undefined;
  readonly transaction: "each" | "all";
  readonly allowLoss: boolean;
}

/** A line of the status. */
export interface ModelStatus {
  readonly version: number;
  readonly state: MigrationState;
  readonly progress?: { readonly direction: "up" | "down"; readonly done: number; readonly total: number | null };
}

export class Model {
  readonly world: readonly Definition[];
  readonly history: Map<number, Applied> = new Map();
  half: Half | undefined;
  /** What has run and not been undone, in the order in which it has run. */
  #log: Entry[] = [];

  constructor(world: readonly Definition[]) {
    this.world = world;
  }

  /** The version of the database. */
  get current(): number {
    return Math.max(0, ...this.history.keys());
  }

  /** The versions in the history, ascending. */
  get versions(): readonly number[] {
    return [...this.history.keys()].toSorted((left, right) => left - right);
  }

  /** A database on which everything was run by hand that has run and was not undone. */
  replay(): DatabaseSync {
    return replayed(this.half === undefined ? this.#log : [...this.#log, { version: 0, statements: this.half.ran }]);
  }

  /** Where each migration stands that the world, the history or the progress knows. */
  status(): readonly ModelStatus[] {
    const versions = new Set([...this.versions, ...this.#present().map(({ version }) => version)]);
    if (this.half !== undefined) versions.add(this.half.version);
    return [...versions]
      .toSorted((left, right) => left - right)
      .map((version): ModelStatus => {
        if (this.half?.version === version) {
          const { direction, done, total } = this.half;
          return { version, state: "partial", progress: { direction, done: done?.length ?? 0, total } };
        }
        if (!this.history.has(version)) return { version, state: version < this.current ? "out_of_order" : "pending" };
        if (!this.#isPresent(version)) return { version, state: "missing" };
        return { version, state: this.#isChanged(version) ? "changed" : "applied" };
      });
  }

  /** Goes up. */
  up(request: UpRequest): Ending {
    const { to, transaction } = request;
    const known = this.#present();
    const newest = known.at(-1)?.version ?? 0;
    if (newest < this.current && request.newerDatabase === "refuse") return refused("database_newer");
    if (to !== undefined && to < this.current) return refused("target_behind");
    if (this.half?.direction === "down") return refused("partial_mismatch");
    if (this.half !== undefined && !this.#isPresent(this.half.version)) {
      if (this.half.version <= newest || request.newerDatabase === "refuse") return refused("partial_mismatch");
    }
    const wanted = known.filter(({ version }) => !this.history.has(version) && version <= (to ?? version));
    const isChanged = this.versions.some((version) => this.#isPresent(version) && this.#isChanged(version));
    // What has nothing to do compares nothing.
    if (wanted.length > 0 && isChanged && request.changed === "refuse") return refused("changed");
    const isLate = wanted.some(({ version }) => version < this.current && version !== this.half?.version);
    if (isLate && request.outOfOrder === "refuse") return refused("out_of_order");
    return this.#run(wanted, { direction: "up", transaction, sabotage: request.sabotage });
  }

  /** Goes down. */
  down({ to, steps, sabotage, transaction, allowLoss }: DownRequest): Ending {
    if (this.half?.direction === "up") return refused("partial_mismatch");
    const applied = this.versions.toReversed();
    const selected = to === undefined ? applied.slice(0, steps ?? 1) : applied.filter((version) => version > to);
    const ways = selected.map((version) => this.#wayBack(version));
    if (ways.includes(undefined)) return refused("irreversible");
    const wanted = ways.filter((way) => way !== undefined);
    const isBare = wanted.some((way) => way.isBare);
    if (isBare && (transaction === "all" || !allowLoss)) return refused("transaction_impossible", "would_lose_data");
    return this.#run(wanted, { direction: "down", transaction, sabotage }, allowLoss ? "any" : "none");
  }

  /** Marks as applied. */
  baseline(to: number): Ending {
    if (to < this.current) return refused("target_behind");
    if (this.half?.direction === "down") return refused("partial_mismatch");
    const marked = this.#present().filter(({ version }) => !this.history.has(version) && version <= to);
    for (const definition of marked) {
      this.history.set(definition.version, { recorded: recordedText(definition), reverse: undefined, isWhole: false });
    }
    const done = marked.map(({ version }) => version);
    if (this.half !== undefined && this.half.version <= to) {
      const { version, ran } = this.half;
      this.#log.push({ version, statements: ran });
      // Its file is gone: of its text nothing is known.
      if (!this.history.has(version)) {
        this.history.set(version, { recorded: undefined, reverse: undefined, isWhole: false });
        done.push(version);
      }
      this.half = undefined;
    }
    return { done: done.toSorted((left, right) => left - right), codes: [] };
  }

  #present(): readonly Definition[] {
    return this.world.filter(({ isPresent }) => isPresent);
  }

  #isPresent(version: number): boolean {
    return this.#present().some((definition) => definition.version === version);
  }

  #isChanged(version: number): boolean {
    const definition = this.world.find((candidate) => candidate.version === version);
    const recorded = this.history.get(version)?.recorded;
    if (definition === undefined || recorded === undefined) return false;
    return textOf(definition, "up")?.join() !== recorded.join();
  }

  /** The definition whose way back is run; undefined where there is none. Of one that is gone, what the history has. */
  #wayBack(version: number): Definition | undefined {
    const definition = this.world.find((candidate) => candidate.version === version);
    if (definition?.isPresent === true) return definition.down === undefined ? undefined : definition;
    const reverse = this.history.get(version)?.reverse;
    if (definition === undefined || reverse === undefined) return undefined;
    return { ...definition, form: "sql", down: reverse, isBare: this.half?.version === version };
  }

  #run(wanted: readonly Definition[], how: Run, loss: "any" | "none" = "any"): Ending {
    if (how.transaction === "all" && wanted.some(({ isBare }) => isBare)) return refused("transaction_impossible");
    if (loss === "any") return this.#runAll(wanted, how);
    // Tried as a whole first: what fails then, or loses something, has changed nothing at all.
    const saved = this.#save();
    const before = this.replay();
    const tried = this.#runAll(wanted, { ...how, transaction: "all" });
    const after = this.replay();
    const isLoss = losesData(before, after);
    before.close();
    after.close();
    this.#restore(saved);
    if (tried.codes.length > 0) return tried;
    return isLoss ? refused("would_lose_data") : this.#runAll(wanted, how);
  }

  #runAll(wanted: readonly Definition[], how: Run): Ending {
    const before = this.#save();
    const done: number[] = [];
    for (const definition of wanted) {
      const code = this.#step(definition, how);
      if (code === undefined) {
        done.push(definition.version);
        continue;
      }
      if (how.transaction === "all") this.#restore(before);
      return { done: how.transaction === "all" ? [] : done, codes: [code] };
    }
    return { done, codes: [] };
  }

  /** Runs one step by hand; the code of its error, if it has one. */
  #step(definition: Definition, { direction, sabotage }: Run): ErrorCode | undefined {
    const { version, form, isBare } = definition;
    // What stands in the history nobody can have broken.
    const isStored = direction === "down" && !definition.isPresent;
    const statements = (isStored ? definition.down : sabotaged(definition, direction, sabotage)) ?? [];
    const half = this.half;
    if (isBare && half !== undefined) {
      const done = half.done ?? [];
      const isSame = half.version === version && half.direction === direction;
      if (!isSame || done.join() !== statements.slice(0, done.length).join()) return "partial_mismatch";
    }
    const first = isBare && form === "sql" ? (half?.done?.length ?? 0) : 0;
    const oracle = this.replay();
    const failing = runByHand(oracle, statements, first);
    oracle.close();
    const ran = [...(isBare ? (half?.ran ?? []) : []), ...statements.slice(first, failing)];
    if (failing === undefined) {
      this.#finish(definition, direction, ran);
      return undefined;
    }
    if (isBare) {
      const isSql = form === "sql";
      const done = isSql ? statements.slice(0, failing) : undefined;
      // The number of statements is written with each of them, and at the beginning.
      const total = isSql ? (failing > first || half === undefined ? statements.length : half.total) : null;
      this.half = { version, direction, done, total, ran };
    }
    return form === "sql" ? "statement_failed" : "migration_threw";
  }

  #finish(definition: Definition, direction: "up" | "down", ran: readonly string[]): void {
    const { version, form, down, isBare } = definition;
    if (isBare) this.half = undefined;
    if (direction === "up") {
      const reverse = form === "sql" ? down : undefined;
      this.history.set(version, { recorded: recordedText(definition), reverse, isWhole: true });
      this.#log.push({ version, statements: ran });
      return;
    }
    const without = this.#log.filter((entry) => entry.version !== version);
    // What has run as a whole and is undone as a whole is as if it had never been.
    if (
      this.history.get(version)?.isWhole === true ||
      this.#isSame(without, [...this.#log, { version, statements: ran }])
    )
      this.#log = without;
    else this.#log.push({ version, statements: ran });
    this.history.delete(version);
  }

  /** Whether two courses of events lead to the same database. */
  #isSame(left: readonly Entry[], right: readonly Entry[]): boolean {
    const states = [left, right].map((log) => {
      const oracle = replayed(log);
      const state = stateOf(oracle);
      oracle.close();
      return JSON.stringify(state);
    });
    return states[0] === states[1];
  }

  #save(): Saved {
    return { history: new Map(this.history), log: [...this.#log], half: this.half };
  }

  #restore({ history, log, half }: Saved): void {
    this.history.clear();
    for (const [version, applied] of history) this.history.set(version, applied);
    this.#log = log;
    this.half = half;
  }
}

/** Statements that have run, by the version that they belong to. */
interface Entry {
  readonly version: number;
  readonly statements: readonly string[];
}

function replayed(log: readonly Entry[]): DatabaseSync {
  const oracle = new DatabaseSync(":memory:", { enableForeignKeyConstraints: false });
  for (const { statements } of log) for (const sql of statements) oracle.exec(sql);
  return oracle;
}

interface Run {
  readonly direction: "up" | "down";
  readonly transaction: "each" | "all";
  readonly sabotage: Sabotage | undefined;
}

interface Saved {
  readonly history: ReadonlyMap<number, Applied>;
  readonly log: Entry[];
  readonly half: Half | undefined;
}

function refused(...codes: readonly ErrorCode[]): Ending {
  return { done: [], codes };
}

/** What the checksum is of: code has none. */
function recordedText(definition: Definition): readonly string[] | undefined {
  return definition.form === "sql" ? textOf(definition, "up") : undefined;
}

/** Runs statements one after the other; the index of the one that fails, undefined where none does. */
function runByHand(oracle: DatabaseSync, statements: readonly string[], first: number): number | undefined {
  for (let index = first; index < statements.length; index += 1) {
    try {
      oracle.exec(statements[index] ?? "");
    } catch {
      return index;
    }
  }
  return undefined;
}

/** Whether a table has fewer rows or a column fewer values than before, or is gone with what it had. */
function losesData(before: DatabaseSync, after: DatabaseSync): boolean {
  const [then, now] = [countAll(before), countAll(after)];
  return [...then].some(([what, count]) => count > (now.get(what) ?? 0));
}

/** The rows of each table, and the values that are not NULL of each column. */
function countAll(database: DatabaseSync): ReadonlyMap<string, number> {
  const columns = database
    .prepare(
      "SELECT m.name AS t, c.name AS c FROM sqlite_schema AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'",
    )
    .all();
  const counts = columns.flatMap(({ t: table, c: column }) => {
    const row = database
      .prepare(`SELECT count(*) AS rows, count("${String(column)}") AS v FROM "${String(table)}"`)
      .get();
    return [
      [String(table), Number(row?.["rows"])],
      [`${String(table)}.${String(column)}`, Number(row?.["v"])],
    ] as const;
  });
  return new Map(counts);
}
