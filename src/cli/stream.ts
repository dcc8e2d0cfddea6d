/**
 * stdout and stderr. Anything but a terminal is written to directly: making Node's streams for a file or a pipe takes longer than
 * most commands do, and what they hold back is lost where a process ends early.
 */
import { fs } from "../node.ts";

export interface Stream {
  readonly isTerminal: boolean;
  /** The width of a terminal, in characters; any number elsewhere. */
  readonly columns: number;
  write(text: string): void;
}

/** Opens stdout (1) or stderr (2). */
export function openStream(descriptor: 1 | 2): Stream {
  // Only a character device can be a terminal, and asking for the stream is what costs.
  const terminal = isCharacterDevice(descriptor) ? (descriptor === 1 ? process.stdout : process.stderr) : undefined;
  if (terminal?.isTTY !== true) {
    return { isTerminal: false, columns: Number.POSITIVE_INFINITY, write: (text) => writeAll(descriptor, text) };
  }
  return {
    isTerminal: true,
    get columns(): number {
      // A terminal that does not know its size says 0.
      return terminal.columns > 0 ? terminal.columns : 80;
    },
    write: (text) => void terminal.write(text),
  };
}

function isCharacterDevice(descriptor: number): boolean {
  try {
    return fs.fstatSync(descriptor).isCharacterDevice();
  } catch {
    // It was closed by whoever started us; writing will fail, and is then let be.
    return false;
  }
}

/** Writes all of a text. A reader that has had enough, as `head` has, must not break a run off: what it leaves is lost. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) {
    try {
      written += fs.writeSync(descriptor, bytes, written);
    } catch (error) {
      // A pipe that does not block says so when it is full.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
