/** Imports a migration written in code, and finds the definition among its exports. */
import { isPromise, type MaybePromise } from "../core/task.ts";
import { LockstepError } from "../error.ts";
import { util } from "../node.ts";
import type { Mode } from "../mode.ts";
import { expectFile } from "./ordinary-file.ts";

/** The parts of a migration's definition, before they are checked. */
export type Definition = Readonly<Record<string, unknown>>;

/** Imports `path`, called `file` in messages. Where the mode is asynchronous, a promise of the definition. */
export function importMigration(path: string, file: string, mode: Mode): MaybePromise<Definition> {
  expectFile(file, "migration_not_loaded");
  const refuse = (cause: unknown): never => {
    throw notLoaded(file, cause);
  };
  try {
    const imported = mode.importFile(path);
    return isPromise(imported) ? imported.then(findDefinition).then(undefined, refuse) : findDefinition(imported);
  } catch (error) {
    return refuse(error);
  }
}

/**
 * The module itself where it exports `up` by name, else its default export. A module that was compiled to CommonJS has its exports
 * one level further down, below `default`.
 */
function findDefinition(imported: unknown): Definition {
  let candidate = imported;
  for (let depth = 0; depth < 3 && isObject(candidate); depth += 1) {
    if (candidate["up"] !== undefined) return candidate;
    candidate = candidate["default"];
  }
  return isObject(imported) ? imported : {};
}

function isObject(value: unknown): value is Definition {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function notLoaded(file: string, cause: unknown): LockstepError {
  const { code, message } =
    cause instanceof Error ? (cause as NodeJS.ErrnoException) : { code: "", message: util.inspect(cause) };
  return new LockstepError({
    code: code === "EACCES" || code === "ENOENT" ? "migration_unreadable" : "migration_not_loaded",
    problem: `the migration cannot be imported: ${firstLine(message)}`,
    place: { kind: "file", file },
    outcome: "unchanged",
    hint: hintFor(code ?? "", message),
    cause,
  });
}

function hintFor(code: string, message: string): string {
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") {
    return "Node removes types and nothing else: write an object for an enum, fields for parameter properties";
  }
  if (code === "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING")
    return "Node runs no .ts below node_modules: ship .js there";
  if (code === "ERR_REQUIRE_ASYNC_MODULE") return "it awaits at its top level: use migrate() in place of migrateSync()";
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND")
    return "check the paths that it imports, with their extensions";
  if (message.includes("Unexpected token 'export'") || message.includes("import statement outside a module")) {
    return 'Node takes it for CommonJS: name it .mts or .mjs, or set "type": "module" in package.json';
  }
  return "run the file itself with node to see where it fails";
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}
