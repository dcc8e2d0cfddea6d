/** Errors on the command line: four parts in colour on stderr, or one JSON object on stdout. */
import { visible } from "../../core/diagnostic/visible.ts";
import { LockstepError } from "../../index.ts";
import type { Output } from "../output.ts";
import type { Style } from "./style.ts";

/** Shows an error. One that is not a LockstepError is a bug of ours, and shown with its stack. */
export function showError(error: unknown, output: Output): void {
  if (output.json) {
    output.emitError(toJson(error));
    return;
  }
  output.note(renderError(error, output.noteStyle));
  if (output.verbose && error instanceof LockstepError) output.note(output.noteStyle("dim", stackOf(error)));
}

function renderError(error: unknown, style: Style): string {
  if (!(error instanceof LockstepError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${style("red", "error[internal_invariant]:")} ${visibleStack(stack)}\n  hint: this is a bug in lockstep; please report it with this message`;
  }
  // A part of it may come from the database, or from a file that somebody else wrote.
  const [problem = "", ...lines] = error.message.split("\n").map(visible);
  return [
    `${style("red", `error[${error.code}]:`)} ${style("bold", problem)}`,
    ...lines.map((line) => renderLine(line, style)),
  ].join("\n");
}

function renderLine(line: string, style: Style): string {
  if (line.startsWith("  --> ")) return `  ${style("cyan", "-->")} ${line.slice(6)}`;
  if (/^ +\| [\s^]*\^$/.test(line)) return line.replace(/\^+$/, (carets) => style("red", carets));
  if (line.startsWith(" state: ") || line.startsWith("  hint: "))
    return style("bold", line.slice(0, 8)) + line.slice(8);
  return line.startsWith("    at ") ? style("dim", line) : line;
}

function stackOf(error: LockstepError): string {
  const { cause } = error;
  const own = (error.stack ?? "").slice((error.stack ?? "").indexOf("\n    at ") + 1);
  return visibleStack(cause instanceof Error ? `${own}\ncaused by ${cause.stack ?? cause.message}` : own);
}

/** A stack with its message in front. A line of the message is set in as a frame is, and so passes for no line of ours. */
function visibleStack(stack: string): string {
  const [first = "", ...lines] = stack.split(/\r?\n/).map(visible);
  const setIn = lines.map((line) => (/^(?: {4}|caused by )/.test(line) ? line : `    ${line}`));
  return [first, ...setIn].join("\n");
}

function toJson(error: unknown): object {
  if (!(error instanceof LockstepError)) {
    return {
      code: "internal_invariant",
      message: error instanceof Error ? error.message : String(error),
      hint: "please report it",
      outcome: "unknown",
    };
  }
  const { code, problem, hint, outcome, databaseVersion, migration, place } = error.details;
  const { statement, progress, completed, losses, irreversible, fromHistory } = error.details;
  // A file has a location; every other place is told as it is.
  const [location, elsewhere] =
    place.kind === "file"
      ? [{ file: place.file, line: place.line, column: place.column }, undefined]
      : [undefined, place];
  // JSON leaves out what is undefined.
  return {
    code,
    message: problem,
    hint,
    outcome,
    databaseVersion,
    migration,
    location,
    place: elsewhere,
    statement,
    progress,
    completed,
    losses,
    irreversible,
    fromHistory,
  };
}
