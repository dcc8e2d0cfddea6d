/** A plan as the public API and `--json` show it. */
import type { Plan } from "./plan.ts";

/** What a run would do, statement by statement. Nothing was run for it. */
export interface PlanView {
  readonly direction: "up" | "down";
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly steps: readonly StepView[];
}

export interface StepView {
  readonly version: number;
  readonly name: string;
  readonly file?: string;
  /** `code` says what it does only by running. */
  readonly kind: "sql" | "code";
  readonly transaction: boolean;
  readonly foreignKeys: "check" | "enforce";
  /** Where the way comes from: the migration itself, or what the history kept of one whose file is gone. */
  readonly origin: "source" | "history";
  readonly statements: readonly StatementView[];
}

export interface StatementView {
  readonly sql: string;
  /** From 1, in the migration's file, or in what the history kept of it. */
  readonly line: number;
}

export function viewPlan({ direction, fromVersion, toVersion, steps }: Plan): PlanView {
  return {
    direction,
    fromVersion,
    toVersion,
    steps: steps.map(({ migration, body, origin }) => ({
      version: migration.version,
      name: migration.name,
      ...(migration.file === undefined ? {} : { file: migration.file }),
      kind: body.kind,
      transaction: migration.transaction,
      foreignKeys: migration.foreignKeys,
      origin,
      statements: body.kind === "sql" ? body.script.statements.map(({ text, line }) => ({ sql: text, line })) : [],
    })),
  };
}
