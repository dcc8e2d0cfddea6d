/** What the linter tells of a statement, as data. */
import type { LintCategory, LintLevel } from "./rule.ts";

/** A danger of one statement, as far as its words, the schema and the rows of the database tell. */
export interface Hazard {
  /** Of the rule; docs/lint/ has a page for each. */
  readonly code: string;
  readonly category: LintCategory;
  readonly level: LintLevel;
  /** One sentence, without a full stop. */
  readonly message: string;
  /** SQL that does it better. */
  readonly fix?: string;
  /** From 1, in the migration's file. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** In UTF-16 units. */
  readonly length: number;
  /** How many rows would break, or be lost, where the database could be asked. */
  readonly rows?: number;
  /** Of how many. */
  readonly total?: number;
}

/** Whether a hazard is more than advice. */
export function isSerious({ level }: Pick<Hazard, "level">): boolean {
  return level !== "advice";
}
