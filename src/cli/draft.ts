/** The files of a new migration before anybody has written in them, in the layout that the directory uses already. */
import { path } from "../node.ts";

/** A file to be written. */
export interface Draft {
  readonly file: string;
  readonly text: string;
}

/** `sections`: one .sql file · `pair`: .up.sql and .down.sql · `folder`: a folder with up.sql and down.sql · or code. */
export type Layout =
  | { readonly kind: "sections" | "pair" | "folder" }
  | { readonly kind: "code"; readonly extension: string };

/** What the user asks for, else the layout of the newest migration, whose file with the way up is `newest`. */
export function chooseLayout(switches: ReadonlySet<string>, newest: string | undefined): Layout {
  if (switches.has("ts")) return { kind: "code", extension: ".ts" };
  if (switches.has("sql") || newest === undefined) return { kind: "sections" };
  if (path.basename(newest) === "up.sql") return { kind: "folder" };
  if (/\.up\.sql$/i.test(newest)) return { kind: "pair" };
  const extension = path.extname(newest).toLowerCase();
  return extension === ".sql" ? { kind: "sections" } : { kind: "code", extension };
}

/** The files of a migration whose path without an extension is `base`. The first one holds the way up. */
export function draftFiles(
  base: string,
  layout: Layout,
  { name, driver }: { readonly name: string; readonly driver: "node:sqlite" | "better-sqlite3" },
): readonly Draft[] {
  switch (layout.kind) {
    case "sections":
      return [{ file: `${base}.sql`, text: "-- lockstep:up\n\n-- lockstep:down\n" }];
    case "pair":
      return ["up", "down"].map((way) => ({ file: `${base}.${way}.sql`, text: "" }));
    case "folder":
      return ["up", "down"].map((way) => ({ file: path.join(base, `${way}.sql`), text: "" }));
    case "code":
      return [{ file: base + layout.extension, text: codeDraft(name, driver, layout.extension) }];
  }
}

/** Both ways of a migration in SQL. */
export interface SqlDraft {
  readonly up: string;
  readonly down: string;
}

/** The files of a migration in SQL that is written already. Where the others are code, it is one file. */
export function sqlFiles(base: string, { kind }: Layout, draft: SqlDraft): readonly Draft[] {
  switch (kind) {
    case "sections":
    case "code":
      return [{ file: `${base}.sql`, text: sqlSections(draft) }];
    case "pair":
      return (["up", "down"] as const).map((way) => ({ file: `${base}.${way}.sql`, text: draft[way] }));
    case "folder":
      return (["up", "down"] as const).map((way) => ({ file: path.join(base, `${way}.sql`), text: draft[way] }));
  }
}

/** Both ways in one text. */
export function sqlSections({ up, down }: SqlDraft): string {
  return `-- lockstep:up\n\n${up}\n-- lockstep:down\n\n${down}`;
}

/** The type of `db` for each driver: an import, and the name. */
const HANDLES = {
  "node:sqlite": ['import type { DatabaseSync } from "node:sqlite";', "DatabaseSync"],
  "better-sqlite3": ['import type { Database } from "better-sqlite3";', "Database"],
} as const;

/** A draft must fail until something is written in it: one that does nothing would be taken for applied. */
function codeDraft(name: string, driver: keyof typeof HANDLES, extension: string): string {
  const [typeImport, type] = HANDLES[driver];
  const isTyped = extension.endsWith("ts");
  const head = isTyped ? `${typeImport}\n\n` : "";
  const parameters = isTyped ? `(db: ${type}): void` : "(db)";
  const title = JSON.stringify(name);
  if (extension.startsWith(".c")) {
    return `${head}exports.name = ${title};

exports.up = function up${parameters} {
  db.exec("TODO");
};

exports.down = function down${parameters} {
  db.exec("TODO");
};
`;
  }
  return `${head}export const name = ${title};

export function up${parameters} {
  db.exec("TODO");
}

export function down${parameters} {
  db.exec("TODO");
}
`;
}
