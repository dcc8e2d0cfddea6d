/** Runs a scenario in a process that is killed, and tells which kill it was when one goes wrong. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { runProcess } from "./child-process.ts";
import { seed } from "./choice.ts";
import type { Kill, KillOrder } from "./killed-main.ts";
import type { Variant } from "./survey.ts";

const MAIN = join(import.meta.dirname, "killed-main.ts");

/** How a process is killed: by itself at a call, or by what has started it. */
export interface Killer {
  readonly kill?: Kill;
  readonly starter?: readonly string[];
}

/** Runs a process on a file. Gives whether it was killed: one that has less to do comes to its end before, and to no other. */
export async function runKilled(
  path: string,
  { scenario, manner }: Variant,
  { kill, starter }: Killer,
): Promise<"killed" | "ended"> {
  const order: KillOrder = { scenario, path, manner, ...(kill === undefined ? {} : { kill }) };
  const { exitCode, signal, stderr } = await runProcess([MAIN, JSON.stringify(order)], starter);
  if (signal === "SIGKILL") return "killed";
  assert.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" });
  return "ended";
}

/** Runs `body`; what it throws is told with the kill that it is about. */
export async function told(about: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    throw new Error(`${about} (seed ${seed})`, { cause: error });
  }
}
