/**
 * A task: work that runs on synchronous and on asynchronous drivers from one text.
 *
 * Every part that talks to a database is a generator. `yield*` calls another task; `wait()` takes a value that may be a
 * promise. The trampoline decides what waiting means: `runSync` refuses a promise, `runAsync` awaits it. A value that is
 * no promise never leaves the generator, so with a synchronous driver and a synchronous migration nothing else in the
 * process runs between BEGIN and COMMIT. See docs/decisions/0002-one-executor.md.
 */
export type Task<T> = Generator<PromiseLike<unknown>, T, unknown>;

/** A value, or the promise of one. */
export type MaybePromise<T> = T | PromiseLike<T>;

/** Gives the value itself, or hands the promise to the trampoline and gives what it settles to. */
export function* wait<T>(value: MaybePromise<T>): Task<T> {
  return isPromise(value) ? ((yield value) as T) : value;
}

/** Runs a task to its end at once. A promise on the way is thrown back into the task as `refusal(promise)`. */
export function runSync<T>(task: Task<T>, refusal: () => Error): T {
  let step = task.next();
  while (!step.done) {
    // The promise is abandoned on purpose; without a handler its rejection would end the process. The `then` of anything else
    // is left alone: it may throw, and one that is lazy begins its work only when it is called.
    if (step.value instanceof Promise) step.value.catch(() => undefined);
    step = task.throw(refusal());
  }
  return step.value;
}

/** Runs a task to its end, awaiting only what really is a promise. */
export async function runAsync<T>(task: Task<T>): Promise<T> {
  let step = task.next();
  while (!step.done) {
    let value: unknown;
    try {
      value = await step.value;
    } catch (error) {
      step = task.throw(error);
      continue;
    }
    step = task.next(value);
  }
  return step.value;
}

/** Whether a value can be awaited: any object or function with a `then` method, as the language itself decides. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === "object" || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
