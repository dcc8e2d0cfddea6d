/** The error for a migration in code that threw: its own message, its own stack, the line in its own file first. */
import { fs, path, url, util } from "../node.ts";
import { databaseError } from "../database-error.ts";
import { LockstepError, type Place, placeOfMigration } from "../error.ts";
import type { Session } from "../session.ts";

/** Makes the error. `file` is missing for a migration of a plain array. */
export function thrownError(session: Session, file: string | undefined, cause: unknown): LockstepError {
  const { connection, database } = session;
  const failure = connection.failure(cause);
  const general =
    failure === undefined ? undefined : databaseError(failure, { database, outcome: "rolled_back", cause });
  if (general !== undefined) return general;
  const frames = cause instanceof Error ? readFrames(cause) : [];
  const own = file === undefined ? undefined : frames.find((frame) => frame.file === path.resolve(file));
  const ordered = own === undefined ? frames : [own, ...frames.filter((frame) => frame !== own)];
  return new LockstepError({
    code: "migration_threw",
    problem: cause instanceof Error ? cause.message : `the migration threw ${describeValue(cause)}, which is no Error`,
    place: own === undefined || file === undefined ? placeOfMigration(file) : framePlace(file, own),
    outcome: "rolled_back",
    hint: "correct the migration and run it again",
    trace: ordered.map(({ text }) => text),
    cause,
  });
}

function describeValue(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : util.inspect(value, { depth: 0, breakLength: Infinity });
}

interface Frame {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The frames of a stack outside of Node and of lockstep itself. */
function readFrames(error: Error): readonly Frame[] {
  const frames: Frame[] = [];
  for (const text of (error.stack ?? "").split("\n")) {
    const match = /^\s*at (?:.*\()?((?:file:\/\/|\/|[A-Za-z]:\\).*?):(\d+):(\d+)\)?$/.exec(text);
    if (match === null) continue;
    const [, location = "", line, column] = match;
    if (location.startsWith(OWN_FOLDER)) break;
    const file = location.startsWith("file:") ? url.fileURLToPath(location) : location;
    // `import()` and `require` may add a query to tell copies apart.
    frames.push({
      text: text.trim().replace(location, file),
      file: file.split("?", 1)[0] ?? file,
      line: Number(line),
      column: Number(column),
    });
  }
  return frames;
}

/** The folder that lockstep runs from: where its frames begin, the migration's have ended. */
const OWN_FOLDER = new URL(import.meta.url.endsWith(".ts") ? ".." : ".", import.meta.url).href;

function framePlace(file: string, { line, column }: Frame): Place {
  try {
    const lineText = fs.readFileSync(file, "utf8").split(/\r?\n/)[line - 1];
    return { kind: "file", file, line, column, ...(lineText === undefined ? {} : { lineText }) };
  } catch {
    return { kind: "file", file, line, column };
  }
}
