/** Where in a migration's file something happened: the stack of an error, without the frames of Node and of lockstep itself. */
import { followLinks } from "../../database-path.ts";
import { fs, path, url } from "../../node.ts";
import { type Place, placeOfMigration } from "../../error.ts";

/** The frames of an error that belong to the migration and what it calls. */
export interface Stack {
  /** The line in the migration's own file; the whole file, or the array, where no frame is in it. */
  readonly place: Place;
  /** The text of each frame, that of the migration's own file first. */
  readonly trace: readonly string[];
}

/** Reads the stack of whatever was thrown. `file` is missing for a migration of a plain array. */
export function readStack(thrown: unknown, file: string | undefined): Stack {
  const frames = thrown instanceof Error ? readFrames(thrown) : [];
  // Node names a module by the file that a link leads to, unless it was told to keep links.
  const names = file === undefined ? [] : [followLinks(file), path.resolve(file)];
  const own = frames.find((frame) => names.includes(frame.file));
  const ordered = own === undefined ? frames : [own, ...frames.filter((frame) => frame !== own)];
  return {
    place: own === undefined || file === undefined ? placeOfMigration(file) : framePlace(file, own),
    trace: ordered.map(({ text }) => text),
  };
}

/** The stack at the call of `callee`. */
export function stackAbove(callee: (...values: never[]) => unknown, file: string | undefined): Stack {
  const here = new Error();
  Error.captureStackTrace(here, callee);
  return readStack(here, file);
}

interface Frame {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

function readFrames(error: Error): readonly Frame[] {
  const frames: Frame[] = [];
  for (const text of (error.stack ?? "").split("\n")) {
    const match = /^\s*at (?:.*\()?((?:file:\/\/|\/|[A-Za-z]:\\).*?):(\d+):(\d+)\)?$/.exec(text);
    if (match === null) continue;
    const [, location = "", line, column] = match;
    if (location.startsWith(OWN_FOLDER)) {
      // Behind the migration stands who called it; what else is ours stands between it and what it calls.
      if (text.includes(CALLER)) break;
      continue;
    }
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

/** The function that calls a migration's code; see call.ts. */
const CALLER = "callCode";

/** The folder that lockstep runs from. */
const OWN_FOLDER = new URL(import.meta.url.endsWith(".ts") ? "../.." : ".", import.meta.url).href;

function framePlace(file: string, { line, column }: Frame): Place {
  try {
    const lineText = fs.readFileSync(file, "utf8").split(/\r?\n/)[line - 1];
    return { kind: "file", file, line, column, ...(lineText === undefined ? {} : { lineText }) };
  } catch {
    return { kind: "file", file, line, column };
  }
}
