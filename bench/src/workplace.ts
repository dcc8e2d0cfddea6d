/** The folder of a run: migration directories and prepared databases, made when they are first asked for. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { measure } from "./child.ts";
import { type Layout, writeLayout } from "./layout.ts";
import type { ToolEntry } from "./tool.ts";
import { defect } from "./verify.ts";

/** Where a run keeps its files. */
export interface Workplace {
  readonly folder: string;
  readonly buildDirectory: string;
}

/** Makes the folder. Migrations of kysely import "kysely", so packages must be found from it. */
export function openWorkplace(folder: string, buildDirectory: string, packageDirectory: string): Workplace {
  mkdirSync(folder, { recursive: true });
  const link = join(folder, "node_modules");
  rmSync(link, { force: true });
  symlinkSync(join(packageDirectory, "node_modules"), link, "dir");
  return { folder, buildDirectory };
}

/** Gives the directory with the first `count` migrations. */
export function directoryFor({ folder }: Workplace, layout: Layout, count: number): string {
  const directory = join(folder, "migrations", layout, String(count));
  if (existsSync(directory)) return directory;
  // A run that was interrupted leaves no half a directory behind under the final name.
  const draft = `${directory}-draft`;
  rmSync(draft, { recursive: true, force: true });
  writeLayout(layout, draft, count);
  renameSync(draft, directory);
  return directory;
}

/** Gives the path of a database that does not exist yet. */
export function freshDatabase({ folder }: Workplace, name: string): string {
  const path = join(folder, `${name}.db`);
  for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
  return path;
}

/** Gives a copy of a database that is on the disk as a whole: what it had left to write, the first commit would write and be measured with. */
export function settledCopy(workplace: Workplace, prepared: string, name: string): string {
  const copy = freshDatabase(workplace, name);
  copyFileSync(prepared, copy);
  const file = openSync(copy, "r+");
  fsyncSync(file);
  closeSync(file);
  return copy;
}

/** The sizes in which databases are prepared; each begins with a copy of the one before. */
export const SIZES: readonly [10, 100, 1000, 5000] = [10, 100, 1000, 5000];

/**
 * Gives a database on which the tool itself has applied the first `count` migrations. No history is written by hand: every tool
 * here applies 5,000 in well under a minute.
 */
export async function preparedDatabase(workplace: Workplace, tool: ToolEntry, count: number): Promise<string> {
  const path = join(workplace.folder, `prepared-${tool.adapter}-${count}.db`);
  if (existsSync(path)) return path;
  process.stderr.write(`preparing ${tool.adapter} with ${count} applied\n`);
  const draft = freshDatabase(workplace, `draft-${tool.adapter}`);
  const smaller = SIZES.filter((size) => size < count).at(-1);
  if (smaller !== undefined) copyFileSync(await preparedDatabase(workplace, tool, smaller), draft);
  const directory = directoryFor(workplace, tool.layout, count);
  await measure(tool, { database: draft, directory }, workplace.buildDirectory);
  const wrong = defect(draft, count);
  if (wrong !== undefined) throw new Error(`${tool.key} did not apply ${count} migrations: ${wrong}`);
  renameSync(draft, path);
  return path;
}
