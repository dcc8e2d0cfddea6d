/** A plan as the public API and `--json` show it. */
import type { Hazard } from "../lint/hazard.ts";
import { toRef } from "../migration/reference.ts";
import type { Statement } from "../sql/script.ts";
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
  /** For one behind `-- lockstep:rebuild`. */
  readonly rebuild?: RebuildView;
  /** What is dangerous in it, or to be warned of. Missing where nothing is, and on the way down. */
  readonly hazards?: readonly Hazard[];
}

/** What a rebuild would do, found out on an empty copy of the schema. */
export type RebuildView =
  | {
      readonly kind: "known";
      /**
       * `none`: the table is so already · `native`: by ALTER TABLE · `schema_edit`: by its stored text, no row is touched ·
       * `rebuild`: every row is copied.
       */
      readonly method: "none" | "native" | "schema_edit" | "rebuild";
      readonly statements: readonly string[];
      /** How many rows the table has now. */
      readonly rows: number;
      /** How long writers would wait, in milliseconds, roughly. */
      readonly lockMs: number;
      /** How much would be written to the log, in bytes, roughly. */
      readonly writtenBytes: number;
    }
  /** It would be refused. */
  | { readonly kind: "refused"; readonly why: string }
  /** It depends on what cannot be run on a copy. */
  | { readonly kind: "unknown"; readonly why: string };

export function viewPlan(
  { direction, fromVersion, toVersion, steps }: Plan,
  rebuilds: ReadonlyMap<Statement, RebuildView> = new Map(),
  hazards: ReadonlyMap<Statement, readonly Hazard[]> = new Map(),
): PlanView {
  const view = (statement: Statement): StatementView => {
    const { text, line } = statement;
    const rebuild = rebuilds.get(statement);
    const own = hazards.get(statement);
    return {
      sql: text,
      line,
      ...(rebuild === undefined ? {} : { rebuild }),
      ...(own === undefined ? {} : { hazards: own }),
    };
  };
  return {
    direction,
    fromVersion,
    toVersion,
    steps: steps.map(({ migration, body, origin }) => ({
      ...toRef(migration),
      kind: body.kind,
      transaction: migration.transaction,
      foreignKeys: migration.foreignKeys,
      origin,
      statements: body.kind === "sql" ? body.script.statements.map(view) : [],
    })),
  };
}
