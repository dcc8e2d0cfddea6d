/** Guards one step: looks in front of each statement that takes something away, and judges at the end whether it is gone. */
import { Aliases } from "../../core/sql/aliases.ts";
import { carriesOf, carriesRowsOf } from "../../core/sql/carry.ts";
import { destructionOf, type Destruction } from "../../core/sql/destruction.ts";
import type { LossCode } from "../../core/sql/loss-code.ts";
import { foldIdentifier, isSameName } from "../../core/sql/quote.ts";
import { readRename, type Rename } from "../../core/sql/rename.ts";
import type { Statement } from "../../core/sql/script.ts";
import { classify } from "../../core/sql/statement-kind.ts";
import type { Task } from "../../core/task.ts";
import type { Session } from "../../session.ts";
import { readFamily } from "./family.ts";
import { judge, type Trail } from "./judge.ts";
import { lossRefusal } from "./refusal.ts";
import type { Destroyed, Risk, Site } from "./risk.ts";
import type { RunGuard } from "./run-guard.ts";
import { count, findTable, listTables, type Counts, type GuardedTable } from "./table.ts";

/** A statement that is about to run. */
export interface Next {
  readonly statement: Statement;
  /** What it may do, by its own directives. */
  readonly allowed: ReadonlySet<string>;
  /** Made only where it is needed. */
  readonly site: () => Site;
}

/** The guard of one step, or of one transaction of a step that has several. Whoever runs it tells it of every statement. */
export class StepGuard {
  readonly #session: Session;
  readonly #run: RunGuard;
  readonly #tables = new Aliases();
  /** As `table.column`, by the name that the table had then. */
  readonly #columns = new Aliases();
  readonly #written: Statement[] = [];
  /** The tables that this step has filled from others, by their folded names of then. */
  readonly #filled = new Map<string, Statement[]>();
  /** The copies that say themselves what they leave out. */
  readonly #excused: Next[] = [];
  #risks: Risk[] = [];
  /** What has been looked at, or may be: as `code table`, by folded names. */
  readonly #settled = new Set<string>();

  constructor(session: Session, run: RunGuard) {
    this.#session = session;
    this.#run = run;
  }

  /** Notes a statement, which is about to run or has run already. */
  note(statement: Statement): void {
    const kind = classify(statement);
    if (kind.kind === "data" || (kind.kind === "schema" && kind.verb === "CREATE")) {
      this.#written.push(statement);
      const filled = this.#run.noteWrite(statement);
      if (filled !== undefined) this.#filled.set(filled, [...(this.#filled.get(filled) ?? []), statement]);
      // What has WHERE says itself which rows go.
      if (kind.kind === "data" && kind.verb === "DELETE" && kind.table !== undefined)
        this.#settle("delete_all_rows", this.#tables.of(foldIdentifier(kind.table)));
    }
    const rename = readRename(statement.tokens);
    if (rename !== undefined) this.#noteRename(rename);
  }

