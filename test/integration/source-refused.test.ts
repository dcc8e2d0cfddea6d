/** Directories, names and SQL files that are no migrations: each is refused by name, and the database stays as it is. */
import { closeSync, openSync, symlinkSync, writeSync } from "node:fs";
import { describe } from "node:test";
import { testRefused, type Refused } from "../support/source-refusal.ts";

const up = "export function up() {}";
/** A second migration with this text, in this file. */
const second = (name: string, text: string | Uint8Array): Pick<Refused, "files"> => ({
  files: { [`migrations/${name}`]: text },
});

const names: readonly Refused[] = [
  {
    about: "a file without a number",
    code: "file_unnumbered",
    ...second("add-users.ts", up),
    says: /add-users\.ts[^]*001-add-users\.sql/,
  },
  { about: "a helper without an underscore", code: "file_unnumbered", ...second("helpers.mjs", up) },
  { about: "a file that is a number only", code: "file_unnumbered", ...second("002.sql", "SELECT 1") },
  { about: "version 0", code: "version_invalid", ...second("000-a.sql", "SELECT 1"), says: /^000 is no version/ },
  { about: "a folder with version 0", code: "version_invalid", ...second("0-a/up.sql", "SELECT 1") },
  {
    about: "a version that JavaScript cannot count",
    code: "version_invalid",
    ...second("9007199254740993-a.sql", "SELECT 1"),
    says: /9007199254740991/,
  },
  {
    about: "001 beside 1",
    code: "version_duplicate",
    ...second("1-other.sql", "SELECT 1"),
    says: /001-users\.sql and .*1-other\.sql|1-other\.sql and .*001-users\.sql/,
  },
  { about: ".ts beside .js", code: "version_duplicate", files: { "migrations/2-b.ts": up, "migrations/2-b.js": up } },
  {
    about: ".sql beside .up.sql",
    code: "version_duplicate",
    files: { "migrations/2-b.sql": "SELECT 1", "migrations/2-b.up.sql": "SELECT 1" },
  },
  {
    about: "a folder beside a file",
    code: "version_duplicate",
    files: { "migrations/2-b/up.sql": "SELECT 1", "migrations/2-b.sql": "SELECT 1" },
  },
  {
    about: "two folders",
    code: "version_duplicate",
    files: { "migrations/2-b/up.sql": "SELECT 1", "migrations/02-b/up.sql": "SELECT 1" },
  },
  {
    about: "two ways down",
    code: "version_duplicate",
    files: {
      "migrations/2-b.up.sql": "SELECT 1",
      "migrations/2-b.down.sql": "SELECT 1",
      "migrations/02-b.down.sql": "SELECT 1",
    },
  },
  {
    about: "a way down beside a file with sections",
    code: "version_duplicate",
    files: { "migrations/2-b.sql": "SELECT 1", "migrations/2-b.down.sql": "SELECT 1" },
  },
  {
    about: "a way down beside code",
    code: "version_duplicate",
    files: { "migrations/2-b.ts": up, "migrations/2-b.down.sql": "SELECT 1" },
  },
  {
    about: "a way down beside a folder",
    code: "version_duplicate",
    files: { "migrations/2-b/up.sql": "SELECT 1", "migrations/2-b.down.sql": "SELECT 1" },
  },
  {
    about: "a way down without a way up",
    code: "migration_invalid",
    ...second("002-b.down.sql", "DROP TABLE b"),
    says: /no way up[^]*\.up\.sql/,
  },
];

const directories: readonly Refused[] = [
  {
    about: "a directory that is not there",
    code: "directory_not_found",
    options: (space) => ({ migrations: space.path("nowhere") }),
    says: /nowhere/,
  },
  {
    about: "a file in the place of the directory",
    code: "directory_unreadable",
    options: (space) => ({ migrations: space.path("migrations/001-users.sql") }),
    says: /this is a file/,
  },
  {
    about: "a directory below a file",
    code: "directory_unreadable",
    options: (space) => ({ migrations: space.path("migrations/001-users.sql/deeper") }),
  },
  {
    about: "a directory whose name has a NUL",
    code: "directory_unreadable",
    options: () => ({ migrations: "migra\0tions" }),
  },
  {
    about: "a directory that is a link to itself",
    code: "directory_unreadable",
    prepare: (space) => symlinkSync("loop", space.path("loop")),
    options: (space) => ({ migrations: space.path("loop") }),
  },
  {
    about: "a directory that is a link to nothing",
    code: "directory_not_found",
    prepare: (space) => symlinkSync("nowhere", space.path("dangling")),
    options: (space) => ({ migrations: space.path("dangling") }),
  },
  {
    about: "an address that is no file's",
    code: "invalid_option",
    options: () => ({ migrations: new URL("https://example.org/migrations") }),
  },
];

