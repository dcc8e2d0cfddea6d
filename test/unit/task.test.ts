/** Tasks and their two trampolines: what waits, what never waits, and how a refused promise lets the task clean up. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { isPromise, runAsync, runSync, wait, type MaybePromise, type Task } from "../../src/core/task.ts";

const refusal = (): Error => new Error("no promises here");

/** Whether anything else has run since this was called: a microtask, or what comes between two of them. */
function watchForOthers(): () => boolean {
  let ran = false;
  const note = (): void => {
    ran = true;
  };
  queueMicrotask(note);
  process.nextTick(note);
  return () => ran;
}

function* plainValues(count: number): Task<number> {
  let sum = 0;
  for (let value = 1; value <= count; value += 1) sum += yield* wait(value);
  return sum;
}

// oxlint-disable-next-line require-yield -- a task that fails before it waits
function* failing(): Task<void> {
  throw new TypeError("mine");
}

function* catching(value: MaybePromise<string>): Task<string> {
  try {
    return yield* wait(value);
  } catch (error) {
    return `caught: ${(error as Error).message}`;
  }
}

/** Waits for `value`; what happens is written to `steps`, and the clean-up waits as well. */
function* cleaning(steps: string[], value: MaybePromise<unknown>, inCleanUp: MaybePromise<unknown>): Task<void> {
  try {
    yield* wait(value);
    steps.push("went on");
  } finally {
    try {
      yield* wait(inCleanUp);
    } finally {
      steps.push("cleaned up");
    }
  }
}

function* joining(first: MaybePromise<string>, second: MaybePromise<string>): Task<string> {
  return (yield* wait(first)) + (yield* wait(second));
}

/** Gives whether anything else ran while the values were plain again. */
function* watchingAfterPromise(): Task<boolean> {
  yield* wait(nextTurn());
  const othersRan = watchForOthers();
  yield* plainValues(1000);
  return othersRan();
}

/** An object with a method `then`, whatever that is. */
function withThen(then: unknown): object {
  // oxlint-disable-next-line unicorn/no-thenable -- what is awaited by mistake elsewhere is the subject here
  return Object.fromEntries([["then", then]]);
}

describe("runSync", () => {
  it("gives what the task returns", () => {
    assert.equal(runSync(plainValues(4), refusal), 10);
  });

  it("throws what the task throws", () => {
    assert.throws(() => runSync(failing(), refusal), { name: "TypeError", message: "mine" });
  });

  it("throws the refusal into a task that waits for a promise, and the task cleans up", () => {
    const steps: string[] = [];
    assert.throws(() => runSync(cleaning(steps, Promise.resolve(), 1), refusal), { message: "no promises here" });
    assert.deepEqual(steps, ["cleaned up"]);
  });

  it("refuses a promise of the clean-up as well, and still runs the rest of it", () => {
    const steps: string[] = [];
    assert.throws(() => runSync(cleaning(steps, Promise.resolve(), Promise.resolve()), refusal), {
      message: "no promises here",
    });
    assert.deepEqual(steps, ["cleaned up"]);
  });

  it("takes the value of a task that catches the refusal", () => {
    assert.equal(runSync(catching(Promise.resolve("late")), refusal), "caught: no promises here");
  });

  it("leaves no unhandled rejection behind when the refused promise fails later", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    const late = Promise.reject(new Error("nobody waits for me"));
    assert.throws(() => runSync(cleaning([], late, 1), refusal), { message: "no promises here" });
    await nextTurn();
    process.off("unhandledRejection", note);
    assert.deepEqual(unhandled, []);
  });
});

describe("runAsync", () => {
  it("gives the event loop no turn while the values are plain", async () => {
    const seen: boolean[] = [];
    function* task(): Task<number> {
      const othersRan = watchForOthers();
      const sum = yield* plainValues(1000);
      seen.push(othersRan());
      return sum;
    }
    const promise = runAsync(task());
    assert.deepEqual(seen, [false], "the task was done before runAsync gave back its promise, and nothing ran between");
    assert.equal(await promise, 500500);
  });

  it("notices the others by this very watch where the task does wait", async () => {
    const othersRan = watchForOthers();
    assert.equal(await runAsync(catching(Promise.resolve("waited"))), "waited");
    assert.equal(othersRan(), true);
  });

  it("gives the event loop no turn for plain values that come after a promise", async () => {
    assert.equal(await runAsync(watchingAfterPromise()), false);
  });

  it("awaits promises in turn and hands on what they settle to", async () => {
    assert.equal(await runAsync(joining(nextTurn("a"), Promise.resolve("b"))), "ab");
  });

  it("awaits whatever has a then", async () => {
    const thenable = withThen((resolve: (value: string) => void) => resolve("from a thenable")) as PromiseLike<string>;
    assert.equal(await runAsync(catching(thenable)), "from a thenable");
  });

  it("throws a rejection into the task, where it can be caught", async () => {
    assert.equal(await runAsync(catching(Promise.reject(new Error("lost")))), "caught: lost");
  });

  it("rejects with what the task throws, also before its first step is done", async () => {
    await assert.rejects(runAsync(failing()), { name: "TypeError", message: "mine" });
  });

  it("runs the clean-up of a task whose promise is rejected, and waits for it", async () => {
    const steps: string[] = [];
    await assert.rejects(runAsync(cleaning(steps, Promise.reject(new Error("lost")), nextTurn())), { message: "lost" });
    assert.deepEqual(steps, ["cleaned up"]);
  });
});

describe("isPromise", () => {
  const cases: readonly (readonly [what: string, value: unknown, expected: boolean])[] = [
    ["a promise", Promise.resolve(), true],
    ["an object with a then method", withThen(failing), true],
    ["a function with a then method", Object.assign(() => undefined, withThen(failing)), true],
    ["an object whose then is no function", withThen(true), false],
    ["null", null, false],
    ["undefined", undefined, false],
    ["a text", "then", false],
    ["a row", { id: 1 }, false],
    ["a plain function", failing, false],
  ];
  for (const [what, value, expected] of cases) {
    it(`says ${expected ? "yes" : "no"} to ${what}`, () => {
      assert.equal(isPromise(value), expected);
    });
  }
});
