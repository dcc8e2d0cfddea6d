/** Keeps replays in files: a record for each state, the database itself, and what is known of squashes. What is damaged or foreign counts as not there. */
import type { SquashVerdict } from "../core/check/compare-squash.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";
import { fs, path } from "../node.ts";
import type { ReplayRecord } from "./replay-record.ts";
import { digest } from "./replay-keys.ts";

/** How many records are kept; the oldest go first. */
const MOST_RECORDS = 24;

const MARK = "lockstep replay";

/** What is in a folder. Without a folder, nothing is found and nothing is kept. */
export class ReplayStore {
  readonly #folder: string | undefined;

  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** The record of a key. */
  read(key: string | undefined): ReplayRecord | undefined {
    return this.#readValue(key) as ReplayRecord | undefined;
  }

  /** What is known of a squash, by its key. */
  readSquash(key: string | undefined): SquashVerdict | undefined {
    return this.#readValue(key) as SquashVerdict | undefined;
  }

  /** Keeps what is known of a squash. A folder that cannot be written is no reason to fail. */
  writeSquash(key: string, verdict: SquashVerdict): void {
    if (this.#folder === undefined) return;
    try {
      fs.mkdirSync(this.#folder, { recursive: true });
      this.#writeValue(this.#folder, key, verdict);
    } catch {
      removeQuietly(draftOf(this.#folder, key));
    }
  }

  /** The bytes of the database of a record; undefined where they are not what was written. */
  readImage(key: string, { image }: ReplayRecord): Buffer | undefined {
    if (image === undefined) return undefined;
    const bytes = this.#readFile(`${key}.db`);
    return bytes !== undefined && digestOf(bytes) === image ? bytes : undefined;
  }

  /** Keeps a record, and the database where its library can write it down. A folder that cannot be written is no reason to fail. */
  *write(key: string, record: ReplayRecord, connection: Connection): Task<void> {
    const folder = this.#folder;
    if (folder === undefined) return;
    const draft = draftOf(folder, key);
    try {
      fs.mkdirSync(folder, { recursive: true });
      let kept = record;
      if (connection.copyTo !== undefined) {
        fs.rmSync(draft, { force: true });
        yield* wait(connection.copyTo(draft));
        kept = { ...record, image: digestOf(fs.readFileSync(draft)) };
        fs.renameSync(draft, path.join(folder, `${key}.db`));
      }
      this.#writeValue(folder, key, kept);
    } catch {
      removeQuietly(draft);
    }
  }

  /** Deletes what is older than the newest records. */
  prune(): void {
    const folder = this.#folder;
    if (folder === undefined) return;
    try {
      const records = fs.readdirSync(folder).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
      if (records.length <= MOST_RECORDS) return;
      const age = new Map(records.map((name) => [name, fs.statSync(path.join(folder, name)).mtimeMs]));
      const old = records.toSorted((left, right) => (age.get(right) ?? 0) - (age.get(left) ?? 0)).slice(MOST_RECORDS);
      for (const name of old) {
        fs.rmSync(path.join(folder, name), { force: true });
        fs.rmSync(path.join(folder, name.replace(/json$/, "db")), { force: true });
      }
    } catch {
      // Another process deletes as well.
    }
  }

  /** The first line of a value has the key and a digest of the rest, so that half of a file, or another's, is not taken for it. */
  #readValue(key: string | undefined): unknown {
    const text = key === undefined ? undefined : this.#readFile(`${key}.json`)?.toString("utf8");
    if (text === undefined || key === undefined) return undefined;
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    return text.slice(0, end) === headOf(key, body) ? JSON.parse(body) : undefined;
  }

  /** Throws where the folder cannot be written. */
  #writeValue(folder: string, key: string, value: ReplayRecord | SquashVerdict): void {
    const body = JSON.stringify(value);
    const draft = draftOf(folder, key);
    fs.writeFileSync(draft, `${headOf(key, body)}\n${body}`);
    fs.renameSync(draft, path.join(folder, `${key}.json`));
  }

  #readFile(name: string): Buffer | undefined {
    if (this.#folder === undefined) return undefined;
    try {
      return fs.readFileSync(path.join(this.#folder, name));
    } catch {
      return undefined;
    }
  }
}

/** What is written under this name gets its own when it is whole. */
function draftOf(folder: string, key: string): string {
  return path.join(folder, `${key}.${process.pid}.tmp`);
}

/** Where nothing could be written there is mostly nothing to remove either. */
function removeQuietly(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // Its folder is none.
  }
}

function headOf(key: string, body: string): string {
  return `${MARK} ${key} ${digest([body])}`;
}

function digestOf(bytes: Buffer): string {
  return process.getBuiltinModule("node:crypto").hash("sha256", bytes, "hex");
}
