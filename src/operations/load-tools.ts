/** Loads the tools: a run with nothing to tell of its dangers does without them. */
import { wait, type Task } from "../core/task.ts";
import { requireFile } from "../mode.ts";
import type { Session } from "../session.ts";

type Tools = typeof import("./tools.ts");

/** The tools, from a file of their own in the package. */
export function* tools({ mode }: Pick<Session, "mode">): Task<Tools> {
  if (mode.kind === "asynchronous") return yield* wait(import("./tools.ts"));
  // The bundler sees only the `import()` above, so that the built file is named here.
  return requireFile(import.meta.url, import.meta.url.endsWith(".ts") ? "./tools.ts" : "./tools.js") as Tools;
}
