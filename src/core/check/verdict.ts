/** The verdict on one migration: what was found when it was replayed, in a form that can be kept and told of other paths. */
import type { MigrationEntry } from "../migration/migration.ts";
import { toRef } from "../migration/reference.ts";
import type { CheckNote, Finding } from "./finding.ts";

/** A finding without its file: the same migration may be called by another path the next time. */
export interface FoundInMigration extends Omit<Finding, "file" | "migration"> {
  /** The file that it is in, where way up and way down have one each. */
  readonly part: "up" | "down";
}

/** What is known of a migration once it was replayed. */
export interface Verdict {
  readonly version: number;
  /** As its author calls it. */
  readonly name: string;
  /** Of the SQL that goes up; null for code. */
  readonly checksum: string | null;
  readonly findings: readonly FoundInMigration[];
  readonly notes: readonly Pick<CheckNote, "kind" | "text">[];
  /** Whether it was undone and applied again. */
  readonly proof: "proven" | "not_proven";
}

/** The findings with their files. */
export function findingsOf({ name, findings }: Verdict, entry: MigrationEntry): readonly Finding[] {
  const { file, downFile = file } = entry;
  const migration = toRef({ ...entry, name });
  return findings.map(({ part, code, problem, fix, ...place }) => {
    const own = part === "up" ? file : downFile;
    return { code, problem, fix, ...(own === undefined ? {} : { file: own }), ...place, migration };
  });
}

/** The notes with their migration. */
export function notesOf({ name, notes }: Verdict, entry: MigrationEntry): readonly CheckNote[] {
  return notes.map((note) => ({ ...note, migration: toRef({ ...entry, name }) }));
}
