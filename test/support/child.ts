/** Runs one call of lockstep in a process of its own, which can be started together with others, or killed. */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { MigrateOptions, MigrateReport } from "../../src/index.ts";
import { spawnNode } from "./spawn-node.ts";

/** How a process ended. */
export interface ChildEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly report?: MigrateReport;
  /** The code of the error. */
  readonly error?: string;
  /** What is wrong, in the words of the error. */
  readonly problem?: string;
  /** The kinds of the events, in order. */
  readonly events: readonly string[];
  readonly stderr: string;
}

/** A process that is loaded and waits for its start. */
export interface Child {
  /** Lets it begin. */
  start(): void;
  /** Waits until a line begins like this, or so many do: a migration in code can print to standard output. */
  line(beginning: string, count?: number): Promise<void>;
  kill(): void;
  readonly ended: Promise<ChildEnd>;
}

/** Options that can be handed to another process. */
export type ChildOptions = Omit<MigrateOptions, "onEvent" | "logger" | "database" | "migrations"> & {
  readonly database: string;
  readonly migrations: string;
};

const MAIN = fileURLToPath(new URL("child-main.ts", import.meta.url));

/** What a process does. `migrate_in_wal`: switches the file to WAL on a handle of its own, and migrates with that. */
export type ChildCall = "migrate" | "migrate_in_wal" | "rollback";

/** Starts a process and waits until it has loaded everything. */
export async function launch(options: ChildOptions, call: ChildCall = "migrate"): Promise<Child> {
  const child = spawnNode([MAIN, JSON.stringify({ options, call })]);
  const lines: string[] = [];
  let waiting = new Set<() => void>();
  const wake = (): void => {
    const woken = waiting;
    waiting = new Set();
    for (const resolve of woken) resolve();
  };
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    wake();
  });
  const closed = once(child, "close");
  let isClosed = false;
  const ended = closed.then(([exitCode, signal]): ChildEnd => {
    isClosed = true;
    wake();
    return {
      exitCode: exitCode as number | null,
      signal: signal as NodeJS.Signals | null,
      ...readLines(lines),
      stderr,
    };
  });
  const line = async (beginning: string, count = 1): Promise<void> => {
    while (lines.filter((text) => text.startsWith(beginning)).length < count) {
      if (isClosed) throw new Error(`the process ended without a line "${beginning}": ${lines.join("\n")}\n${stderr}`);
      await new Promise<void>((resolve) => {
        waiting.add(resolve);
      });
    }
  };
  await line('{"ready"');
  return {
    start: () => child.stdin.end("go\n"),
    line,
    kill: () => child.kill("SIGKILL"),
    ended,
  };
}

type Told = Pick<ChildEnd, "report" | "error" | "problem">;

function readLines(lines: readonly string[]): Told & Pick<ChildEnd, "events"> {
  const events: string[] = [];
  let end: Told = {};
  for (const line of lines) {
    if (!line.startsWith("{")) continue;
    const { event, report, error, problem = "" } = JSON.parse(line) as { event?: string } & Told;
    if (event !== undefined) events.push(event);
    if (report !== undefined) end = { report };
    if (error !== undefined) end = { error, problem };
  }
  return { events, ...end };
}
