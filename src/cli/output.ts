/** Where a command writes: results to stdout, everything else to stderr, with `--json` one object and nothing beside it. */
import { createStyle, type Style } from "./render/style.ts";
import { openStream } from "./stream.ts";

export interface Output {
  readonly json: boolean;
  readonly verbose: boolean;
  /** The command's name, for the JSON object; null where none was found. */
  readonly command: string | null;
  readonly style: Style;
  /** For stderr, which may be a terminal while stdout is a file. */
  readonly noteStyle: Style;
  /** Whether stdout is one. */
  readonly isTerminal: boolean;
  /** How many characters a line of stdout has room for: any number where it is not a terminal. */
  readonly columns: number;
  /** A line of the result. Nothing with `--json`. */
  print(text: string): void;
  /** A line that is no result. Nothing with `--json`. */
  note(text: string): void;
  /** A line that the next one replaces, on a terminal only. */
  progress(text: string): void;
  /** The result as data. Nothing without `--json`. */
  emit(result: object): void;
  /** An error as data. Nothing without `--json`. */
  emitError(error: object): void;
  /** Whether a person is there to be asked. */
  canAsk(): boolean;
}

export function createOutput({
  json,
  verbose,
  command,
}: {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly command: string | null;
}): Output {
  const stdout = openStream(1);
  const stderr = openStream(2);
  const canMove = stderr.isTerminal && process.env["TERM"] !== "dumb";
  let isProgressShown = false;
  const clear = (): void => {
    if (isProgressShown) stderr.write("\r\u001B[K");
    isProgressShown = false;
  };
  return {
    json,
    verbose,
    command,
    style: createStyle(stdout),
    noteStyle: createStyle(stderr),
    isTerminal: stdout.isTerminal,
    columns: stdout.columns,
    print(text) {
      if (json) return;
      clear();
      stdout.write(`${text}\n`);
    },
    note(text) {
      if (json) return;
      clear();
      stderr.write(`${text}\n`);
    },
    progress(text) {
      if (json || !canMove) return;
      stderr.write(`\r\u001B[K${text.slice(0, Math.max(1, stderr.columns - 1))}`);
      isProgressShown = true;
    },
    emit(result) {
      if (json) stdout.write(`${JSON.stringify({ version: 1, ok: true, command, ...result })}\n`);
    },
    emitError(error) {
      if (json) stdout.write(`${JSON.stringify({ version: 1, ok: false, command, error })}\n`);
    },
    canAsk: () => !json && stderr.isTerminal && process.stdin.isTTY,
  };
}
