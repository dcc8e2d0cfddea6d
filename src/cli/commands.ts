/** The commands: what each does in a line, which options it takes, and where its code is. Help, parser and docs read this table. */
import type { Command, CommandName } from "./command.ts";

export const commands: readonly Command[] = [
  {
    name: "status",
    summary: "where every migration stands",
    description:
      "Shows the version of the database and the state of each migration: applied, pending, changed (its SQL was edited after it was applied), missing (its file is gone), out_of_order (it came late) or partial (one without a transaction stopped half-way). Times are UTC. Of more than 20 in a row that are applied, or pending, 10 are shown, and with --verbose all. Writes nothing, and does not create the database.",
    options: ["exit-code"],
    examples: ["lockstep status -d data/app.db", "lockstep status --exit-code   # 3 when not up to date, for scripts"],
    load: () => import("./commands/status.ts"),
  },
  {
    name: "up",
    summary: "apply what is pending",
    description:
      "Applies every pending migration in order, each in a transaction of its own together with its row in the history. All of them are read and checked before the first one runs. One that fails is rolled back, and those before it stay: correct the file and run it again.",
    options: ["to", "dry-run", "allow", "transaction", "lock-timeout"],
    examples: ["lockstep up -d data/app.db", "lockstep up --to 12", "lockstep up --dry-run"],
    load: () => import("./commands/up.ts"),
  },
  {
    name: "down",
    summary: "undo the last one",
    description:
      "Undoes the newest applied migration, or as many as --steps or --to say. It runs the way back in a transaction first and rolls it back, to measure what would be lost. Where nothing is, it goes on. Rows or values that would be lost are named and counted: it then asks on a terminal, and elsewhere needs --yes. So it does where the file of a migration is gone: the SQL that the history kept of it is shown first.",
    options: ["to", "steps", "lock-timeout"],
    examples: ["lockstep down", "lockstep down --to 10", "lockstep down --steps 2 --yes"],
    load: () => import("./commands/down.ts"),
  },
  {
    name: "plan",
    summary: "what up would do, statement by statement",
    description:
      "Shows what up would run, or with --down what down would, without running it. What a migration in code does shows only when it runs.",
    options: ["to", "down", "steps", "allow"],
    examples: ["lockstep plan", "lockstep plan --down --to 10"],
    load: () => import("./commands/plan.ts"),
  },
  {
    name: "lint",
    summary: "what is dangerous in pending migrations",
    description:
      "Looks for what destroys data, fails where there are rows, breaks something else or could be better, in the migrations that are not applied yet, and counts the rows that would break. With --all it looks at all of them, without a database. Each finding has a code: -- lockstep:allow CODE in front of a statement allows it. Exits with 3 when there is a danger or a warning; advice does not count. Runs nothing.",
    options: ["all", "target"],
    examples: ["lockstep lint -d data/app.db", "lockstep lint --all --target d1"],
    load: () => import("./commands/lint.ts"),
  },
  {
    name: "new",
    argument: "NAME",
    summary: "write the next migration file",
    description:
      "Writes a file with the next free number, in the width and the kind that the newest migration has. Where numbers are times, the number is the time. A number in front of NAME is taken as it is, unless a migration has it or it would sort before an applied one. Creates the directory where it is not there.",
    options: ["sql", "ts"],
    examples: ["lockstep new add-users", "lockstep new backfill-emails --ts"],
    load: () => import("./commands/new.ts"),
  },
  {
    name: "diff",
    summary: "write the migration that leads to a wanted schema",
    description:
      "Compares what all migrations make of a new database with a wanted schema, and writes the next migration file: up and down, both tried on a copy in memory. Needs no database; where one is named, it counts the rows and values that would be lost. What may have been renamed is never guessed: -- lockstep:renamed from OLD beside the column, or in front of CREATE TABLE, says it; else it asks on a terminal, and elsewhere refuses. Comments beside columns alone are no difference.",
    options: ["to", "from", "name", "dry-run", "exit-code", "allow"],
    examples: [
      "lockstep diff --to schema.sql",
      "lockstep diff --to schema.sql --dry-run --exit-code   # 3 where they differ, for scripts",
      "lockstep diff --to schema.sql --from data/app.db",
    ],
    load: () => import("./commands/diff.ts"),
  },
  {
    name: "check",
    summary: "for CI: run everything in memory, and compare",
    description:
      "Runs all migrations on a database in memory, each of them up, down and up again on sample rows, and compares: the files with the history, each way back with its way up, the database with what its migrations make, schemaFile with the schema. Shows all that it finds, with exit code 3. Without a database it checks the migrations alone. What it has run once it does not run again. Writes nothing into the database, and does not create it.",
    options: ["no-cache", "github"],
    examples: ["lockstep check -d data/app.db", "lockstep check --no-cache", "lockstep check --json"],
    load: () => import("./commands/check.ts"),
  },
  {
    name: "dump",
    summary: "the schema as SQL, to review and to load",
    description:
      "Writes the schema as a script that makes a new database like this one, at the same version: to stdout, or with --output to a file, which is replaced only where it says something else. The same schema gives the same bytes on every machine, so that it can be kept in git; schemaFile in the config has up, down and baseline keep it. Rows are not in it, but those of lockstep's own tables. Reads the database and writes nothing into it.",
    options: ["output"],
    examples: ["lockstep dump -d data/app.db", "lockstep dump --output schema.sql"],
    load: () => import("./commands/dump.ts"),
  },
  {
    name: "types",
    summary: "the rows of every table and view, as TypeScript",
    description:
      "Writes a TypeScript file with an interface for the rows of each table and view, and with Database for Kysely: to stdout, or with --output to a file, which is replaced only where it says something else. The same schema gives the same bytes on every machine; typesFile in the config has up, down and baseline keep it. Reads the database and writes nothing into it.",
    options: ["output"],
    examples: ["lockstep types -d data/app.db", "lockstep types --output src/database.d.ts"],
    load: () => import("./commands/types.ts"),
  },
  {
    name: "squash",
    summary: "make one file of the migrations up to a version",
    description:
      "Writes squash-V.sql beside the migrations: the schema and the rows that all of them up to version V leave on an empty database. A new database takes it in their place; one that has some of them already carries on with their files, which stay where they are. Before anything is written, both ways are run in memory, and every row is compared. A migration whose rows depend on the time or on chance is refused. Does not need a database.",
    options: ["to"],
    examples: ["lockstep squash --to 12"],
    load: () => import("./commands/squash.ts"),
  },
  {
    name: "baseline",
    argument: "V",
    summary: "mark versions up to V as applied, running nothing",
    description:
      "For a database that has the changes already, made by hand or by another tool. From then on up applies what is newer than V.",
    options: ["lock-timeout"],
    examples: ["lockstep baseline 7 -d data/app.db"],
    load: () => import("./commands/baseline.ts"),
  },
];

/** The command of a name that is known to be one. */
export function commandNamed(name: CommandName): Command {
  const found = commands.find((command) => command.name === name);
  if (found === undefined) throw new RangeError(`no command ${name}`);
  return found;
}
