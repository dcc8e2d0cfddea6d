/** The promises that a migration's code has begun and that are not settled: what it forgot to await shows here. */
import type { AsyncHook } from "node:async_hooks";
import type { CodeRun } from "./code-run.ts";
import { currentRun } from "./context.ts";

export class UnfinishedWork {
  readonly #pending = new Set<number>();
  readonly #hook: AsyncHook;
  #isAsynchronous = false;
  #onChange: (() => void) | undefined;

  /** Counts from now on what is begun in the context of `run`. */
  constructor(run: CodeRun) {
    this.#hook = process.getBuiltinModule("node:async_hooks").createHook({
      init: (id, type) => {
        if (currentRun() !== run) return;
        this.#isAsynchronous = true;
        if (type === "PROMISE") this.#pending.add(id);
      },
      promiseResolve: (id) => {
        if (this.#pending.delete(id)) this.#onChange?.();
      },
    });
    this.#hook.enable();
  }

  /** Whether something is not settled. */
  get isLeft(): boolean {
    return this.#pending.size > 0;
  }

  /** Whether anything asynchronous was begun at all, a timer for instance: it could come back later. */
  get isAsynchronous(): boolean {
    return this.#isAsynchronous;
  }

  /** Waits until nothing is left, until `mustStop` says so, or for `durationMs` at most. */
  wait(durationMs: number, mustStop: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#onChange = undefined;
        resolve();
      };
      const timer = setTimeout(end, durationMs);
      this.#onChange = () => {
        // The last promise may have been settled by a call that is going on: what follows from it comes in the next turns.
        setImmediate(() => {
          if (!this.isLeft || mustStop()) end();
        });
      };
    });
  }

  /** Counts no more. */
  stop(): void {
    this.#hook.disable();
  }
}
