/** Modules that are no migrations, or cannot be imported: each is refused with what to do, and the database stays as it is. */
import { symlinkSync } from "node:fs";
import { describe } from "node:test";
import { testRefused, type Refused } from "../support/source-refusal.ts";

const up = "export function up() {}";
/** A second migration with this text, in this file. */
const second = (name: string, text: string | Uint8Array): Pick<Refused, "files"> => ({
  files: { [`migrations/${name}`]: text },
});
const code = (text: string): Pick<Refused, "files"> => second("002-b.mjs", text);

const modules: readonly Refused[] = [
  { about: "no up", code: "migration_invalid", ...code("export function down() {}"), says: /exports no "up"/ },
  { about: "an empty module", code: "migration_invalid", ...code(""), says: /exports no "up"/ },
  {
    about: "an empty module of CommonJS",
    code: "migration_invalid",
    ...second("002-b.cjs", ""),
    says: /exports no "up"/,
  },
  {
    about: "a module that is null",
    code: "migration_invalid",
    ...second("002-b.cjs", "module.exports = null"),
    says: /exports no "up"/,
  },
  {
    about: "a default export that is a function",
    code: "migration_invalid",
    ...code("export default function (db) {}"),
  },
  {
    about: "an up that is SQL text",
    code: "migration_invalid",
    ...code('export const up = "SELECT 1"'),
    says: /is string "?SELECT 1"?, not a function/,
  },
  {
    about: "an up that is a promise",
    code: "migration_invalid",
    ...code("export const up = Promise.resolve()"),
    says: /a promise/,
  },
  { about: "an up that is null", code: "migration_invalid", ...code("export const up = null"), says: /null/ },
  {
    about: "a down that is no function",
    code: "migration_invalid",
    ...code(`${up}; export const down = true`),
    says: /"down" is boolean true/,
  },
  {
    about: "a down that is null",
    code: "migration_invalid",
    ...code(`${up}; export const down = null`),
    says: /"down" is null/,
  },
  {
    about: "a name that is no text",
    code: "migration_invalid",
    ...code(`${up}; export const name = 5`),
    says: /"name" is number 5/,
  },
  {
    about: "a name that is a symbol",
    code: "migration_invalid",
    ...code(`${up}; export const name = Symbol("x")`),
    says: /"name" is symbol/,
  },
  {
    about: "a transaction that is text",
    code: "migration_invalid",
    ...code(`${up}; export const transaction = "false"`),
    says: /true or false/,
  },
  {
    about: "a transaction that is a number beyond numbers",
    code: "migration_invalid",
    ...code(`${up}; export const transaction = 0n`),
    says: /true or false/,
  },
  {
    about: "foreignKeys that do not exist",
    code: "migration_invalid",
    ...code(`${up}; export const foreignKeys = "off"`),
    says: /"check" or "enforce"/,
  },
  {
    about: "another version",
    code: "version_mismatch",
    ...code(`${up}; export const version = 3`),
    says: /version 2, .*3/,
  },
  {
    about: "a version that is text",
    code: "version_mismatch",
    ...code(`${up}; export const version = "2"`),
    says: /says string "2"/,
  },
  {
    about: "a version that is a number beyond numbers",
    code: "version_mismatch",
    ...code(`${up}; export const version = 2n`),
    says: /bigint/,
  },
  {
    about: "an import of what is not there",
    code: "migration_not_loaded",
    ...code(`import "./nowhere.mjs"; ${up}`),
    says: /check the paths/,
  },
  {
    about: "an import without its extension",
    code: "migration_not_loaded",
    files: { "migrations/_helper.ts": "export const x = 1", "migrations/002-b.ts": `import "./_helper"; ${up}` },
    says: /extensions/,
  },
  {
    about: "an import of a package that is not there",
    code: "migration_not_loaded",
    ...code(`import "no-such-package-here"; ${up}`),
    says: /no-such-package-here/,
  },
  {
    about: "a syntax error in TypeScript",
    code: "migration_not_loaded",
    ...second("002-b.ts", "export function up( {"),
    says: /002-b\.ts/,
  },
  { about: "a syntax error in JavaScript", code: "migration_not_loaded", ...code("export function up( {") },
  {
    about: "an enum",
    code: "migration_not_loaded",
    ...second("002-b.ts", `enum Colour { Red } export function up(): number { return Colour.Red }`),
    says: /write an object for an enum/,
  },
  {
    about: "a parameter property",
    code: "migration_not_loaded",
    ...second("002-b.ts", `class A { constructor(private readonly x: number) {} } ${up}`),
    says: /fields for parameter properties/,
  },
  {
    about: "an ES module in a package that is CommonJS",
    code: "migration_not_loaded",
    files: { "package.json": '{ "type": "commonjs" }', "migrations/002-b.js": up },
    says: /name it \.mts or \.mjs/,
  },
  {
    about: "TypeScript below node_modules",
    code: "migration_not_loaded",
    files: { "node_modules/app/migrations/001-a.ts": up },
    options: (space) => ({ migrations: space.path("node_modules/app/migrations"), outOfOrder: "allow", to: undefined }),
    prepare: (space) => space.write({ "node_modules/app/migrations/002-b.ts": up }),
    says: /ship \.js there/,
  },
  {
    about: "a module that throws",
    code: "migration_not_loaded",
    ...code('throw new Error("not today")'),
    says: /not today/,
  },
  {
    about: "a module that throws undefined",
    code: "migration_not_loaded",
    ...code("throw undefined"),
    says: /undefined/,
  },
  {
    about: "a module that throws what has no text",
    code: "migration_not_loaded",
    ...code("throw Object.create(null)"),
  },
  {
    about: "a module that rejects at its top level",
    code: "migration_not_loaded",
    ...code('await Promise.reject(new Error("late"))'),
  },
  {
    about: "await at the top level",
    code: "migration_not_loaded",
    ...code(`await 1; ${up}`),
    by: ["migrateSync"],
    says: /migrate\(\) in place of migrateSync\(\)/,
  },
  {
    about: "an export that throws when it is read",
    code: "migration_not_loaded",
    ...second(
      "002-b.cjs",
      'Object.defineProperty(module.exports, "up", { enumerable: true, get() { throw new Error("mine"); } })',
    ),
    says: /mine/,
  },
  { about: "a folder with the name of a module", code: "migration_not_loaded", ...second("002-b.mjs/", "") },
  {
    about: "a link to no module",
    code: "migration_not_loaded",
    prepare: (space) => symlinkSync(space.path("nowhere.mjs"), space.path("migrations/002-b.mjs")),
  },
];

describe("a module that is refused:", () => {
  for (const refused of modules) testRefused(refused);
});
