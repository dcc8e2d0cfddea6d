/** LockstepError: what is wrong, where, what state the database is in, what to do. */
import { codeFrame } from "./core/diagnostic/code-frame.ts";
import { visible, visibleLines } from "./core/diagnostic/visible.ts";
import type { ErrorCode } from "./error-code.ts";
import type { MigrationRef } from "./core/migration/migration.ts";
import { listIrreversible, type Irreversible } from "./core/plan/irreversible.ts";
import type { StepView } from "./core/plan/view.ts";
import type { Loss, MigrationReport } from "./report.ts";

/** Where it went wrong. Lines and columns count from 1; length in characters. */
export type Place =
  | {
      readonly kind: "file";
      readonly file: string;
      readonly line?: number;
      readonly column?: number;
      readonly length?: number;
      /** The text of the line, for the code frame. */
      readonly lineText?: string;
    }
  | { readonly kind: "database"; readonly database: string }
  | { readonly kind: "directory"; readonly directory: string }
  /** An option or argument, as the caller wrote it. */
  | { readonly kind: "argument"; readonly argument: string };

/**
 * `unchanged`: nothing was written · `rolled_back`: something was, and was undone · `partial`: a migration without a transaction
 * stopped half-way, and the next `up` carries on · `unknown`: the migration ended lockstep's transaction by itself, or a commit failed
 * of which all may be in the write-ahead log.
 */
export type Outcome = "unchanged" | "rolled_back" | "partial" | "unknown";

/** Everything an error knows, as data. */
export interface ErrorDetails {
  readonly code: ErrorCode;
  /** What is wrong, in one sentence. */
  readonly problem: string;
  readonly place: Place;
  readonly outcome: Outcome;
  /** What to do. */
  readonly hint: string;
  /** The version that the database is at now; missing where it could not be read. For `unknown` the last one that is certain. */
  readonly databaseVersion?: number;
  readonly migration?: MigrationRef;
  /** The failing statement, counted from 1. */
  readonly statement?: { readonly position: number; readonly total: number };
  /** For `partial`: how many statements are done. */
  readonly progress?: { readonly done: number; readonly total: number | null };
  /** What this run had applied or reverted, and keeps, before it failed. */
  readonly completed?: readonly MigrationReport[];
  /** For `would_lose_data` and `confirmation_needed`. */
  readonly losses?: readonly Loss[];
  /** For `irreversible` and `database_newer`: what cannot be undone here, and why. */
  readonly irreversible?: readonly Irreversible[];
  /** For `confirmation_needed`: the steps back whose SQL only the history has. */
  readonly fromHistory?: readonly StepView[];
  /** The stack of a migration in code that threw, its own file first. */
  readonly trace?: readonly string[];
  readonly cause?: unknown;
}

/** The one error class of lockstep. `message` is the whole text; `details` has each part of it as data. */
export class LockstepError extends Error {
  override readonly name = "LockstepError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(details: ErrorDetails) {
    super(describeError(details).join("\n"), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.details = details;
  }

  /** The same error, told with what only an outer layer knows, such as the version of the database. */
  with(known: Partial<ErrorDetails>): LockstepError {
    return new LockstepError({ ...this.details, ...known });
  }
}

/** Fails with `internal_invariant`: not the user's mistake but ours. The transaction around it is rolled back. */
export function assert(condition: boolean, expectation: string): asserts condition {
  if (condition) return;
  throw new LockstepError({
    code: "internal_invariant",
    problem: `lockstep broke a rule of its own: ${expectation}`,
    place: { kind: "argument", argument: "lockstep" },
    outcome: "rolled_back",
    hint: "this is a bug in lockstep; please report it with this message",
  });
}

/** The lines of an error's text, without its code: problem, place with code frame, state, hint, trace. They can be shown anywhere. */
export function describeError(details: ErrorDetails): readonly string[] {
  return [
    visibleLines(details.problem),
    `  --> ${visible(describePlace(details))}`,
    ...describeFrame(details.place),
    ...listSeveral((details.losses ?? []).map(describeLoss)),
    ...listSeveral(listIrreversible(details.irreversible ?? [])),
    ` state: ${describeState(details)}`,
    `  hint: ${visible(details.hint)}`,
    ...(details.trace ?? []).map((line) => `    ${visible(line)}`),
  ];
}

/** The place of a whole migration: its file, or the array that it stands in. */
export function placeOfMigration(file: string | undefined): Place {
  return file === undefined ? { kind: "argument", argument: "migrations" } : { kind: "file", file };
}

/** "3 rows of users", "2 values of users.email". */
export function describeLoss(loss: Loss): string {
  const unit = loss.kind === "rows" ? "row" : "value";
  const owner = loss.kind === "rows" ? loss.table : `${loss.table}.${loss.column}`;
  return `${loss.count} ${unit}${loss.count === 1 ? "" : "s"} of ${owner}`;
}

/** A single one is told in the problem itself. */
function listSeveral(lines: readonly string[]): readonly string[] {
  return lines.length < 2 ? [] : lines.map((line) => `  - ${visible(line)}`);
}

function describePlace({ place, statement }: ErrorDetails): string {
  const suffix = statement === undefined ? "" : `  (statement ${statement.position} of ${statement.total})`;
  switch (place.kind) {
    case "file": {
      const line = place.line === undefined ? "" : `:${place.line}`;
      const column = place.column === undefined ? "" : `:${place.column}`;
      return `${place.file}${line}${column}${suffix}`;
    }
    case "database":
      return place.database + suffix;
    case "directory":
      return place.directory;
    case "argument":
      return place.argument + suffix;
  }
}

function describeFrame(place: Place): readonly string[] {
  if (place.kind !== "file" || place.lineText === undefined || place.line === undefined) return [];
  const { lineText, line, column = 1, length = 1 } = place;
  return codeFrame({ lineText, line, column, length }).map(visible);
}

function describeState({ code, outcome, databaseVersion, migration, progress, completed = [] }: ErrorDetails): string {
  const isLogged = outcome === "unknown" && code === "database_io";
  const words: Record<Outcome, string> = {
    unchanged: completed.length > 0 && migration !== undefined ? "this migration changed nothing" : "nothing changed",
    rolled_back: "rolled back",
    unknown: `not known, since ${isLogged ? "the commit failed" : "the migration ended the transaction itself"}`,
    partial: `half-way, ${progress?.done ?? 0} of ${progress?.total ?? "?"} statements done`,
  };
  const at = `${isLogged ? "; before it" : ""}, database at version ${databaseVersion}`;
  const version = databaseVersion === undefined ? "" : at;
  const kept = completed.map((done) => done.version).join(", ");
  return words[outcome] + version + (kept === "" ? "" : ` (done before it and kept: ${kept})`);
}
