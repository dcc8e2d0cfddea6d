/**
 * How much the random and the fault tests do: a sample in `npm test`, everything in `npm run test:fault`, more in its long mode. The
 * script says so by environment variables, and sums up what was counted here.
 *
 * A property uses it so: `fc.assert(property, { ...(seed === undefined ? {} : { seed }), numRuns: runs(200) })`, with
 * `count("inputs")` in its body.
 */
import { appendFileSync } from "node:fs";

/** `sample`: what `npm test` has time for. `full`: `npm run test:fault`. `long`: the same with `--long`. */
export type Effort = "sample" | "full" | "long";

/** What is counted for the table at the end of `npm run test:fault`. `meetings`: runs into which another one came. */
export type Counted = "faults" | "meetings" | "call_kills" | "system_call_kills" | "processes" | "inputs";

const FACTORS: Readonly<Record<Effort, number>> = { sample: 1, full: 10, long: 50 };

/** How much to do: LOCKSTEP_TEST_EFFORT, else `sample`. */
export const effort: Effort = readEffort(process.env["LOCKSTEP_TEST_EFFORT"]);

/** The seed to use for all that is random: LOCKSTEP_TEST_SEED, a whole number. Undefined where each test may take its own. */
export const seed: number | undefined = readSeed(process.env["LOCKSTEP_TEST_SEED"]);

/** How many runs of a random test to do, where `npm test` does `usual` of them. */
export function runs(usual: number): number {
  return usual * FACTORS[effort];
}

const COUNTS_FILE = process.env["LOCKSTEP_TEST_COUNTS"];

/** How often the counts go to the file, in milliseconds: of a process that is interrupted little is lost. */
const FLUSH_EVERY_MS = 1000;

const counts = new Map<Counted, number>();
let flushedAt = performance.now();

/** Counts what was tried. The numbers go to the file LOCKSTEP_TEST_COUNTS, and nowhere without it. */
export function count(kind: Counted, by = 1): void {
  counts.set(kind, (counts.get(kind) ?? 0) + by);
  if (performance.now() - flushedAt > FLUSH_EVERY_MS) flush();
}

function flush(): void {
  flushedAt = performance.now();
  if (COUNTS_FILE === undefined || counts.size === 0) return;
  // Several processes write here: one short line at the end of a file is written in one piece.
  appendFileSync(COUNTS_FILE, `${JSON.stringify(Object.fromEntries(counts))}\n`);
  counts.clear();
}

process.once("exit", flush);

function readEffort(text = "sample"): Effort {
  if (text === "sample" || text === "full" || text === "long") return text;
  throw new Error(`LOCKSTEP_TEST_EFFORT is sample, full or long, not "${text}"`);
}

function readSeed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`LOCKSTEP_TEST_SEED is a whole number, not "${text}"`);
  // What fast-check takes: 32 bits.
  return value | 0;
}
