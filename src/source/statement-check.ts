/** Statements that a migration cannot have: they would break its transaction, do nothing in it, or bind nothing. */
import { classify, parametersOf } from "../core/sql/statement-kind.ts";
import type { Script, Statement } from "../core/sql/script.ts";
import { LockstepError } from "../error.ts";
import type { ErrorCode } from "../error-code.ts";
import { placeIn } from "./sql-text.ts";

/** Pragmas that a transaction makes an error, or silently ignores. */
const OUTSIDE_ONLY: ReadonlySet<string> = new Set([
  "auto_vacuum",
  "encoding",
  "incremental_vacuum",
  "journal_mode",
  "locking_mode",
  "page_size",
  "synchronous",
  "wal_checkpoint",
]);

/** Whether a statement cannot run, or does nothing, inside a transaction. */
export function needsNoTransaction(statement: Statement): boolean {
  const kind = classify(statement);
  return (
    kind.kind === "outside_transaction" ||
    (kind.kind === "pragma" && kind.value !== undefined && OUTSIDE_ONLY.has(kind.name))
  );
}

/** Refuses what can never work in a migration, before anything runs. */
export function checkStatements(
  script: Script,
  context: { readonly file: string; readonly transaction: boolean },
): void {
  for (const statement of script.statements) checkStatement(script, statement, context);
}

function checkStatement(
  script: Script,
  statement: Statement,
  context: { readonly file: string; readonly transaction: boolean },
): void {
  const kind = classify(statement);
  const refuse = (code: ErrorCode, problem: string, hint: string, token = statement.tokens[0]): never => {
    const place = placeIn(script, context.file, token?.offset ?? statement.offset, token?.text.length ?? 1);
    throw new LockstepError({ code, problem, place, outcome: "unchanged", hint });
  };
  if (kind.kind === "transaction") {
    refuse(
      "transaction_control",
      `${kind.verb} would break the transaction that lockstep keeps around the migration`,
      "delete it: each migration is one transaction already",
    );
  }
  if (context.transaction && needsNoTransaction(statement)) {
    const name = kind.kind === "pragma" ? `PRAGMA ${kind.name}` : statement.tokens[0]?.text.toUpperCase();
    refuse(
      "transaction_impossible",
      `${name} cannot work inside a transaction`,
      "move it to a migration of its own that says -- lockstep:no-transaction",
    );
  }
  const parameter = parametersOf(statement)[0];
  if (parameter !== undefined) {
    refuse(
      "parameter_unbound",
      `the parameter ${parameter.text} has no value, and SQLite would take NULL for it`,
      "write the value itself, or use a migration in code",
      parameter,
    );
  }
}
