/** Statements that a migration cannot have: they would break its transaction, do nothing in it, outlive it, or bind nothing. */
import { OUTLIVING_PRAGMAS, OUTSIDE_ONLY_PRAGMAS } from "../core/sql/pragma.ts";
import { readIntent } from "../core/alter/read-intent.ts";
import { classify, parametersOf } from "../core/sql/statement-kind.ts";
import type { Script, Statement } from "../core/sql/script.ts";
import { LockstepError } from "../error.ts";
import type { ErrorCode } from "../error-code.ts";
import { placeIn } from "./sql-text.ts";

/** Why a statement cannot be part of a migration. */
export interface StatementRefusal {
  readonly code: ErrorCode;
  readonly problem: string;
  readonly hint: string;
}

/** Whether a statement cannot run, or does nothing, inside a transaction. */
export function needsNoTransaction(statement: Statement): boolean {
  const kind = classify(statement);
  return (
    kind.kind === "outside_transaction" ||
    (kind.kind === "pragma" && kind.value !== undefined && OUTSIDE_ONLY_PRAGMAS.has(kind.name))
  );
}

/** Why a statement cannot stand inside the transaction of a migration; undefined where it can. */
export function refusalInTransaction(statement: Statement): StatementRefusal | undefined {
  const kind = classify(statement);
  if (kind.kind === "transaction") {
    return {
      code: "transaction_control",
      problem: `${kind.verb} would break the transaction that lockstep keeps around the migration`,
      hint: "delete it: each migration is one transaction already",
    };
  }
  if (needsNoTransaction(statement)) {
    const name = kind.kind === "pragma" ? `PRAGMA ${kind.name}` : statement.tokens[0]?.text.toUpperCase();
    return {
      code: "transaction_impossible",
      problem: `${name} cannot work inside a transaction`,
      hint: "move it to a migration of its own that says -- lockstep:no-transaction",
    };
  }
  if (kind.kind === "pragma" && kind.value !== undefined && OUTLIVING_PRAGMAS.has(kind.name)) {
    return {
      code: "pragma_outlives",
      problem: `PRAGMA ${kind.name} would outlive the migration: it belongs to the connection, and no rollback takes it back`,
      hint:
        kind.name === "writable_schema"
          ? "change the schema with ALTER TABLE, or rebuild the table"
          : "set it where your application opens the database",
    };
  }
  return undefined;
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
  const refuse = ({ code, problem, hint }: StatementRefusal, token = statement.tokens[0]): never => {
    const place = placeIn(script, context.file, token?.offset ?? statement.offset, token?.text.length ?? 1);
    throw new LockstepError({ code, problem, place, outcome: "unchanged", hint });
  };
  // A transaction of its own would hide from us what a migration without ours has done so far.
  const isChecked = context.transaction || kindOf(statement) === "transaction";
  const refusal = isChecked ? refusalInTransaction(statement) : undefined;
  if (refusal !== undefined) refuse(refusal);
  const intent = kindOf(statement) === "rebuild" ? readIntent(statement) : undefined;
  if (intent !== undefined && "kind" in intent) {
    const { problem, hint, place: part = { offset: statement.offset, length: 1 } } = intent;
    const place = placeIn(script, context.file, part.offset, part.length);
    throw new LockstepError({ code: "rebuild_refused", problem, place, outcome: "unchanged", hint });
  }
  const parameter = parametersOf(statement)[0];
  if (parameter === undefined) return;
  const unbound: StatementRefusal = {
    code: "parameter_unbound",
    problem: `the parameter ${parameter.text} has no value, and SQLite would take NULL for it`,
    hint: "write the value itself, or use a migration in code",
  };
  refuse(unbound, parameter);
}

function kindOf(statement: Statement): ReturnType<typeof classify>["kind"] {
  return classify(statement).kind;
}
