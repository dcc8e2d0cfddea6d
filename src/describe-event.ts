/** Events in words, for a log. */
import { visible } from "./core/diagnostic/visible.ts";
import { describeHazard } from "./core/lint/describe.ts";
import type { MigrationRef } from "./core/migration/migration.ts";
import type { MigrationEvent } from "./event.ts";

export interface LogLine {
  readonly level: "info" | "warn";
  readonly text: string;
}

/** The line that a log shows for an event; undefined for one that only a progress bar wants. */
export function describeEvent(event: MigrationEvent): LogLine | undefined {
  switch (event.kind) {
    case "waiting":
      return {
        level: "warn",
        text: `another process holds the database; waited ${seconds(event.elapsedMs)}, giving up after ${seconds(event.lockTimeoutMs)}`,
      };
    case "taken_over":
      return {
        level: "info",
        text: `took over a database at version ${event.version}; versions up to it count as applied`,
      };
    case "migration_finished": {
      const verb = event.direction === "up" ? "applied" : "reverted";
      return { level: "info", text: `${verb} ${title(event.migration)} in ${event.durationMs} ms` };
    }
    case "migration_skipped":
      return { level: "info", text: `${title(event.migration)} was applied by another process` };
    case "migration_failed":
      return { level: "warn", text: `${title(event.migration)} failed: ${visible(event.error.details.problem)}` };
    case "finished":
      return {
        level: "info",
        text: `database went from version ${event.fromVersion} to ${event.toVersion} in ${event.durationMs} ms`,
      };
    case "hazard_found": {
      const { migration, hazard } = event;
      return { level: "warn", text: `${title(migration)}, line ${hazard.line}: ${describeHazard(hazard)}` };
    }
    case "started":
    case "migration_started":
    case "statement_finished":
    case "rows_copied":
      return undefined;
  }
}

function title({ version, name }: MigrationRef): string {
  return `migration ${version} "${visible(name)}"`;
}

function seconds(durationMs: number): string {
  return `${Math.round(durationMs / 100) / 10} s`;
}