  /** Called in front of every statement. Gives what it puts at risk, which `refuse` judges when all is done. */
  *before({ statement, allowed, site }: Next): Task<Risk | undefined> {
    this.note(statement);
    if (allowed.has("rebuild_omits_column") || allowed.has("copy_skips_rows"))
      this.#excused.push({ statement, allowed, site });
    const destruction = destructionOf(statement);
    if (destruction === undefined) return undefined;
    const names = this.#tables.of(foldIdentifier(destruction.table));
    this.#settle(destruction.code, names);
    if (destruction.code === "drop_table") this.#tables.forget(foldIdentifier(destruction.table));
    const all = new Set([...allowed, ...this.#session.allow]);
    if (all.has(destruction.code) || !this.#run.guards(names)) return undefined;
    const risk = yield* this.#measure({ destruction, names, allowed: all, site });
    if (risk === undefined) return undefined;
    this.#risks.push(risk);
    if (risk.extent !== "values") yield* this.#measureFamily(risk);
    return risk;
  }

  /** Called in front of a change that says itself which columns go. */
  altered(table: string): void {
    this.#settle("drop_table", this.#tables.of(foldIdentifier(table)));
  }

  /** Whether something was looked at, or is allowed, so that nothing more has to be said of it. */
  isSettled(code: LossCode, table: string): boolean {
    return this.#settled.has(`${code} ${foldIdentifier(table)}`);
  }

  /** What a table is called that had this name before the step, as far as the statements tell. Folded. */
  namesFrom(table: string): ReadonlySet<string> {
    return this.#tables.from(foldIdentifier(table));
  }

  /** The same for a column of a table that is called `table` now. */
  columnsFrom(table: string, column: string): readonly string[] {
    const names = this.#columns.from(`${foldIdentifier(table)}.${foldIdentifier(column)}`);
    return [...names].map((name) => name.slice(name.indexOf(".") + 1));
  }

  /** Throws `would_lose_data` if something is gone. `more` was found out otherwise. */
  *refuse(more: readonly Destroyed[] = []): Task<void> {
    const destroyed: Destroyed[] = [];
    const now = this.#risks.length === 0 ? new Map<string, string>() : yield* listTables(this.#session);
    for (const risk of this.#risks) {
      const heirs = [...risk.names, ...this.#filledFrom(risk)].filter((name) => now.has(name));
      destroyed.push(...(yield* judge(this.#session, this.#excuse(risk), this.#trail("done", heirs))));
    }
    const all = [...destroyed, ...more];
    if (all.length > 0) throw lossRefusal(all);
    this.#risks = [];
    this.#run.endStep();
  }

  /** What was at risk was rolled back. */
  forget(): void {
    this.#risks = [];
  }

  /**
   * The same in front of a statement that cannot be rolled back: throws unless what it takes away is somewhere else already. A table that
   * goes can have its rows in one that was filled from it, that has its name, or that will get it by the statements that come `later`.
   */
  *refuseNow(next: Next, later: readonly Statement[] = []): Task<void> {
    this.#risks = [];
    const risk = yield* this.before(next);
    if (risk === undefined) return;
    const family = this.#risks.filter(({ extent }) => extent === "family");
    const own = foldIdentifier(risk.table.name);
    const now = yield* listTables(this.#session);
    const renamed = later.flatMap(({ tokens }) => readRename(tokens) ?? []);
    const isHeir = (name: string): boolean =>
      risk.names.has(name) ||
      renamed.some(
        ({ kind, from, to }) => kind === "table" && foldIdentifier(from) === name && risk.names.has(foldIdentifier(to)),
      );
    const others = [...this.#filledFrom(risk), ...[...now.keys()].filter(isHeir)].filter(
      (name) => name !== own && now.has(name),
    );
    const heirs = risk.extent === "values" ? [own, ...others] : others;
    const destroyed = [...(yield* judge(this.#session, this.#excuse(risk), this.#trail("ahead", heirs)))];
    // Which of their rows would go shows only when they are gone.
    for (const child of family) destroyed.push(...(yield* judge(this.#session, child, this.#trail("ahead", []))));
    if (destroyed.length > 0) throw lossRefusal(destroyed);
  }

  /** The tables that the step has made and filled from one at risk, under the names that they have by now. */
  #filledFrom({ names }: Risk): readonly string[] {
    return [...this.#filled].flatMap(([table, statements]) =>
      statements.some((statement) => carriesRowsOf(statement, (name) => names.has(name)))
        ? [...this.#tables.from(table)]
        : [],
    );
  }

  /** What a copy of its rows leaves out, and says so, is not asked for. */
  #excuse(risk: Risk): Risk {
    const own = this.#excused.filter(({ statement }) => carriesRowsOf(statement, (name) => risk.names.has(name)));
    if (risk.extent !== "table" || own.length === 0) return risk;
    const isAllowed = (code: string): boolean => own.some(({ allowed }) => allowed.has(code));
    return {
      ...risk,
      ...(isAllowed("copy_skips_rows") ? { rows: 0 } : {}),
      allowed: new Set([...risk.allowed, ...(isAllowed("rebuild_omits_column") ? ["drop_column"] : [])]),
    };
  }

  #trail(moment: Trail["moment"], heirs: readonly string[]): Trail {
    return { moment, heirs, carries: () => this.#written.flatMap(carriesOf), columns: this.#columns };
  }

  #noteRename(rename: Rename): void {
    const from = foldIdentifier(rename.from);
    const to = foldIdentifier(rename.to);
    this.#run.noteRename(rename);
    if (rename.kind === "column") {
      const table = foldIdentifier(rename.table);
      this.#columns.note(`${table}.${from}`, `${table}.${to}`);
      return;
    }
    this.#tables.note(from, to);
    for (const { names } of this.#risks) if (names.has(from)) names.add(to);
  }

  #settle(code: LossCode, names: Iterable<string>): void {
    const codes: readonly LossCode[] =
      code === "drop_table" ? ["drop_table", "drop_column", "delete_all_rows"] : [code];
    for (const name of names) for (const one of codes) this.#settled.add(`${one} ${name}`);
  }

  *#measure({
    destruction,
    names,
    allowed,
    site,
  }: {
    readonly destruction: Destruction;
    readonly names: Set<string>;
    readonly allowed: ReadonlySet<string>;
    readonly site: () => Site;
  }): Task<Risk | undefined> {
    const { code } = destruction;
    const table = yield* this.#find(destruction.table, names);
    if (table === undefined) return undefined;
    const counts = yield* this.#count(table, destruction, allowed);
    if (code === "drop_column" ? counts.values.size === 0 : counts.rows === 0) return undefined;
    return { code, extent: EXTENTS[code], table, names, ...counts, site: site(), allowed };
  }

  /** The rows that go with it, or lose what they refer to. */
  *#measureFamily({ code, table, allowed, site }: Risk): Task<void> {
    for (const [name, columns] of yield* readFamily(this.#session.connection, table.name)) {
      const names = this.#tables.of(foldIdentifier(name));
      if (isSameName(name, table.name) || !this.#run.guards(names)) continue;
      const child = yield* findTable(this.#session, name);
      if (child === undefined) continue;
      const counts = yield* count(this.#session, child, columns);
      if (counts.rows > 0) this.#risks.push({ code, extent: "family", table: child, names, ...counts, site, allowed });
    }
  }

  /** A text of code is told of before any of its statements has run: the table may still have the name that it is to lose there. */
  *#find(name: string, names: ReadonlySet<string>): Task<GuardedTable | undefined> {
    for (const one of [name, ...names]) {
      const table = yield* findTable(this.#session, one);
      if (table !== undefined) return table;
    }
    return undefined;
  }

  *#count(table: GuardedTable, { code, column }: Destruction, allowed: ReadonlySet<string>): Task<Counts> {
    const ofTable = code === "drop_table" && !allowed.has("drop_column") ? table.columns.keys() : [];
    const counts = yield* count(this.#session, table, column === undefined ? ofTable : [foldIdentifier(column)]);
    return { ...counts, values: new Map([...counts.values].filter(([, values]) => values > 0)) };
  }
}

const EXTENTS: Readonly<Record<LossCode, Risk["extent"]>> = {
  drop_table: "table",
  drop_column: "values",
  delete_all_rows: "rows",
};
