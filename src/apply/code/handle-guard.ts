/**
 * Watches what a migration's code does with a handle. Its methods are overlaid on the handle itself, not on a stand-in: the code
 * gets the driver's own object, which native functions such as `backup()` accept and which the application may hold as well.
 * Whose call it is tells the asynchronous context, so that other parts of the program use the handle as ever.
 */
import type { CodeRun, Part, Purpose } from "./code-run.ts";
import { currentRun } from "./context.ts";

/** The handles that are watched. */
const guarded = new WeakMap<object, readonly PropertyKey[]>();

/** Watches a handle from now on. */
export function guard(handle: object): void {
  if (guarded.has(handle)) return;
  const overlay: Overlay = { handle, target: handle };
  const names = [
    ...READERS.map(([name, toText]) =>
      overlayMethod(overlay, name, (run, callee, values) => run.read(toText(values), callee, PURPOSES[name] ?? "run")),
    ),
    ...["applyChangeset", "deserialize", "createTagStore"].map((name) => overlayMethod(overlay, name)),
    ...["close", Symbol.dispose].map((name) => overlayMethod(overlay, name, (run, callee) => run.refuseClose(callee))),
  ];
  guarded.set(handle, names);
}

/** Takes the watch off again. */
export function unguard(handle: object): void {
  for (const name of guarded.get(handle) ?? []) Reflect.deleteProperty(handle, name);
  guarded.delete(handle);
}

/** The methods that are given a text of SQL, and how they are. */
const READERS: readonly (readonly [name: string, toText: (values: readonly unknown[]) => string])[] = [
  ["exec", ([text]) => String(text)],
  ["prepare", ([text]) => String(text)],
  ["pragma", ([text]) => `PRAGMA ${String(text)}`],
];

const PURPOSES: Readonly<Record<string, Purpose>> = { exec: "exec", prepare: "prepare" };

interface Overlay {
  /** The database's handle. */
  readonly handle: object;
  /** The object whose method is overlaid: the handle, or a statement of it. */
  readonly target: object;
}

type Method = (...values: unknown[]) => unknown;

/** Puts a method of the same name on the object itself. */
function overlayMethod(
  { handle, target }: Overlay,
  name: PropertyKey,
  before?: (run: CodeRun, callee: Method, values: readonly unknown[]) => readonly Part[] | undefined,
): PropertyKey {
  const method: unknown = Reflect.get(target, name);
  if (typeof method !== "function") return name;
  const watched = function (this: unknown, ...values: unknown[]): unknown {
    const run = currentRun();
    if (run === undefined || !run.isOf(handle)) return Reflect.apply(method, this, values);
    run.enter(watched);
    const parts = before?.(run, watched, values);
    try {
      if (parts === undefined) return follow(run, { handle, name }, Reflect.apply(method, this, values), values);
      let result: unknown;
      for (const { text, begin } of parts) {
        begin();
        result = Reflect.apply(method, this, [text]);
      }
      return result;
    } finally {
      run.leave();
    }
  };
  Object.defineProperty(target, name, { value: watched, configurable: true, writable: true, enumerable: false });
  return name;
}

/** Watches what a method has given: a statement, a store of statements, an iterator. */
function follow(
  run: CodeRun,
  { handle, name }: { readonly handle: object; readonly name: PropertyKey },
  result: unknown,
  [text]: readonly unknown[],
): unknown {
  if (typeof result !== "object" || result === null) return result;
  if (name === "prepare") overlayStatement(handle, result, () => String(text));
  if (name === "createTagStore") overlayStatement(handle, result, ([parts]) => (parts as readonly string[]).join("?"));
  if (name === "iterate") followIterator(run, result as Iterator<unknown>);
  return result;
}

/** A statement of another migration may be run by this one, so that its text is read with each call. */
function overlayStatement(handle: object, target: object, toText: (values: readonly unknown[]) => string): void {
  for (const name of ["run", "get", "all", "iterate"]) {
    overlayMethod({ handle, target }, name, (run, callee, values) => run.read(toText(values), callee, "run"));
  }
}

/** Knows an iterator as open until it has come to its end or was told to end. */
function followIterator(run: CodeRun, iterator: Iterator<unknown>): void {
  run.iterators.add(iterator);
  for (const name of ["next", "return"] as const) {
    const method = iterator[name]?.bind(iterator);
    if (method === undefined) continue;
    const watched = (...values: [] | [unknown]): IteratorResult<unknown> => {
      const result = method(...(values as []));
      if (name === "return" || result.done === true) run.iterators.delete(iterator);
      return result;
    };
    Object.defineProperty(iterator, name, { value: watched, configurable: true, writable: true, enumerable: false });
  }
}
