/** What a way up may not destroy: the tables that were there when the run began. Rows that the run itself has written may go. */
import type { Plan, Step } from "../../core/plan/plan.ts";
import { carriesRowsOf } from "../../core/sql/carry.ts";
import { destructionOf } from "../../core/sql/destruction.ts";
import { foldIdentifier } from "../../core/sql/quote.ts";
import type { Rename } from "../../core/sql/rename.ts";
import type { Statement } from "../../core/sql/script.ts";
import { classify } from "../../core/sql/statement-kind.ts";
import { wait, type Task } from "../../core/task.ts";
import { retryWhileBusy } from "../../lock.ts";
import type { Session } from "../../session.ts";

/**
 * The names of the tables that may hold rows of the user's: those from before the run, under every name that they get in it, and those
 * that were filled from them. A new database has none, and a replay on it is never asked about.
 */
export class RunGuard {
  readonly #tables: Set<string>;
  /** What the step that runs now fills from tables of the user's. Within its own step it can be a place to keep rows for a moment. */
  readonly #filled = new Set<string>();

  constructor(tables: Iterable<string>) {
    this.#tables = new Set(tables);
  }

  /** Whether any of these names is that of a table with rows of the user's. Names are folded. */
  guards(names: Iterable<string>): boolean {
    return [...names].some((name) => this.#tables.has(name));
  }

  noteRename({ kind, from, to }: Rename): void {
    if (kind === "table" && this.#tables.has(foldIdentifier(from))) this.#tables.add(foldIdentifier(to));
    if (kind === "table" && this.#filled.has(foldIdentifier(from))) this.#filled.add(foldIdentifier(to));
  }

  /** Notes what a statement fills. Gives the folded name of a table that this run has made and that gets rows of the user's. */
  noteWrite(statement: Statement): string | undefined {
    const kind = classify(statement);
    const table = kind.kind === "data" ? kind.table : kind.kind === "schema" ? kind.name : undefined;
    if (table === undefined || this.#tables.has(foldIdentifier(table))) return undefined;
    if (!carriesRowsOf(statement, (name) => this.#tables.has(name) || this.#filled.has(name))) return undefined;
    this.#filled.add(foldIdentifier(table));
    return foldIdentifier(table);
  }

  /** A step is done: what it has filled is data like any other from here on. */
  endStep(): void {
    for (const name of this.#filled) this.#tables.add(name);
    this.#filled.clear();
  }
}

/** Begins to guard a run; undefined where nothing of it can destroy anything. One query, and none where no statement is of that kind. */
export function* guardRun(session: Session, plan: Plan): Task<RunGuard | undefined> {
  const { connection, allow, tables } = session;
  if (plan.direction !== "up" || !plan.steps.some((step) => mayDestroy(step, allow))) return undefined;
  const rows = yield* retryWhileBusy(session, () =>
    wait(
      connection.query(
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
      ),
    ),
  );
  const names = rows.map((row) => foldIdentifier(String(row["name"])));
  const guarded = names.filter((name) => name !== foldIdentifier(tables.history));
  return guarded.length === 0 ? undefined : new RunGuard(guarded);
}

function mayDestroy({ body }: Step, allow: ReadonlySet<string>): boolean {
  if (body.kind === "code") return true;
  return body.script.statements.some((statement) => {
    const destruction = destructionOf(statement);
    return destruction !== undefined && !allow.has(destruction.code);
  });
}
