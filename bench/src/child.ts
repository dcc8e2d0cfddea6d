/** Starts the measured process and reads what it measured. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Place } from "./adapter.ts";
import { cleanEnvironment } from "./environment.ts";
import type { Timing } from "./measure.ts";
import type { ToolEntry } from "./tool.ts";

/** A process that has ended. */
export type Outcome =
  | { readonly kind: "done"; readonly timing: Timing }
  | { readonly kind: "failed"; readonly message: string };

/** A process that has started. `ready` resolves when it waits at its gate, or has ended before. */
export interface Child {
  readonly ready: Promise<unknown>;
  readonly outcome: Promise<Outcome>;
  go(): void;
}

/** Whether the process waits for `go()` between its opening and its call. */
export type Gate = "gate" | "open";

/** Starts measure.ts with one tool. */
export function start(tool: ToolEntry, place: Place, buildDirectory: string, gate: Gate = "open"): Child {
  const script = join(buildDirectory, "measure.js");
  const child = spawn(process.execPath, [script, tool.adapter, tool.variant, place.database, place.directory, gate], {
    stdio: ["pipe", "pipe", "pipe"],
    env: cleanEnvironment(),
  });
  // A child that failed early has closed its end; writing to it is no error of ours.
  child.stdin.on("error", () => undefined);
  const output = { stdout: "", stderr: "" };
  const ready = new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output.stdout += text;
      if (output.stdout.startsWith("ready\n")) resolve();
    });
    child.on("close", () => resolve());
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  return { ready, outcome: ended(child, output), go: () => child.stdin.write("go\n") };
}

/** Starts one process and gives its timing; throws when it failed. */
export async function measure(tool: ToolEntry, place: Place, buildDirectory: string): Promise<Timing> {
  const outcome = await start(tool, place, buildDirectory).outcome;
  if (outcome.kind === "failed") throw new Error(`${tool.key} failed: ${outcome.message}`);
  return outcome.timing;
}

async function ended(
  child: ChildProcess,
  output: { readonly stdout: string; readonly stderr: string },
): Promise<Outcome> {
  const [code] = (await once(child, "close")) as [number | null];
  const line = output.stdout.trim().split("\n").at(-1) ?? "";
  if (code === 0 && line.startsWith("{")) return { kind: "done", timing: JSON.parse(line) as Timing };
  return { kind: "failed", message: firstError(output.stderr) || `exit code ${code}` };
}

/** Gives the line of a stack trace that names the error: the innermost one, where an error has another as its cause. */
function firstError(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const cause = lines.map((line) => /^\[?cause\]?: (.*)/.exec(line)?.[1]).findLast((found) => found !== undefined);
  return (
    cause ?? lines.find((line) => /^\S*Error\b|Locked|SQLITE_/.test(line)) ?? lines.find((line) => line !== "") ?? ""
  );
}
