/** Child processes of the fault tests, one call each, and as many at a time as the machine has processors. */
import { availableParallelism } from "node:os";
import { spawnNode } from "../support/spawn-node.ts";

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a file in a Node of its own and waits for its end. Its input is closed: nobody is there to answer. */
export function runProcess(
  command: readonly [main: string, ...args: string[]],
  starter: readonly string[] = [],
): Promise<ProcessEnd> {
  const child = spawnNode(command, starter);
  child.stdin.end();
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
}

/** Does `work` for each item, as many at a time as the machine has processors. Stops at the first that fails. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      try {
        await work(item);
      } catch (error) {
        left.length = 0;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: availableParallelism() }, worker);
  await Promise.allSettled(workers);
  await Promise.all(workers);
}
