/** The two ways to run: what sleeping and importing mean when the caller waits, and when it does not. */
import { url } from "./node.ts";
import type { MaybePromise } from "./core/task.ts";

/** What differs between `migrate()` and `migrateSync()`. */
export interface Mode {
  readonly kind: "asynchronous" | "synchronous";
  /** Waits, without a transaction open. */
  sleep(durationMs: number): MaybePromise<unknown>;
  /** Gives a module's exports. `file` is an absolute path. */
  importFile(file: string): MaybePromise<unknown>;
}

export const asynchronous: Mode = {
  kind: "asynchronous",
  sleep: (durationMs) => new Promise((wake) => setTimeout(wake, durationMs)),
  // A URL and not a path: on Windows "C:\…" would be taken for a scheme.
  importFile: (file) => import(url.pathToFileURL(file).href),
};

export const synchronous: Mode = {
  kind: "synchronous",
  sleep(durationMs) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
  },
  importFile: (file) => requireFile(import.meta.url, file),
};

/** `require` as from a module, which loads ES modules too (https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require). */
export function requireFile(fromUrl: string, file: string): unknown {
  return process.getBuiltinModule("node:module").createRequire(fromUrl)(file);
}
