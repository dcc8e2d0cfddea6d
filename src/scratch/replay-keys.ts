/** A key for each state on the way of a replay: equal keys mean that the same was run, in the same order, by the same programs. */
import type { MigrationEntry } from "../core/migration/migration.ts";
import { wait, type Task } from "../core/task.ts";
import { fs } from "../node.ts";
import { packageVersion } from "../package-version.ts";
import type { Session } from "../session.ts";
import { codeFiles } from "./code-files.ts";

/** The number of the format of what is kept under a key. */
const FORMAT = 1;

/** What the first key is made of beside the programs: whatever else decides what is kept. */
export type KeyFacts = readonly (string | number)[];

/**
 * The key of the state after each entry, in their order. From an entry on of which it cannot be known what it does, there is none: that
 * one and all behind it are replayed each time.
 */
export function* replayKeys(
  session: Session,
  entries: readonly MigrationEntry[],
  facts: KeyFacts,
): Task<readonly (string | undefined)[]> {
  const { tables, driver } = session;
  const sqlite = yield* sqliteOf(session);
  let key: string | undefined = digest([
    FORMAT,
    packageVersion,
    process.version,
    driver,
    sqlite,
    tables.metadata,
    tables.history,
    ...facts,
  ]);
  return entries.map((entry) => {
    const parts: readonly string[] | undefined = key === undefined ? undefined : partsOf(entry);
    key = parts === undefined ? undefined : digest([key ?? "", entry.version, entry.layout, entry.name, ...parts]);
    return key;
  });
}

/** A hash of texts in which none can pass for the end of another. */
export function digest(parts: readonly (string | number)[]): string {
  const { hash } = process.getBuiltinModule("node:crypto");
  return hash("sha256", parts.map((part) => `${String(part).length}:${part}`).join(""), "hex");
}

/** It says which SQLite this is to the commit that it was built from. */
function* sqliteOf(session: Session): Task<string> {
  const scratch = session.openScratch();
  try {
    const [row] = yield* wait(scratch.query("SELECT sqlite_source_id() AS id"));
    return String(row?.["id"]);
  } finally {
    yield* wait(scratch.close());
  }
}

/** All that decides what a migration does; undefined where that cannot be known. */
function partsOf({ layout, file = "", downFile, definition }: MigrationEntry): readonly string[] | undefined {
  if (layout === "listed") {
    const { up, down = "", transaction, foreignKeys, name = "" } = definition ?? {};
    if (typeof up !== "string" || typeof down !== "string") return undefined;
    return [up, down, String(transaction), String(foreignKeys), name];
  }
  if (layout === "code") return codeFiles(file)?.flatMap(({ name, text }) => [name, text]);
  try {
    const up = fs.readFileSync(file, "utf8");
    if (downFile === undefined) return [up];
    const hasDown = layout === "pair" || fs.existsSync(downFile);
    return hasDown ? [up, fs.readFileSync(downFile, "utf8")] : [up];
  } catch {
    // The replay tells what is wrong with it.
    return undefined;
  }
}
