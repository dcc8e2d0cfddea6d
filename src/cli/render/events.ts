/** Events on the command line: a line for each migration that is done, and one that moves while it works. */
import { visible } from "../../core/diagnostic/visible.ts";
import { describeEvent, type Direction, type MigrationEvent, type MigrationRef } from "../../index.ts";
import type { Configuration } from "../configuration.ts";
import type { Output } from "../output.ts";
import { plural } from "./plural.ts";

/**
 * Gives the listener that shows a run as it happens. A migration's line waits for its commit: it is shown once the next event
 * tells that there was one, and with one transaction for all once the run is finished.
 */
export function showEvents(
  output: Output,
  { database, transaction = "each" }: Pick<Configuration, "database" | "transaction">,
): (event: MigrationEvent) => void {
  const waiting: string[] = [];
  return (event) => {
    const isCommitted = event.kind === "finished" || (transaction === "each" && event.kind !== "migration_failed");
    if (isCommitted) for (const line of waiting.splice(0)) output.print(line);
    if (event.kind === "migration_finished") waiting.push(doneLine(event, output));
    else if (event.kind === "finished") showEnd(event, { output, database });
    else showProgress(event, output);
  };
}

type Event<Kind extends MigrationEvent["kind"]> = Extract<MigrationEvent, { kind: Kind }>;

function doneLine({ migration, durationMs, direction }: Event<"migration_finished">, { style }: Output): string {
  const mark = direction === "up" ? style("green", "✓") : style("yellow", "↩");
  return `  ${mark} ${title(migration)}${style("dim", `  ${durationMs} ms`)}`;
}

const VERBS: Readonly<Record<Direction, string>> = { up: "Applied", down: "Undid" };

function showEnd(
  { direction, count, fromVersion, toVersion, durationMs }: Event<"finished">,
  { output, database }: { readonly output: Output; readonly database: string },
): void {
  if (count === 0) return;
  const { style } = output;
  const done = `${VERBS[direction]} ${plural(count, "migration")} in ${durationMs} ms`;
  const version = style("bold", String(toVersion));
  // One that came late leaves the version where it is.
  const move = fromVersion === toVersion ? "is still at version" : `went from version ${fromVersion} to`;
  output.print(`${done}: ${style("bold", visible(database))} ${move} ${version}.`);
}

function showProgress(event: Exclude<MigrationEvent, Event<"migration_finished" | "finished">>, output: Output): void {
  switch (event.kind) {
    case "migration_started": {
      const { migration, position, total, statementCount } = event;
      const statements = statementCount === null ? "" : `, ${plural(statementCount, "statement")}`;
      output.progress(`  … ${title(migration)} (${position} of ${total}${statements})`);
      return;
    }
    case "statement_finished": {
      const { migration, position, total, durationMs } = event;
      if (output.verbose)
        output.note(output.noteStyle("dim", `    statement ${position} of ${total}: ${durationMs} ms`));
      if (position < total) output.progress(`  … ${title(migration)} (statement ${position + 1} of ${total})`);
      return;
    }
    case "rows_copied": {
      const { table, rows, total } = event;
      output.progress(`  … ${visible(table)}: ${rows} of ${total} rows`);
      return;
    }
    case "hazard_found":
    case "waiting":
    case "taken_over":
    case "migration_skipped": {
      const line = describeEvent(event);
      if (line !== undefined)
        output.note(output.noteStyle(line.level === "warn" ? "yellow" : "dim", sentence(line.text)));
      return;
    }
    // An error is shown once, in its four parts, when the command fails.
    case "migration_failed":
    case "started":
      return;
  }
}

function title({ version, name }: MigrationRef): string {
  return `${String(version).padStart(3)}  ${visible(name)}`;
}

/** A line of a log as a line for a person. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith("?") ? "" : "."}`;
}
