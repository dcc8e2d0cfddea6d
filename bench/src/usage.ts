/** Measures a whole process from outside: wall, processor time and peak memory. Needs `python3` for the last two. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cleanEnvironment } from "./environment.ts";

/** What a process used. Without `python3` only the wall time is known. */
export interface Usage {
  readonly wallMs: number;
  /** User and system time together. */
  readonly cpuMs: number | undefined;
  /** The largest resident set, in MiB. */
  readonly peakMib: number | undefined;
}

/** A command of `node` itself: its arguments, its folder, its environment. */
export interface NodeCommand {
  readonly arguments: readonly string[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Node can ask the system for its own use, not for a child's; `wait4` can, with microseconds, and python's standard library has it.
 * `/usr/bin/time` was no choice: it rounds to a hundredth of a second. On Linux the peak is in KiB, on macOS in bytes.
 */
const WAIT4 = `
import json, os, sys, time
start = time.perf_counter()
child = os.fork()
if child == 0:
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0); os.dup2(null, 1); os.dup2(null, 2)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
wall = time.perf_counter() - start
unit = 1048576 if sys.platform == "darwin" else 1024
print(json.dumps({"status": status, "wallMs": wall * 1000, "cpuMs": (usage.ru_utime + usage.ru_stime) * 1000, "peakMib": usage.ru_maxrss / unit}))
`;

/** Whether `python3` is here. */
export function canMeasureUsage(): boolean {
  return spawnSync("python3", ["-c", "import os; os.wait4"]).status === 0;
}

/** Runs the command once and gives what it used; throws when it failed. */
export async function usageOf(command: NodeCommand, tool: "wait4" | "clock"): Promise<Usage> {
  return tool === "wait4" ? measuredByWait4(command) : measuredByClock(command);
}

/** Runs the command once and gives what it printed, to see that it did its work; throws when it failed. */
export function outputOf(command: NodeCommand): string {
  const result = spawnSync(process.execPath, command.arguments, options(command));
  if (result.status !== 0) throw new Error(`${command.arguments.join(" ")}: ${result.stderr.toString()}`);
  return result.stdout.toString();
}

async function measuredByWait4(command: NodeCommand): Promise<Usage> {
  const child = spawn("python3", ["-c", WAIT4, process.execPath, ...command.arguments], options(command));
  let stdout = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  await once(child, "close");
  const { status, ...usage } = JSON.parse(stdout) as Usage & { readonly status: number };
  if (status !== 0) throw new Error(`status ${status}: ${command.arguments.join(" ")}`);
  return usage;
}

async function measuredByClock(command: NodeCommand): Promise<Usage> {
  const start = performance.now();
  const child = spawn(process.execPath, command.arguments, {
    ...options(command),
    stdio: "ignore",
  });
  const [status] = (await once(child, "exit")) as [number | null];
  const wallMs = performance.now() - start;
  if (status !== 0) throw new Error(`status ${status}: ${command.arguments.join(" ")}`);
  return { wallMs, cpuMs: undefined, peakMib: undefined };
}

function options({ folder, environment }: NodeCommand): { cwd: string; env: NodeJS.ProcessEnv } {
  return { cwd: folder, env: cleanEnvironment(environment) };
}
