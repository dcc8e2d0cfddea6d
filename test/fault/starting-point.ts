/** The database that a scenario starts from, as the bytes of its file. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { workspace } from "../support/workspace.ts";
import type { Scenario } from "./scenarios.ts";

/** What SQLite writes first, to be able to go back or to go on. */
export type JournalMode = "DELETE" | "WAL";

/** The bytes of a database, which can be put at any place; undefined where there is no file to start from. */
export type StartingPoint = Uint8Array | undefined;

/** The journal modes in which a scenario can begin. A new file has none yet. */
export function journalModesOf({ prepare }: Scenario): readonly JournalMode[] {
  return prepare === "nothing" ? ["DELETE"] : ["DELETE", "WAL"];
}

/** Makes the starting point of a scenario. */
export async function startingPoint({ prepare }: Scenario, journalMode: JournalMode): Promise<StartingPoint> {
  if (prepare === "nothing") return undefined;
  const place = workspace();
  const path = place.path("app.db");
  if (typeof prepare !== "string") await prepare(path);
  const database = new DatabaseSync(path);
  if (typeof prepare === "string") database.exec(prepare);
  database.exec(`PRAGMA journal_mode = ${journalMode}`);
  database.close();
  const bytes = readFileSync(path);
  place.remove();
  return bytes;
}

/** Puts it at `path`, in the place of what is there and of what was left beside it. */
export function putStartingPoint(bytes: StartingPoint, path: string): void {
  for (const suffix of ["", "-journal", "-wal", "-shm", "-lockstep"]) rmSync(path + suffix, { force: true });
  if (bytes !== undefined) writeFileSync(path, bytes);
}
