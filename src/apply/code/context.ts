/** Which migration's code an asynchronous context belongs to: what it calls, now or later, is known as its own. */
import type { AsyncLocalStorage } from "node:async_hooks";
import type { CodeRun } from "./code-run.ts";

let storage: AsyncLocalStorage<CodeRun | undefined> | undefined;

/** Loaded by the first migration in code. */
function contexts(): AsyncLocalStorage<CodeRun | undefined> {
  if (storage === undefined) {
    const hooks = process.getBuiltinModule("node:async_hooks");
    storage = new hooks.AsyncLocalStorage();
  }
  return storage;
}

/** The code that runs now; undefined outside of all. */
export function currentRun(): CodeRun | undefined {
  return contexts().getStore();
}

/** Calls something as a part of that code, or as a part of none. */
export function callWithin<T>(run: CodeRun | undefined, body: () => T): T {
  return contexts().run(run, body);
}
