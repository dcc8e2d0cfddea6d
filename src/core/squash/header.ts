/** The beginning of a squash: which migrations it stands for, and what their rows of the history say. docs/format.md describes it. */
import type { SquashedMigration } from "../migration/migration.ts";

const MARK = "-- lockstep squash";
const FORMAT = 1;

/** What stands at the beginning of a squash. */
export interface SquashHeader {
  /** Of the statements, as of those of any migration: what they make was proven. */
  readonly checksum: string;
  /** By version. */
  readonly covers: readonly SquashedMigration[];
}

/** The lines of the header. */
export function writeHeader({ checksum, covers }: SquashHeader): string {
  const last = covers.at(-1)?.version ?? 0;
  return [
    `${MARK}, format ${FORMAT}, version ${last}, checksum ${checksum}`,
    `-- Written by "lockstep squash". Do not edit it: what it makes was compared with what these migrations make.`,
    "-- Only a database that has none of them runs it. Any other carries on with their files.",
    ...covers.map(
      ({ version, name, checksum: own, schemaHash, reverseSql }) =>
        `-- ${JSON.stringify({ version, name, checksum: own, schemaHash, reverseSql })}`,
    ),
  ].join("\n");
}

/** Reads the lines of the header; a sentence about the first thing that is wrong with them. */
export function readHeader(text: string, version: number): SquashHeader | string {
  const lines = text.split(/\r?\n/);
  const first = /^-- lockstep squash, format (\d+), version (\d+), checksum (\S+)$/.exec(lines[0] ?? "");
  if (first === null) return "it does not begin as a squash does";
  if (first[1] !== String(FORMAT)) return `it has format ${first[1]}, and this build reads format ${FORMAT}`;
  if (Number(first[2]) !== version) return `it says that it goes up to version ${first[2]}`;
  const covers: SquashedMigration[] = [];
  for (const line of lines.slice(1)) {
    if (!line.startsWith("--")) break;
    if (!line.startsWith("-- {")) continue;
    const migration = readLine(line.slice(3));
    if (migration === undefined || migration.version <= (covers.at(-1)?.version ?? 0))
      return `this line of its header is not as it was written: ${line.slice(0, 80)}`;
    covers.push(migration);
  }
  if (covers.at(-1)?.version !== version) return `its header does not end with version ${version}`;
  return { checksum: first[3] ?? "", covers };
}

function readLine(json: string): SquashedMigration | undefined {
  try {
    const read = JSON.parse(json) as Partial<Record<keyof SquashedMigration, unknown>>;
    const { version, name, checksum, schemaHash, reverseSql } = read;
    if (!Number.isSafeInteger(version) || Number(version) < 1 || typeof name !== "string") return undefined;
    if (!isTextOrNull(checksum) || !isTextOrNull(schemaHash) || !isTextOrNull(reverseSql)) return undefined;
    return { version: Number(version), name, checksum, schemaHash, reverseSql };
  } catch {
    return undefined;
  }
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}
