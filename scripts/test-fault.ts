/**
 * npm run test:fault: everything of which `npm test` has time for a sample only. Faults and kills at every call, kills at system
 * calls, processes that start together, and the random tests with more input. `--seed N` repeats a run, `--long` does more of all of it.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { whyNoStrace } from "../test/fault/strace.ts";
import type { Counted } from "../test/support/effort.ts";

const USAGE = "usage: npm run test:fault -- [--seed N] [--long]";

const root = join(import.meta.dirname, "..");

/** The rows of the table, in order. */
const ROWS: Readonly<Record<Counted, string>> = {
  faults: "faults injected",
  meetings: "runs that another process came into",
  call_kills: "kills at a call of the database library",
  system_call_kills: "kills at a system call",
  processes: "processes started",
  inputs: "random inputs tried",
};

/** How long a suite that was told to end may take for it, in milliseconds. */
const PATIENCE_MS = 10_000;

interface Order {
  readonly seed: number;
  readonly effort: "full" | "long";
}

/** How a suite ended, or the signal that ended it. */
type Outcome = "passed" | "failed" | "interrupted";

const order = readOrder();
if (order === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else if (!existsSync(join(root, "dist", "index.js"))) {
  console.error("The command line is tested as it is built: run npm run build first.");
  process.exitCode = 1;
} else await run(order);

function readOrder(): Order | undefined {
  try {
    const { values } = parseArgs({ options: { seed: { type: "string" }, long: { type: "boolean" } } });
    const seed = Number(values.seed ?? Math.trunc(Math.random() * 2 ** 31));
    if (!Number.isSafeInteger(seed)) return undefined;
    return { seed, effort: values.long === true ? "long" : "full" };
  } catch {
    return undefined;
  }
}

async function run({ seed, effort }: Order): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-fault-"));
  const counts = join(folder, "counts");
  const interruption = listenForInterruption();
  const startedAt = performance.now();
  console.log(`seed ${seed}: npm run test:fault -- --seed ${seed}${effort === "long" ? " --long" : ""}`);
  const environment = {
    ...process.env,
    LOCKSTEP_TEST_EFFORT: effort,
    LOCKSTEP_TEST_SEED: String(seed),
    LOCKSTEP_TEST_COUNTS: counts,
  };
  const outcomes: Outcome[] = [];
  try {
    for (const suite of findSuites()) {
      if (interruption.isThere()) break;
      outcomes.push(await runSuite(suite, environment, interruption));
    }
  } finally {
    const outcome = interruption.isThere()
      ? "interrupted"
      : outcomes.every((one) => one === "passed")
        ? "passed"
        : "failed";
    printTable(sumUp(counts), { seed, outcome, durationMs: performance.now() - startedAt });
    rmSync(folder, { recursive: true, force: true });
    interruption.stop();
    process.exitCode = { passed: 0, failed: 1, interrupted: 130 }[outcome];
  }
}

interface Suite {
  readonly title: string;
  readonly files: readonly string[];
  readonly concurrency: number;
}

/** Every test file that can do more than it does in `npm test`. Those in test/fault keep all processors busy by themselves. */
function findSuites(): readonly Suite[] {
  const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .map((name) => join("test", name))
    .filter((name) => name.endsWith(".test.ts"))
    .filter((name) => /^test.(?:fault|property)\b/.test(name) || readText(name).includes("support/effort.ts"))
    .toSorted();
  const [busy, others] = [files.filter(isBusy), files.filter((name) => !isBusy(name))];
  return [
    { title: "In one process: faults at every call, random input", files: others, concurrency: availableParallelism() },
    ...busy.map((name) => ({ title: name, files: [name], concurrency: 1 })),
  ];
}

function isBusy(name: string): boolean {
  return name.startsWith(join("test", "fault"));
}

function readText(name: string): string {
  return readFileSync(join(root, name), "utf8");
}

interface Interruption {
  isThere(): boolean;
  /** The process whose end is waited for; it is ended, with all that it has started, when the interruption comes. */
  watch(child: ChildProcess): void;
  stop(): void;
}

/** Ctrl-C, or a supervisor's wish: what runs is ended, the table is printed for what was done, and nothing is left behind. */
function listenForInterruption(): Interruption {
  let isThere = false;
  let current: ChildProcess | undefined;
  const interrupt = (): void => {
    isThere = true;
    if (current === undefined) return;
    const child = current;
    endGroup(child, "SIGTERM");
    setTimeout(() => endGroup(child, "SIGKILL"), PATIENCE_MS).unref();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return {
    isThere: () => isThere,
    watch: (child) => {
      current = child;
    },
    stop: () => process.off("SIGINT", interrupt).off("SIGTERM", interrupt),
  };
}

/** Ends a process and its descendants. On Windows there are no groups; there the runner ends its children itself. */
function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

async function runSuite(
  { title, files, concurrency }: Suite,
  env: NodeJS.ProcessEnv,
  interruption: Interruption,
): Promise<Outcome> {
  console.log(`\n${title}`);
  const startedAt = performance.now();
  const args = ["--test", "--test-reporter=dot", `--test-concurrency=${concurrency}`, ...files];
  // In a group of its own: Ctrl-C then reaches this process alone, and it decides what becomes of the others.
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: "inherit", detached: true });
  interruption.watch(child);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const outcome = interruption.isThere() ? "interrupted" : exitCode === 0 ? "passed" : "failed";
  console.log(`${outcome} after ${inWords(performance.now() - startedAt)}`);
  return outcome;
}

/** Adds up what each process has written when it ended: a line of JSON each. */
function sumUp(file: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const line of existsSync(file) ? readFileSync(file, "utf8").split("\n") : []) {
    if (line === "") continue;
    for (const [kind, count] of Object.entries(JSON.parse(line) as Record<string, number>))
      sums.set(kind, (sums.get(kind) ?? 0) + count);
  }
  return sums;
}

function printTable(
  sums: ReadonlyMap<string, number>,
  { seed, outcome, durationMs }: { readonly seed: number; readonly outcome: Outcome; readonly durationMs: number },
): void {
  const width = Math.max(...Object.values(ROWS).map((label) => label.length));
  console.log("");
  for (const [kind, label] of Object.entries(ROWS)) {
    const count = (sums.get(kind) ?? 0).toLocaleString("en");
    console.log(`${label.padEnd(width)}  ${count.padStart(12)}`);
  }
  const withoutStrace = whyNoStrace();
  if (withoutStrace !== undefined) console.log(`\nno kills at system calls: ${withoutStrace}`);
  console.log(`\n${outcome}, seed ${seed}, ${inWords(durationMs)}`);
}

function inWords(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
