/** Writes the logical migrations down as each tool wants them on disk. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LogicalMigration, logicalMigrations } from "./migrations.ts";

/** A kind of migration directory. The floor, lockstep and umzug share the plain `.sql` files. */
export type Layout = "sql" | "drizzle" | "knex" | "kysely" | "typeorm";

/** A file of a migration directory: its path in it, and its text. */
interface LayoutFile {
  readonly path: string;
  readonly text: string;
}

/** Writes the first `count` migrations into a new directory. */
export function writeLayout(layout: Layout, directory: string, count: number): void {
  const migrations = logicalMigrations(count);
  const files = migrations.map((migration) => FILE[layout](migration));
  if (layout === "drizzle") files.push(drizzleJournal(migrations));
  mkdirSync(layout === "drizzle" ? join(directory, "meta") : directory, { recursive: true });
  for (const { path, text } of files) writeFileSync(join(directory, path), text);
}

const FILE: Readonly<Record<Layout, (migration: LogicalMigration) => LayoutFile>> = {
  sql: (migration) => ({
    path: `${padded(migration)}-${migration.name}.sql`,
    text: migration.statements.map((statement) => `${statement};\n`).join("\n"),
  }),
  drizzle: (migration) => ({
    path: `${drizzleTag(migration)}.sql`,
    text: `${migration.statements.join(";\n--> statement-breakpoint\n")};\n`,
  }),
  // CommonJS is what `knex migrate:make` writes, and `require` is the quicker way in.
  knex: (migration) => ({
    path: `${20_260_000_000_000 + migration.number}_${migration.name}.cjs`,
    text: `exports.up = async function (knex) {\n${calls(migration, (sql) => `knex.raw(${sql})`)}};\n\nexports.down = async function () {};\n`,
  }),
  kysely: (migration) => ({
    path: `${padded(migration)}-${migration.name}.mjs`,
    text: `import { sql } from "kysely";\n\nexport async function up(db) {\n${calls(migration, (sql) => `sql.raw(${sql}).execute(db)`)}}\n`,
  }),
  typeorm: (migration) => {
    const name = `Migration${1_700_000_000_000 + migration.number}`;
    const up = calls(migration, (sql) => `queryRunner.query(${sql})`);
    return {
      path: `${1_700_000_000_000 + migration.number}-${migration.name}.cjs`,
      text: `exports.${name} = class ${name} {\n  name = "${name}";\n\n  async up(queryRunner) {\n${up}  }\n\n  async down() {}\n};\n`,
    };
  },
};

function calls(migration: LogicalMigration, call: (sql: string) => string): string {
  return migration.statements.map((statement) => `  await ${call(JSON.stringify(statement))};\n`).join("");
}

function padded(migration: LogicalMigration): string {
  return String(migration.number).padStart(5, "0");
}

function drizzleTag(migration: LogicalMigration): string {
  return `${padded(migration)}_${migration.name}`;
}

function drizzleJournal(migrations: readonly LogicalMigration[]): LayoutFile {
  const entries = migrations.map((migration) => ({
    idx: migration.number - 1,
    version: "6",
    when: 1_700_000_000_000 + migration.number,
    tag: drizzleTag(migration),
    breakpoints: true,
  }));
  return {
    path: "meta/_journal.json",
    text: JSON.stringify({ version: "7", dialect: "sqlite", entries }, null, 2),
  };
}
