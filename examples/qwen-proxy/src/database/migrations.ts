/** The migration runner: lockstep, on this application's folder of migrations. */
import { MigrationRunner } from "lockstep";
import type { MigrateOptions } from "lockstep";

const folder = new URL("migrations", import.meta.url);

/** A runner for an open handle (the server) or a path (the script). It opens nothing before its first method is called. */
export function createMigrationRunner(
  database: MigrateOptions["database"],
  listeners: Pick<MigrateOptions, "logger" | "onEvent"> = {},
): MigrationRunner {
  return new MigrationRunner({ database, migrations: folder, ...listeners });
}
