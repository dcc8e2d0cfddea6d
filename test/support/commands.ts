/** Runs many command lines in one child process, from the sources: a process for each would cost far more than what it runs. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A command line. */
export interface CommandLine {
  readonly args: readonly string[];
  /** The working directory. */
  readonly cwd: string;
  /** Added to the environment, for this one. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What it left behind. */
export interface CommandEnd {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const MAIN = fileURLToPath(new URL("commands-main.ts", import.meta.url));

/** Stands between the outputs of two commands. No command prints it. */
export const MARK = "~~~ the next command ~~~\n";

/** Runs them one after the other. Nobody is there to answer, and neither output is a terminal. */
export function runCommands(lines: readonly CommandLine[]): readonly CommandEnd[] {
  const child = spawnSync(process.execPath, ["--no-warnings", MAIN], {
    input: JSON.stringify(lines),
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 120_000,
  });
  if (child.status !== 0) throw new Error(`the child ended with ${child.status ?? child.signal}: ${child.stderr}`);
  const stdout = child.stdout.split(MARK);
  const stderr = child.stderr.split(MARK);
  const codes = JSON.parse(stdout.pop() ?? "[]") as readonly number[];
  return codes.map((exitCode, index) => ({ exitCode, stdout: stdout[index] ?? "", stderr: stderr[index] ?? "" }));
}
