/** One call of a migration's code: whether it still may use the database, and the first thing that it did wrong. */
import { DESTRUCTIVE } from "../../core/sql/destruction.ts";
import { parseSql } from "../../core/sql/migration-file.ts";
import { splitStatements } from "../../core/sql/splitter.ts";
import { classify } from "../../core/sql/statement-kind.ts";
import { tokenize } from "../../core/sql/tokenizer.ts";
import type { Statement } from "../../core/sql/script.ts";
import type { Connection } from "../../driver/driver.ts";
import { LockstepError, type ErrorDetails, type Place } from "../../error.ts";
import { refusalInTransaction } from "../../source/statement-check.ts";
import { callWithin } from "./context.ts";
import { stackAbove } from "./stack.ts";

/** Told what code is about to run, before it runs; "any" where its words do not tell. */
export type Observe = (statements: readonly Statement[] | "any") => void;

/** Told every text that code is about to run, by its statements, and every table that it changes by `schema`. May throw a refusal. */
export interface StatementWatch {
  readonly statements: (statements: readonly Statement[], place: () => Place) => void;
  readonly altered: (table: string) => void;
}

/** What a call is given. */
export interface CodeRunInput {
  readonly connection: Connection;
  /** The migration's file; missing for one of a plain array. */
  readonly file: string | undefined;
  /** Whether lockstep keeps a transaction around it. */
  readonly kind: "in_transaction" | "bare";
  readonly observe?: Observe | undefined;
  readonly watch?: StatementWatch | undefined;
}

type Mistake = Pick<ErrorDetails, "code" | "problem" | "hint">;

/** What a text is given for: to make a statement of it, to run a statement, to run all that is in it. */
export type Purpose = "prepare" | "run" | "exec";

/** A part of a text, to be run by itself. */
export interface Part {
  readonly text: string;
  /** Called before it is run. Throws where it would harm. */
  readonly begin: () => void;
}

type Callee = (...values: never[]) => unknown;

/** How many different texts are read for what they touch. Code that makes more than that can touch anything. */
const OBSERVED = 256;

export class CodeRun {
  /** What its first mistake is told as, whatever the code made of the exception. */
  violation: LockstepError | undefined;
  /** The iterators that it has begun and not finished. */
  readonly iterators: Set<Iterator<unknown>> = new Set();
  /** `returned`: `up` is done, and what it left behind is waited for · `ended`: nothing of it may touch the database any more. */
  state: "running" | "returned" | "ended" = "running";
  readonly #input: CodeRunInput;
  readonly #observed = new Set<string>();
  readonly #watched = new Set<string>();
  #isLost = false;

  constructor(input: CodeRunInput) {
    this.#input = input;
  }

  /** Whether a handle is the one that this code was given. */
  isOf(handle: object): boolean {
    return this.#input.connection.handle === handle;
  }

