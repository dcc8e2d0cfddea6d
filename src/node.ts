/**
 * Node's own modules, taken without their ES module face. Importing `node:fs` runs every lazy getter that it has, the whole of
 * streams among them, and costs a start more than all the rest of its work; `getBuiltinModule` gives the module itself.
 */
export const fs: typeof import("node:fs") = process.getBuiltinModule("node:fs");
export const path: typeof import("node:path") = process.getBuiltinModule("node:path");
export const url: typeof import("node:url") = process.getBuiltinModule("node:url");
export const util: typeof import("node:util") = process.getBuiltinModule("node:util");
