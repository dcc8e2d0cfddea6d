/** Collects events, without what differs from run to run. */
import type { MigrationEvent } from "../../src/index.ts";

/** Events as they came. `onEvent` can be handed to any call. */
export interface EventLog {
  readonly events: MigrationEvent[];
  readonly onEvent: (event: MigrationEvent) => void;
  /** One short line for each event: its kind, and the version and position where it has them. */
  lines(): readonly string[];
}

/** Makes an empty log. */
export function eventLog(): EventLog {
  const events: MigrationEvent[] = [];
  return {
    events,
    onEvent: (event) => {
      events.push(event);
    },
    lines: () => events.map(toLine),
  };
}

/** The line of one event, such as `statement_finished 2: 1/3`. */
function toLine(event: MigrationEvent): string {
  switch (event.kind) {
    case "waiting":
      return event.kind;
    case "taken_over":
      return `taken_over at ${event.version}`;
    case "hazard_found":
      return `hazard_found ${event.migration.version}: ${event.hazard.code}`;
    case "started":
      return `started ${event.direction} ${event.total} from ${event.fromVersion}`;
    case "migration_started":
      return `migration_started ${event.direction} ${event.migration.version}: ${event.position}/${event.total}, ${event.statementCount ?? "code"}`;
    case "rows_copied":
      return `rows_copied ${event.table}: ${event.rows}/${event.total}`;
    case "statement_finished":
      return `statement_finished ${event.migration.version}: ${event.position}/${event.total}`;
    case "migration_finished":
      return `migration_finished ${event.direction} ${event.migration.version}: ${event.position}/${event.total}`;
    case "migration_skipped":
      return `migration_skipped ${event.migration.version}: ${event.reason}`;
    case "migration_failed":
      return `migration_failed ${event.migration.version}: ${event.error.code}`;
    case "finished":
      return `finished ${event.direction} ${event.count} from ${event.fromVersion} to ${event.toVersion}`;
  }
}