  /** Called before anything that uses the database. Throws where this code must not. `callee` is what the code called. */
  enter(callee: Callee): void {
    if (this.state !== "running") {
      this.#fail(callee, {
        code: "await_missing",
        problem: "the migration used the database after its function had returned",
        hint: "await everything that it begins; in a chain of functions, each has to return its promise",
      });
    }
    if (this.#isLost) this.#fail(callee, LOST);
  }

  /**
   * Called with every text of SQL before SQLite sees it. Throws where it would harm. Of several statements that are to be run it may
   * give the parts to run in place of the text, so that each can be looked at when those before it have run.
   */
  read(text: string, callee: Callee, purpose: Purpose): readonly Part[] | undefined {
    const { kind, observe, watch } = this.#input;
    const mustObserve = observe !== undefined && this.#observed.size <= OBSERVED && !this.#observed.has(text);
    const mustWatch = watch !== undefined && purpose !== "prepare" && this.#mustWatch(text);
    if (!mustObserve && !mustWatch && (kind === "bare" || !HARMFUL.test(text))) return undefined;
    const { tokens, problem } = tokenize(text);
    const { statements } = splitStatements(text, tokens);
    if (kind === "in_transaction") for (const statement of statements) this.#check(statement, callee);
    if (mustObserve) {
      this.#observed.add(text);
      // What lockstep itself asks the database for then is not the code's.
      callWithin(undefined, () =>
        observe(problem !== undefined || this.#observed.size > OBSERVED ? "any" : statements),
      );
    }
    if (!mustWatch) return undefined;
    const told = problem === undefined ? withDirectives(text, statements) : statements;
    const isWhole = purpose === "run" || told.length < 2 || problem !== undefined || !DESTRUCTIVE.test(text);
    if (!isWhole) return told.map((part) => ({ text: part.text, begin: () => this.#watch(watch, [part], callee) }));
    this.#watch(watch, told, callee);
    return undefined;
  }

  /**
   * Called after everything that used the database: SQLite may have rolled the transaction back by itself, as a conflict clause, a full
   * disk or a fault of it make it do. Code that throws what it was told then has done nothing wrong; code that goes on has.
   */
  leave(): void {
    const { kind, connection } = this.#input;
    if (kind === "in_transaction" && this.state === "running") this.#isLost = !connection.inTransaction;
  }

  /** Called when the code has come to its end without an error. */
  finish(callee: Callee): void {
    if (this.#isLost) this.#fail(callee, LOST);
  }

  /** Refuses what would close the database. */
  refuseClose(callee: Callee): never {
    return this.#fail(callee, {
      code: "handle_closed",
      problem: "the migration closes the database",
      hint: "leave the handle open: lockstep needs it to write the history",
    });
  }

  /** Ends everything that the code has left open. True where there was something. */
  closeIterators(): boolean {
    const left = [...this.iterators];
    for (const iterator of left) iterator.return?.();
    this.iterators.clear();
    return left.length > 0;
  }

  /** What destroys something is told each time: it may be about another thing then. What fills a table is told once. */
  #mustWatch(text: string): boolean {
    const isNew = this.#watched.size <= OBSERVED && !this.#watched.has(text);
    if (isNew) this.#watched.add(text);
    return isNew || DESTRUCTIVE.test(text);
  }

  /** A refusal is a mistake of the code, whatever it makes of the exception. */
  #watch(watch: StatementWatch, statements: readonly Statement[], callee: Callee): void {
    try {
      callWithin(undefined, () => watch.statements(statements, () => stackAbove(callee, this.#input.file).place));
    } catch (error) {
      if (error instanceof LockstepError) this.violation ??= error;
      throw error;
    }
  }

  #check(statement: Statement, callee: Callee): void {
    const kind = classify(statement);
    // A savepoint within our transaction is the code's own business.
    if (kind.kind === "transaction" && (kind.savepoint !== undefined || kind.verb === "SAVEPOINT")) return;
    const refusal = refusalInTransaction(statement);
    if (refusal !== undefined) this.#fail(callee, { ...refusal, hint: HINTS[refusal.code] ?? refusal.hint });
  }

  #fail(callee: Callee, mistake: Mistake): never {
    const violation = this.#violationOf(callee, mistake);
    this.violation ??= violation;
    throw violation;
  }

  #violationOf(callee: Callee, mistake: Mistake): LockstepError {
    const { place, trace } = stackAbove(callee, this.#input.file);
    // What comes when all is over was refused and has changed nothing; before, the whole migration is rolled back.
    const outcome = this.state === "ended" ? "unchanged" : "rolled_back";
    return new LockstepError({ ...mistake, place, trace, outcome });
  }
}

/** Comments are read only where one can say something. A text with sections or unknown directives is no script of ours. */
function withDirectives(text: string, statements: readonly Statement[]): readonly Statement[] {
  if (!text.includes("lockstep:allow")) return statements;
  const parsed = parseSql(text);
  return parsed.kind === "parsed" ? parsed.up.statements : statements;
}

const LOST: Mistake = {
  code: "transaction_lost",
  problem: "SQLite rolled the migration's transaction back by itself, and the migration went on",
  hint: "a conflict clause or a trigger that says ROLLBACK does this: say ABORT there; do not swallow the error",
};

/** Texts without one of these words need no closer look. */
const HARMFUL = /\b(?:BEGIN|COMMIT|END|ROLLBACK|VACUUM|ATTACH|DETACH|PRAGMA)\b/i;

/** What to do in code, where a file would do something else. */
const HINTS: Readonly<Partial<Record<LockstepError["code"], string>>> = {
  transaction_control: "take it out: each migration is one transaction already; for a part of it use SAVEPOINT",
  transaction_impossible: "move it to a migration of its own that exports transaction = false",
};
