/** The migrations by hand: `node scripts/migrate.ts status|up|down`, on the database that the server uses. */
import { LockstepError } from "lockstep";
import type { MigrationEvent, MigrationRunner } from "lockstep";
import { readDatabasePath } from "../src/configuration.ts";
import { createMigrationRunner } from "../src/database/migrations.ts";

const usage = `Usage: node scripts/migrate.ts <command>

  status        shows the version and every migration
  up            runs the pending migrations
  down          rolls back the last one; refuses where rows or values would be lost
  down --yes    rolls back the last one and accepts the loss`;

async function showStatus(runner: MigrationRunner): Promise<void> {
  const { database, currentVersion, migrations } = await runner.status();
  console.log(`Database: ${database}`);
  console.log(`Current version: ${currentVersion}`);
  console.log("Migrations:");
  for (const { version, name, state } of migrations) {
    console.log(`  ${state === "applied" ? "✓" : "○"} ${label({ version, name })} (${state})`);
  }
}

async function runMigrations(runner: MigrationRunner): Promise<void> {
  const { applied, toVersion } = await runner.runMigrations();
  console.log(applied.length === 0 ? "Nothing to do." : `Migrations applied: ${applied.length}`);
  console.log(`Current version: ${toVersion}`);
}

async function rollbackMigration(runner: MigrationRunner, loss: "refuse" | "allow"): Promise<void> {
  const { steps } = await runner.plan({ direction: "down" });
  for (const step of steps) console.warn(`Warning: this rolls back ${label(step)}.`);
  const { reverted, toVersion } = await runner.rollback({ allowLoss: loss === "allow" });
  console.log(reverted.length === 0 ? "Nothing to do." : `Migrations rolled back: ${reverted.length}`);
  console.log(`Current version: ${toVersion}`);
}

function showProgress(event: MigrationEvent): void {
  if (event.kind === "waiting") console.warn("Waiting for another process to release the database ...");
  if (event.kind === "migration_started") console.log(`[Migration ${label(event.migration)}] ${event.direction}`);
  if (event.kind === "migration_finished") {
    console.log(`✓ Migration ${pad(event.migration.version)} completed in ${Math.round(event.durationMs)} ms`);
  }
}

function label({ version, name }: { readonly version: number; readonly name: string }): string {
  return `${pad(version)} ${name}`;
}

function pad(version: number): string {
  return String(version).padStart(3, "0");
}

async function main(command: string): Promise<void> {
  // A path, not the server's `initializeDatabase()`: that would run the migrations before the first command is looked at.
  const runner = createMigrationRunner(readDatabasePath(process.env), { onEvent: showProgress });
  try {
    if (command === "status") await showStatus(runner);
    else if (command === "up") await runMigrations(runner);
    else if (command === "down") await rollbackMigration(runner, "refuse");
    else if (command === "down --yes") await rollbackMigration(runner, "allow");
    else {
      console.error(usage);
      process.exitCode = 2;
    }
  } catch (error) {
    console.error(error instanceof LockstepError ? error.message : error);
    process.exitCode = 1;
  }
}

await main(process.argv.slice(2).join(" "));
