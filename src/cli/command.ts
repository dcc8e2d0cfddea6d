/** What a command is, and what one call of it says. */
import type { TargetName } from "../index.ts";
import type { Output } from "./output.ts";

export type CommandName =
  | "status"
  | "up"
  | "down"
  | "plan"
  | "lint"
  | "new"
  | "diff"
  | "check"
  | "dump"
  | "types"
  | "squash"
  | "baseline";

/** The code of a command: gives the exit code, throws for an error. */
export interface CommandModule {
  readonly run: (invocation: Extract<Invocation, { kind: "command" }>, output: Output) => Promise<number>;
}

export interface Command {
  readonly name: CommandName;
  /** The argument that it needs, as help shows it. */
  readonly argument?: string;
  readonly summary: string;
  /** What a newcomer should know, in whole sentences. */
  readonly description: string;
  /** The options that it takes beside those that all commands take. */
  readonly options: readonly string[];
  readonly examples: readonly string[];
  /** Loaded only when it runs: each command costs what it needs. */
  readonly load: () => Promise<CommandModule>;
}

/** What the user wants. */
export type Invocation =
  | { readonly kind: "help"; readonly command?: CommandName; readonly json: boolean; readonly verbose: boolean }
  | { readonly kind: "version"; readonly command?: undefined; readonly json: boolean; readonly verbose: boolean }
  | {
      readonly kind: "command";
      readonly command: CommandName;
      /** NAME of `new`, V of `baseline`. */
      readonly argument?: string;
      readonly json: boolean;
      readonly yes: boolean;
      readonly verbose: boolean;
      readonly values: Values;
    };

/** The values of the other options, as written. */
export interface Values {
  readonly database?: string;
  readonly migrations?: string;
  readonly config?: string;
  readonly to?: number;
  readonly steps?: number;
  /** The paths of the two schemas of `diff`. */
  readonly wanted?: string;
  readonly from?: string;
  /** That of the migration which `diff` writes. */
  readonly name?: string;
  /** The file of `dump` and `types`. */
  readonly output?: string;
  /** Where the migrations of `lint` are to run. */
  readonly target?: TargetName;
  readonly lockTimeoutMs?: number;
  readonly transaction?: "each" | "all";
  readonly allow: readonly string[];
  /** The switches that were given. */
  readonly switches: ReadonlySet<string>;
}
