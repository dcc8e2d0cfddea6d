/** What a rule is asked about: one statement, with what stands around it. */
import type { Script, Statement } from "../sql/script.ts";
import type { StatementKind } from "../sql/statement-kind.ts";
import type { HandRebuild } from "./hand-rebuild.ts";
import type { SchemaModel } from "./schema-model.ts";
import type { LintTarget } from "./target.ts";

/** A statement of a migration, and the schemas around it. All that is parsed here is parsed once for all rules. */
export interface LintContext {
  readonly script: Script;
  readonly statement: Statement;
  /** From 0, in the script. */
  readonly position: number;
  readonly kind: StatementKind;
  /** The schema in front of the script, in front of the statement, behind it, and behind the script. */
  readonly start: SchemaModel;
  readonly before: SchemaModel;
  readonly after: SchemaModel;
  readonly end: SchemaModel;
  /** What SQLite says of the statement, tried on an empty copy of the schema. Missing where it works, or where that is not known. */
  readonly failure?: string;
  /** Whether foreign keys are enforced while it runs. */
  readonly foreignKeys: "on" | "off";
  readonly transaction: boolean;
  /** The tables of the script that are changed by making a new one and copying the rows. */
  readonly rebuilds: readonly HandRebuild[];
  /** Where the migrations are to run, where somebody has said so. */
  readonly target?: LintTarget;
}
