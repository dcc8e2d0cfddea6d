/** Help: what there is, in the order in which a newcomer needs it. */
import type { CommandName } from "../command.ts";
import { commandNamed, commands } from "../commands.ts";
import { options, optionsOf, type Option } from "../option.ts";
import type { Style } from "./style.ts";

/** The text of `lockstep --help`, or of a command's. */
export function helpText(command: CommandName | undefined, style: Style): string {
  return command === undefined ? overview(style) : commandHelp(command, style);
}

function overview(style: Style): string {
  return [
    `${style("bold", "lockstep")}: schema migrations for SQLite that never lose a row`,
    "",
    `${style("bold", "Usage:")} lockstep [options] <command>`,
    "",
    ...table(
      commands.map(({ name, argument, summary }) => [argument === undefined ? name : `${name} ${argument}`, summary]),
    ),
    "",
    style("bold", "Options"),
    ...table(options.filter(({ general }) => general === true).map(optionRow)),
    "",
    style("bold", "A first migration"),
    "  lockstep new add-users     writes migrations/001-add-users.sql; fill it in",
    "  lockstep up -d app.db      creates the database and applies it",
    "  lockstep status -d app.db  shows where it stands",
    "",
    "The database may also come from LOCKSTEP_DATABASE, DATABASE_URL or",
    "lockstep.config.ts.",
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a check found something.",
    "lockstep <command> --help tells more of a command.",
  ].join("\n");
}

function commandHelp(name: CommandName, style: Style): string {
  const command = commandNamed(name);
  return [
    `${style("bold", `lockstep ${name}`)}: ${command.summary}`,
    "",
    `${style("bold", "Usage:")} lockstep ${name}${command.argument === undefined ? "" : ` ${command.argument}`} [options]`,
    "",
    ...wrap(command.description, COLUMNS),
    "",
    style("bold", "Options"),
    ...table(optionsOf(name, command.options).map(optionRow)),
    "",
    style("bold", "Examples"),
    ...command.examples.map((example) => `  ${example}`),
  ].join("\n");
}

function optionRow({ name, short, value, summary }: Option): readonly [string, string] {
  const letter = short === undefined ? "    " : `-${short}, `;
  return [`${letter}--${name}${value === undefined ? "" : ` ${value}`}`, summary];
}

/** Help is the same on every terminal, and the docs show it. */
const COLUMNS = 80;

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.flatMap(([left, right]) =>
    wrap(right, COLUMNS - width - 4).map((line, index) => `  ${(index === 0 ? left : "").padEnd(width)}  ${line}`),
  );
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
