/** Runs the real command line, as a user would: its own process, nothing of the caller's environment that could change what it says. */
import { spawn } from "node:child_process";
import { join } from "node:path";

/** The folder of the package. */
export const root: string = join(import.meta.dirname, "..", "..");

/** The file that `lockstep` runs. */
export const bin: string = join(root, "bin", "lockstep.js");

/** What a command left behind. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
}

export interface RunOptions {
  /** The working directory. */
  readonly cwd: string;
  /** Added to an environment that has little else. */
  readonly env?: Readonly<Record<string, string>>;
  /** `together`: both streams go into one pipe, which keeps their order; it is given as stdout. Default `apart`. */
  readonly streams?: "apart" | "together";
  /** The Node that runs it. Default: the one that runs the tests. */
  readonly node?: string;
}

/** The part of the environment that a program needs to run at all. */
export function plainEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = ["PATH", "HOME", "TMPDIR", "TEMP", "SystemRoot"];
  const plain = kept.map((name) => [name, process.env[name]] as const).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(plain) as Record<string, string>), ...more };
}

/** Runs `lockstep` with these arguments. Standard input is closed: nobody is there to answer. */
export function runLockstep(args: readonly string[], options: RunOptions): Promise<Ran> {
  const { cwd, env = {}, streams = "apart", node = process.execPath } = options;
  // A shell joins the streams: of two pipes nobody can tell which line came first.
  const command = streams === "together" ? ["/bin/sh", "-c", '"$@" 2>&1', "sh", node] : [node];
  const [file = node, ...before] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...before, bin, ...args], {
      cwd,
      env: plainEnvironment(env),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 30_000,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ stdout, stderr, exitCode }));
  });
}
