/** Starts a Node of its own: counted, with what it has compiled kept, and never outliving the test. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { fileURLToPath } from "node:url";
import { count } from "./effort.ts";

/** Where Node keeps what it has compiled: a child then starts in a quarter of the time. */
const COMPILED = fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url));

/** A process that takes so long has stopped for good, whatever else the machine does. */
const LONGEST_MS = 300_000;

const alive = new Set<ChildProcessWithoutNullStreams>();

process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});
// What the test runner sends when it is interrupted; without a listener nothing would be run at the exit.
process.once("SIGTERM", () => process.exit(143));

/** Starts the Node that runs the tests with these arguments. `starter` is the beginning of a command line that starts it. */
export function spawnNode(
  [main, ...args]: readonly [main: string, ...args: string[]],
  starter: readonly string[] = [],
): ChildProcessWithoutNullStreams {
  count("processes");
  const [file, ...before] = [...starter, process.execPath];
  const child = spawn(file, [...before, "--no-warnings", main, ...args], {
    stdio: "pipe",
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
    timeout: LONGEST_MS,
    killSignal: "SIGKILL",
  });
  // Who is killed before it has read its input leaves a pipe that nobody reads.
  child.stdin.on("error", () => undefined);
  alive.add(child);
  child.once("close", () => alive.delete(child));
  return child;
}
