/** The process that runs on a file system which was mounted to read: tries the way up and the way back of each database, and tells the errors. */
import { writeSync } from "node:fs";
import { migrateSync, MigrationRunner, type DriverName } from "../../src/index.ts";
import { roomy as migrations } from "./environment.ts";
import { caught } from "./source-refusal.ts";

const files = JSON.parse(process.argv[2] ?? "[]") as readonly {
  readonly database: string;
  readonly driver: DriverName;
}[];
const told: unknown[] = [];
for (const { database, driver } of files) {
  const options = { database, driver, migrations };
  const acts = [() => migrateSync(options), () => new MigrationRunner(options).rollback({ allowLoss: true })];
  const errors = await Promise.all(acts.map((act) => caught(act)));
  told.push(errors.map(({ code, details }) => [code, details.databaseVersion ?? null]));
}
writeSync(1, JSON.stringify(told));
