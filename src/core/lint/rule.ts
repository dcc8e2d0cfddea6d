/** What a rule of the linter is, and what it gives. */
import type { LintContext } from "./context.ts";
import type { Fix } from "./fix.ts";

/**
 * `danger`: destroys data, or fails where there are rows. `warning`: breaks something else, or does not do what it says. `advice`: about
 * the design; it decides no exit code.
 */
export type LintLevel = "danger" | "warning" | "advice";

/** What kind of harm a rule is about. */
export type LintCategory =
  | "destructive"
  | "fails_with_rows"
  | "always_fails"
  | "data"
  | "foreign_keys"
  | "compatibility"
  | "rebuild"
  | "history"
  | "design"
  | "allowance";

/** A part of the script, in UTF-16 units. */
export interface Part {
  readonly offset: number;
  readonly length: number;
}

/** What the rows of the real database are asked, to tell whether a danger is one there. */
export interface Question {
  /** Gives one row with one number: how many rows would break, or be lost. None: the danger is none there. */
  readonly sql: string;
  /** The table whose rows are counted; it and all other tables that the question reads have to be there as they are now. */
  readonly table: string;
  readonly reads?: readonly string[];
  /** From how many rows on it is worth a word. Default 1. */
  readonly atLeast?: number;
  /** `whether`: only none or some; the number says nothing of how many rows. Default `rows`. */
  readonly counts?: "rows" | "whether";
  /** `drop`: without an answer it is not worth a word either. Default `keep`. */
  readonly unanswered?: "keep" | "drop";
}

/** One thing that a rule has found. */
export interface Finding {
  /** The danger in one sentence, with the user's own names, without a full stop. */
  readonly message: string;
  /** What does it better, with the user's own names. */
  readonly fix?: Fix;
  readonly place: Part;
  readonly question?: Question;
  /** Where it is another one than that of the rule. */
  readonly level?: LintLevel;
}

/** A rule. Its page is docs/lint/<code>.md. */
export interface Rule {
  readonly code: string;
  readonly category: LintCategory;
  readonly level: LintLevel;
  /** What it finds, in a few words. */
  readonly title: string;
  check(context: LintContext): readonly Finding[];
}
