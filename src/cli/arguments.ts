/** Reads the command line into an invocation, or refuses it with what was probably meant. */
import { util } from "../node.ts";
import type { ParseArgsConfig } from "node:util";
import { suggest } from "../core/diagnostic/suggest.ts";
import { commandNamed, commands } from "./commands.ts";
import type { CommandName, Invocation, Values } from "./command.ts";
import { options } from "./option.ts";
import { usageError } from "./usage-error.ts";

type Parsed = ReturnType<typeof parse>;

/** Reads the arguments behind `lockstep`. Options may stand before the command and after it. */
export function parseArguments(argv: readonly string[]): Invocation {
  const parsed = parse(argv);
  const { values, positionals } = parsed;
  const isHelp = values["help"] === true || positionals[0] === "help";
  const [word, ...rest] = positionals[0] === "help" ? positionals.slice(1) : positionals;
  const general = { json: values["json"] === true, verbose: values["verbose"] === true };
  if (values["version"] === true) return { kind: "version", ...general };
  const command = word === undefined ? undefined : toCommand(word);
  if (isHelp || command === undefined) {
    if (command === undefined && !isHelp && argv.length > 0) {
      throw usageError(
        `lockstep ${argv.join(" ")}`,
        "no command is named",
        `name one: ${commands.map(({ name }) => name).join(", ")}`,
      );
    }
    return { kind: "help", ...general, ...(command === undefined ? {} : { command }) };
  }
  refuseForeignOptions(command, parsed);
  const argument = toArgument(command, rest);
  return {
    kind: "command",
    command,
    ...general,
    yes: values["yes"] === true,
    values: toValues(parsed, command),
    ...(argument === undefined ? {} : { argument }),
  };
}

function parse(argv: readonly string[]): { values: Record<string, unknown>; positionals: string[] } {
  const config: NonNullable<ParseArgsConfig["options"]> = {};
  for (const { name, short, value, repeats } of options) {
    config[name] = {
      type: value === undefined ? "boolean" : "string",
      ...(short === undefined ? {} : { short }),
      ...(repeats === true ? { multiple: true } : {}),
    };
  }
  try {
    const { values, positionals } = util.parseArgs({
      args: [...argv],
      options: config,
      allowPositionals: true,
      strict: true,
    });
    return { values, positionals };
  } catch (error) {
    throw refuseParse(error as NodeJS.ErrnoException);
  }
}

function refuseParse(error: NodeJS.ErrnoException): Error {
  const option = /'(-[^' <,]*)/.exec(error.message)?.[1] ?? "";
  if (error.code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const near = suggest(
      option.replace(/^-+/, ""),
      options.map(({ name }) => name),
    );
    const hint = near === undefined ? "lockstep --help lists the options" : `did you mean --${near}?`;
    return usageError(option, `there is no option ${option}`, hint);
  }
  const name = error.message.match(/--([a-z-]+)/)?.[1];
  const known = options.find((candidate) => candidate.name === name);
  if (known?.value === undefined) return usageError(option, `--${name} takes no value`, `write --${name} alone`);
  return usageError(option, `--${name} needs a value`, `write --${name} ${known.value}`);
}

function toCommand(word: string): CommandName {
  const names = commands.map(({ name }) => name);
  const found = names.find((name) => name === word);
  if (found !== undefined) return found;
  const near = suggest(word, names);
  throw usageError(
    word,
    `there is no command ${word}`,
    near === undefined ? `name one: ${names.join(", ")}` : `did you mean ${near}?`,
  );
}

function toArgument(command: CommandName, rest: readonly string[]): string | undefined {
  const { argument, examples } = commandNamed(command);
  const [first, extra] = rest;
  if (argument !== undefined && first === undefined) {
    throw usageError(`lockstep ${command}`, `${command} needs ${argument}`, `for example: ${examples[0]}`);
  }
  const tooMuch = argument === undefined ? first : extra;
  if (tooMuch !== undefined) {
    throw usageError(
      tooMuch,
      argument === undefined ? `${command} takes no argument` : `${command} takes one ${argument}`,
      command === "new"
        ? `write it as one: lockstep new ${rest.join("-")}`
        : `leave out ${tooMuch}; lockstep ${command} --help shows its use`,
    );
  }
  return first;
}

function refuseForeignOptions(command: CommandName, { values }: Parsed): void {
  const allowed = commandNamed(command).options;
  for (const { name, general } of options) {
    if (values[name] === undefined || general === true || allowed.includes(name)) continue;
    const users = commands.filter((other) => other.options.includes(name)).map((other) => other.name);
    throw usageError(`--${name}`, `${command} has no option --${name}`, `it belongs to ${listWords(users, "and")}`);
  }
}

/** What may be allowed: `diff` writes something else than what runs. */
const ALLOWED = {
  run: ["out_of_order", "changed", "database_newer", "drop_table", "drop_column", "delete_all_rows"],
  diff: ["drop_table", "drop_column"],
} as const;

function toValues({ values }: Parsed, command: CommandName): Values {
  const isDiff = command === "diff";
  const text = (name: string): string | undefined => values[name] as string | undefined;
  const given = {
    database: text("database"),
    migrations: text("migrations"),
    config: text("config"),
    ...(isDiff ? { wanted: text("to") } : { to: toNumber("to", text("to")) }),
    from: text("from"),
    name: text("name"),
    steps: toNumber("steps", text("steps")),
    output: text("output"),
    target: oneOf("target", text("target"), ["node-22", "d1", "durable-objects", "libsql"] as const),
    lockTimeoutMs: toNumber("lock-timeout", text("lock-timeout")),
    transaction: oneOf("transaction", text("transaction"), ["each", "all"] as const),
  };
  const allow = ((values["allow"] as string[] | undefined) ?? []).map(
    (code) => oneOf<string>("allow", code, isDiff ? ALLOWED.diff : ALLOWED.run) ?? code,
  );
  if (values["to"] !== undefined && given.steps !== undefined)
    throw usageError("--to --steps", "--to and --steps both say how far to go", "leave out one of them");
  const switches = new Set(Object.keys(values).filter((name) => values[name] === true));
  return { ...withoutUndefined(given), allow, switches };
}

type Defined<T> = { [K in keyof T]?: NonNullable<T[K]> };

function withoutUndefined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}

function toNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  throw usageError(
    `--${name} ${value}`,
    `--${name} needs a whole number, not ${JSON.stringify(value)}`,
    `for example --${name} 3`,
  );
}

function oneOf<T extends string>(name: string, value: string | undefined, allowed: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  const near = suggest(value, allowed);
  const hint = near === undefined ? `use ${listWords(allowed, "or")}` : `did you mean ${near}?`;
  throw usageError(`--${name} ${value}`, `--${name} does not know ${JSON.stringify(value)}`, hint);
}

/** "a", "a or b", "a, b or c". */
function listWords(words: readonly string[], last: "and" | "or"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}
