/** Waits for the promise of a migration's code, and knows when it can never settle. */

/** The promises that are waited for: told when nothing is left in the process that could settle them. */
const waiting = new Set<() => void>();

function tellAll(): void {
  for (const stall of waiting) stall();
}

/**
 * Settles as `promise` does. Rejects with what `toError` gives after `timeoutMs`, or when the event loop is empty: without this Node
 * would end the process in silence, with a transaction open and nobody told.
 */
export function settlement(
  promise: PromiseLike<unknown>,
  timeoutMs: number | undefined,
  toError: (why: "stalled" | "timed_out") => Error,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stall = (): void => finish(() => reject(toError("stalled")));
    // A timer must not keep the event loop alive: an empty one is the surer sign.
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => finish(() => reject(toError("timed_out"))), timeoutMs).unref();
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      waiting.delete(stall);
      if (waiting.size === 0) process.off("beforeExit", tellAll);
      settle();
    };
    if (waiting.size === 0) process.on("beforeExit", tellAll);
    waiting.add(stall);
    // Of a value that is no real promise `then` may throw, or begin the work: it is called once, and in the caller's context.
    Promise.resolve(promise).then(
      (value) => finish(() => resolve(value)),
      (error) => finish(() => reject(error)),
    );
  });
}
