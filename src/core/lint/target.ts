/** Where migrations run: what each place can do, as data. */

/** The places that lockstep knows. */
export type TargetName = "node-22" | "d1" | "durable-objects" | "libsql";

/** A place where migrations run. */
export interface LintTarget {
  readonly name: TargetName;
  readonly title: string;
  /** The oldest SQLite that is met there. */
  readonly sqlite: readonly [major: number, minor: number];
  /** `always`: they cannot be switched off there. */
  readonly foreignKeys: "settable" | "always";
  /** Statements that it refuses, by their first words in upper case, with the reason. */
  readonly forbids: Readonly<Record<string, string>>;
  /** The pragmas that it knows; missing where all are. */
  readonly pragmas?: readonly string[];
  /** The modules of virtual tables that it has; missing where that is not known. */
  readonly modules?: readonly string[];
  /** Where all this is said. */
  readonly sources: readonly string[];
}

const OWN_TRANSACTIONS = "it runs each migration in a transaction of its own";
const OWN_FILES = "its databases are no files of yours";

const CLOUDFLARE: Pick<LintTarget, "sqlite" | "foreignKeys" | "forbids" | "pragmas" | "modules"> = {
  sqlite: [3, 47],
  foreignKeys: "always",
  forbids: {
    BEGIN: OWN_TRANSACTIONS,
    COMMIT: OWN_TRANSACTIONS,
    END: OWN_TRANSACTIONS,
    ROLLBACK: OWN_TRANSACTIONS,
    SAVEPOINT: OWN_TRANSACTIONS,
    RELEASE: OWN_TRANSACTIONS,
    ATTACH: OWN_FILES,
    DETACH: OWN_FILES,
    VACUUM: OWN_FILES,
  },
  pragmas: [
    "case_sensitive_like",
    "defer_foreign_keys",
    "foreign_key_check",
    "foreign_key_list",
    "ignore_check_constraints",
    "index_info",
    "index_list",
    "index_xinfo",
    "legacy_alter_table",
    "optimize",
    "quick_check",
    "recursive_triggers",
    "reverse_unordered_selects",
    "table_info",
    "table_list",
    "table_xinfo",
  ],
  modules: ["fts5", "fts5vocab"],
};

export const TARGETS: Readonly<Record<TargetName, LintTarget>> = {
  "node-22": {
    name: "node-22",
    title: "Node.js 22",
    sqlite: [3, 50],
    foreignKeys: "settable",
    forbids: {},
    sources: ["https://nodejs.org/docs/latest-v22.x/api/sqlite.html", "https://sqlite.org/releaselog/3_50_2.html"],
  },
  d1: {
    name: "d1",
    title: "Cloudflare D1",
    ...CLOUDFLARE,
    sources: [
      "https://developers.cloudflare.com/d1/sql-api/sql-statements/",
      "https://developers.cloudflare.com/d1/sql-api/foreign-keys/",
    ],
  },
  "durable-objects": {
    name: "durable-objects",
    title: "Cloudflare Durable Objects",
    ...CLOUDFLARE,
    sources: ["https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/"],
  },
  libsql: {
    name: "libsql",
    title: "libSQL",
    sqlite: [3, 45],
    foreignKeys: "settable",
    forbids: {},
    sources: ["https://github.com/tursodatabase/libsql/blob/main/libsql-sqlite3/VERSION"],
  },
};
