/** What an undisturbed run of a scenario does: its calls, the states that it passes through, and which of them holds at which call. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { DatabaseState } from "../support/state.ts";
import { runProcess } from "./child-process.ts";
import type { Manner } from "./run-scenario.ts";
import type { JournalMode } from "./starting-point.ts";

/** One kind of run in one way. */
export interface Variant {
  readonly scenario: string;
  readonly journalMode: JournalMode;
  readonly manner: Manner;
}

/** What an undisturbed run did. */
export interface Survey extends Variant {
  /** The SQL of each call. */
  readonly calls: readonly string[];
  /** The digest of each state that another connection could see, in order. */
  readonly states: readonly string[];
  /** The place in `states` of what holds after so many calls, from 0 calls on. */
  readonly at: readonly number[];
  /** The versions in the history at the end. */
  readonly versions: readonly number[];
  /** The journal mode at the end. */
  readonly endsIn: string;
}

/** A state in few bytes: equal states have equal digests. */
export function digest(state: DatabaseState): string {
  return createHash("sha256").update(JSON.stringify(state)).digest("hex");
}

const MAIN = join(import.meta.dirname, "survey-main.ts");

/** Surveys these variants, in one process of their own. */
export async function survey(variants: readonly Variant[]): Promise<readonly Survey[]> {
  const { exitCode, stdout, stderr } = await runProcess([MAIN, JSON.stringify(variants)]);
  if (exitCode !== 0) throw new Error(`the survey failed: ${stderr}`);
  return JSON.parse(stdout) as readonly Survey[];
}