const sql: readonly Refused[] = [
  { about: "an empty file", code: "migration_empty", ...second("002-b.sql", "") },
  { about: "an empty file up of a pair", code: "migration_empty", ...second("002-b.up.sql", "") },
  { about: "an empty up.sql", code: "migration_empty", ...second("002-b/up.sql", "") },
  { about: "a file of nothing but a byte order mark", code: "migration_empty", ...second("002-b.sql", "\uFEFF") },
  {
    about: "a file of nothing but comments",
    code: "migration_empty",
    ...second("002-b.sql", "-- nothing\n/* here */\n;;\n"),
  },
  {
    about: "a file with a way down and no way up",
    code: "migration_empty",
    ...second("002-b.sql", "-- lockstep:up\n-- lockstep:down\nSELECT 1;"),
  },
  {
    about: "UTF-16",
    code: "migration_unreadable",
    ...second("002-b.sql", Buffer.from("\uFEFFSELECT 1;", "utf16le")),
    says: /UTF-16[^]*save it as UTF-8/,
  },
  {
    about: "UTF-16, the other way round",
    code: "migration_unreadable",
    ...second("002-b.sql", Buffer.from("\uFEFFSELECT 1;", "utf16le").swap16()),
    says: /UTF-16/,
  },
  {
    about: "UTF-16 without a byte order mark, which has NULs",
    code: "sql_incomplete",
    ...second("002-b.sql", Buffer.from("SELECT 1;", "utf16le")),
    says: /NUL/,
  },
  {
    about: "bytes that are no UTF-8",
    code: "migration_unreadable",
    ...second("002-b.sql", Buffer.from("SELECT '\xe9';", "latin1")),
    says: /not valid UTF-8/,
  },
  {
    about: "half a letter at the end",
    code: "migration_unreadable",
    ...second("002-b.sql", Uint8Array.of(0x2d, 0x2d, 0xc3)),
  },
  { about: "a NUL", code: "sql_incomplete", ...second("002-b.sql", "SELECT 1;\0SELECT 2;"), says: /002-b\.sql:1:10$/m },
  {
    about: "a string that is never closed",
    code: "sql_incomplete",
    ...second("002-b.sql", "SELECT 1;\nSELECT 'it;\n"),
    says: /002-b\.sql:2:8$/m,
  },
  {
    about: "a string that is never closed, behind a byte order mark",
    code: "sql_incomplete",
    ...second("002-b.sql", "\uFEFFSELECT 1;\n'it"),
    says: /002-b\.sql:2:1\n 2 \| 'it\n {3}\| \^\^\^\n/,
  },
  {
    about: "a string that is never closed, behind two byte order marks",
    code: "sql_incomplete",
    ...second("002-b.sql", "\uFEFF\uFEFFSELECT 1;\n'it"),
    says: /002-b\.sql:2:1\n/,
  },
  {
    about: "a string that is never closed, on the line of a byte order mark",
    code: "sql_incomplete",
    ...second("002-b.sql", "\uFEFFSELECT 'it"),
    says: /002-b\.sql:1:8\n 1 \| SELECT 'it\n {3}\| {8}\^\^\^\n/,
  },
  {
    about: "a trigger that is never closed",
    code: "sql_incomplete",
    ...second("002-b.sql", "CREATE TRIGGER t AFTER INSERT ON users BEGIN SELECT 1;"),
  },
  {
    about: "a directive that does not exist",
    code: "directive_invalid",
    ...second("002-b.sql", "-- lockstep:dwon\nSELECT 1;"),
    says: /did you mean -- lockstep:down\?/,
  },
  {
    about: "a section twice",
    code: "directive_invalid",
    ...second("002-b.sql", "-- lockstep:up\nSELECT 1;\n-- lockstep:up\nSELECT 2;"),
  },
  { about: "a section in a pair", code: "directive_invalid", ...second("002-b.up.sql", "-- lockstep:up\nSELECT 1;") },
  {
    about: "a directive inside a statement",
    code: "directive_invalid",
    ...second("002-b.sql", "SELECT 1\n-- lockstep:down\n;"),
  },
  {
    about: "a folder without up.sql",
    code: "migration_unreadable",
    ...second("002-b/down.sql", "SELECT 1"),
    says: /up\.sql[^]*needs up\.sql/,
  },
  {
    about: "a folder in the place of a file",
    code: "migration_unreadable",
    ...second("002-b.sql/", ""),
    says: /EISDIR/,
  },
  {
    about: "a folder in the place of down.sql",
    code: "migration_unreadable",
    files: { "migrations/002-b/up.sql": "SELECT 1", "migrations/002-b/down.sql/": "" },
  },
  {
    about: "a link to nothing",
    code: "migration_unreadable",
    prepare: (space) => symlinkSync(space.path("nowhere"), space.path("migrations/002-b.sql")),
    says: /002-b\.sql/,
  },
  {
    about: "a link to itself",
    code: "migration_unreadable",
    prepare: (space) => symlinkSync("002-b.sql", space.path("migrations/002-b.sql")),
    says: /ELOOP/,
  },
  {
    about: "a file that is larger than a text can be",
    code: "migration_unreadable",
    prepare: (space) => {
      // One byte behind a hole: the file says 3 GB and takes no room.
      const file = openSync(space.path("migrations/002-b.sql"), "w");
      writeSync(file, "x", 3_000_000_000);
      closeSync(file);
    },
  },
];

describe("a name that is refused:", () => {
  for (const refused of names) testRefused({ isBlind: true, ...refused });
});

describe("a directory that is refused:", () => {
  for (const refused of directories) testRefused({ isBlind: true, ...refused });
});

describe("SQL that is refused:", () => {
  for (const refused of sql) testRefused(refused);
});
