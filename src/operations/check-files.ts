/** Whether the files that are written from the schema say what a replay of all migrations gives. */
import type { CheckResult } from "../core/check/finding.ts";
import { LockstepError } from "../error.ts";
import { fs, path } from "../node.ts";
import type { CheckOptions } from "../options.ts";
import type { Rehearsed, WrittenFiles } from "../scratch/rehearse.ts";
import type { Session } from "../session.ts";
import { readDump } from "./read-dump.ts";
import { readTypes } from "./read-types.ts";

/** The files that the options name, as they would be written from the last state. */
export function filesToWrite({ schemaFile, typesFile }: CheckOptions): WrittenFiles {
  return {
    ...(schemaFile === undefined ? {} : { dump: writeDump }),
    ...(typesFile === undefined ? {} : { types: writeTypes }),
  };
}

function* writeDump(scratch: Session): ReturnType<NonNullable<WrittenFiles["dump"]>> {
  return (yield* readDump(scratch)).schema;
}

function* writeTypes(scratch: Session): ReturnType<NonNullable<WrittenFiles["types"]>> {
  return (yield* readTypes(scratch)).types;
}

/** Compares each file that is named. */
export function checkFiles({ schemaFile, typesFile }: CheckOptions, { record, failed }: Rehearsed): CheckResult {
  const isKnown = failed === undefined;
  const found = [
    checkFile(schemaFile, isKnown ? record.dump : undefined, {
      code: "schema_file_stale",
      what: "the file with the schema",
      command: "lockstep dump",
    }),
    checkFile(typesFile, isKnown ? record.types : undefined, {
      code: "types_file_stale",
      what: "the file with the types",
      command: "lockstep types",
    }),
  ];
  return { findings: found.flatMap(({ findings }) => findings), notes: found.flatMap(({ notes }) => notes) };
}

interface Kind {
  readonly code: "schema_file_stale" | "types_file_stale";
  readonly what: string;
  readonly command: string;
}

function checkFile(file: string | undefined, wanted: string | undefined, { code, what, command }: Kind): CheckResult {
  if (file === undefined) return NOTHING;
  if (wanted === undefined) {
    const text = `${file} was not compared: not all migrations can be replayed`;
    return { findings: [], notes: [{ kind: "not_checked", text }] };
  }
  const written = readText(file, what);
  if (written?.replaceAll("\r\n", "\n") === wanted) return NOTHING;
  const problem = written === undefined ? `${what} is not there` : `${what} is not what the migrations make`;
  const fix = `run lockstep up, or ${command} --output ${path.basename(file)}, and commit it`;
  return { findings: [{ code, problem, fix, file }], notes: [] };
}

const NOTHING: CheckResult = { findings: [], notes: [] };

function readText(file: string, what: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new LockstepError({
      code: "file_unwritable",
      problem: `${what} cannot be read: ${(error as NodeJS.ErrnoException).code}`,
      place: { kind: "file", file },
      outcome: "unchanged",
      hint: "check the permissions of the file, and that it is one",
      cause: error,
    });
  }
}
