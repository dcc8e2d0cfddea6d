/** The options of the command line: name, letter, value and meaning. Each once, but for those that mean something else to one command. */
import type { CommandName } from "./command.ts";

export interface Option {
  readonly name: string;
  readonly short?: string;
  /** What its value is called in help; missing for a switch. */
  readonly value?: string;
  readonly summary: string;
  /** Whether it may be given more than once. */
  readonly repeats?: boolean;
  /** Whether every command takes it. */
  readonly general?: boolean;
  /** The one command that this is about, in place of the option of the same name. */
  readonly command?: CommandName;
}

export const options: readonly Option[] = [
  { name: "database", short: "d", value: "PATH", summary: "the database file", general: true },
  { name: "migrations", short: "m", value: "DIR", summary: "the directory of migrations (migrations)", general: true },
  {
    name: "config",
    short: "c",
    value: "FILE",
    summary: "the config file (lockstep.config.ts, found upwards)",
    general: true,
  },
  { name: "json", summary: "one JSON object on stdout, also for an error", general: true },
  { name: "yes", short: "y", summary: "answer yes to every question", general: true },
  { name: "verbose", short: "v", summary: "every line and statement, and the stack of an error", general: true },
  { name: "help", short: "h", summary: "this text, or that of a command", general: true },
  { name: "version", summary: "the version of lockstep", general: true },
  { name: "to", value: "V", summary: "end at version V" },
  { name: "steps", value: "N", summary: "how many migrations to undo (1)" },
  { name: "dry-run", summary: "show what would run, and run nothing" },
  { name: "down", summary: "the way back" },
  { name: "exit-code", summary: "exit with 3 when not up to date" },
  { name: "no-cache", summary: "run everything again, and keep nothing of it" },
  { name: "github", summary: "annotations for GitHub Actions too; there they are always on" },
  { name: "output", value: "FILE", summary: "the file to write, in place of stdout" },
  { name: "all", summary: "all migrations, without a database" },
  { name: "target", value: "NAME", summary: "where they are to run: node-22, d1, durable-objects or libsql" },
  { name: "sql", summary: "write a .sql file" },
  { name: "ts", summary: "write a .ts file" },
  {
    name: "allow",
    value: "CODE",
    summary:
      "go on in spite of out_of_order, changed or database_newer, or destroy by drop_table, drop_column or delete_all_rows",
    repeats: true,
  },
  { name: "transaction", value: "MODE", summary: "each: one for each migration (default); all: one for the whole run" },
  {
    name: "to",
    value: "PATH",
    summary: "the wanted schema: a .sql file, a database, or a directory of migrations",
    command: "diff",
  },
  { name: "from", value: "PATH", summary: "the schema to start from (what all migrations make)" },
  { name: "name", value: "NAME", summary: "the name of the migration (from what it changes)" },
  { name: "dry-run", summary: "show the migration, and write no file", command: "diff" },
  { name: "exit-code", summary: "exit with 3 where there is a difference", command: "diff" },
  {
    name: "allow",
    value: "CODE",
    summary: "drop_table or drop_column: what is gone is meant to go",
    repeats: true,
    command: "diff",
  },
  { name: "lock-timeout", value: "MS", summary: "how long to wait for another process (60000)" },
];

/** The options of a command, those that all commands take last. */
export function optionsOf(command: CommandName, names: readonly string[]): readonly Option[] {
  const own = options.filter((option) => {
    if (option.general === true || !names.includes(option.name)) return false;
    if (option.command !== undefined) return option.command === command;
    return !options.some((other) => other.name === option.name && other.command === command);
  });
  return [...own, ...options.filter(({ general }) => general === true)];
}
