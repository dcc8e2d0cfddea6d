/** What each tool does and does not do in a section, so that a figure is read together with the work behind it. */
import type { ToolEntry, ToolKey } from "./tool.ts";

export type NotedSection = "start" | "apply" | "status" | "together";

type Notes = Readonly<Partial<Record<ToolKey, string>>>;

/** Each sentence was checked in the source of the version that is installed. */
const NOTES: Readonly<Record<NotedSection, Notes>> = {
  start: {
    floor: "reads and hashes every file and compares it with the history. No lock, no write.",
    lockstep:
      "lists the directory and compares versions with the history; hashes nothing, `lockstep status` does that. No lock, no write. The call gets a path: it opens the database and closes it again.",
    "lockstep-handle":
      "the same with an open handle of `node:sqlite`; the program's own import and opening are counted.",
    drizzle:
      "reads and hashes every file, and compares no hash: the time in the newest row decides. Opens an empty transaction and commits it.",
    kysely:
      "imports every migration file, lists all tables and columns of the database twice, and compares names and their order. No hash.",
    knex: "lists the directory and compares names. Takes its lock row and frees it again in a transaction, so it writes. No hash. Connects at its first query, within the call.",
    umzug: "lists the directory and compares names. No hash, no lock, no write.",
    typeorm: "imports every migration file when it opens, and compares names. No hash, no lock, no write.",
  },
  apply: {
    floor: "`BEGIN IMMEDIATE` for each migration, the history row looked up again inside, the hash stored.",
    "floor-all": "the same with one `BEGIN IMMEDIATE` for the run.",
    "typeorm-each":
      "a deferred transaction for each migration. The history is read once, before the first. No lock, no hash.",
    kysely:
      "no transaction and no lock on SQLite: each statement and each history row is a commit of its own. No hash.",
    umzug: "no transaction and no lock: each statement and each name is a commit of its own. No hash.",
    drizzle: "one deferred transaction. The history is read before it. The hash is stored.",
    knex: "one transaction, its lock row taken and the history read again inside. No hash.",
    typeorm: "one deferred transaction. The history is read before it. No lock, no hash.",
  },
  status: {
    lockstep:
      "compares the SQL of all hundred files with the history; shows the newest ten and counts the others. Writes nothing.",
    knex: "`knex migrate:list`: names of applied and pending files.",
    umzug: "`executed`: names of applied files, by the script that its readme has the user write.",
    typeorm: "`typeorm migration:show`: imports every migration, names of applied and pending ones.",
    drizzle: "has no status.",
    kysely: "has no command line in its package; kysely-ctl is not measured.",
  },
  together: {
    floor: "waits up to 60 seconds for a lock, set by hand.",
    lockstep: "waits up to 60 seconds for a lock, its default.",
    drizzle:
      "better-sqlite3 waits up to 5 seconds for a lock; a read before a deferred transaction finds what was true then.",
    kysely: "has no lock for SQLite. It gives errors back in its result; the script throws them.",
    knex: "its lock row is taken inside a transaction that began as deferred.",
    umzug: "has no lock for a database. Waits up to 60 seconds for SQLite's, set by hand.",
    typeorm: "has no lock.",
  },
};

/** Tools that have no line in the status table and are named below it all the same. */
const ABSENT: Readonly<Partial<Record<NotedSection, Readonly<Record<string, ToolKey>>>>> = {
  status: { "drizzle-orm": "drizzle", kysely: "kysely" },
};

/** Gives a list of what the tools of a section do. */
export function notesFor(section: NotedSection, entries: readonly ToolEntry[]): string {
  const notes = NOTES[section];
  const lines = entries.flatMap(({ key, label }) => (notes[key] === undefined ? [] : [`- ${label}: ${notes[key]}`]));
  for (const [label, key] of Object.entries(ABSENT[section] ?? {})) lines.push(`- ${label}: ${notes[key] ?? ""}`);
  return ["What each one does for it:", lines.join("\n")].join("\n\n");
}
