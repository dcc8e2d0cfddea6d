/**
 * A file that is damaged in any byte: a known error, or success with what SQLite itself finds whole. What is refused stays as it was,
 * byte for byte, and nothing crashes or waits.
 */
import assert from "node:assert/strict";
import { copyFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import {
  LockstepError,
  migrateSync,
  MigrationRunner,
  type DriverName,
  type ErrorCode,
  type ListedMigration,
  type MigrateOptions,
} from "../../src/index.ts";
import { errorCodes } from "../../src/error-code.ts";
import { count, runs, seed } from "../support/effort.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { driverNames, openHandle } from "../support/handle.ts";
import { readState, versionOf } from "../support/state.ts";
import { workspace, type Workspace } from "../support/workspace.ts";

useFastFiles();

type Mode = "DELETE" | "WAL";
const MODES: readonly Mode[] = ["DELETE", "WAL"];

/** Small pages, so that a random byte is as likely to be of one kind as of another. */
const PAGE = 512;

const ROWS = "json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]')";

const migrations: readonly ListedMigration[] = [
  {
    version: 1,
    name: "Users",
    up: `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, bio TEXT);
      CREATE INDEX users_name ON users (name);
      INSERT INTO users SELECT value, 'user ' || value, hex(zeroblob(40)) FROM ${ROWS}`,
    down: "DROP TABLE users",
  },
  {
    version: 2,
    name: "Notes",
    up: `CREATE TABLE notes (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id) ON DELETE CASCADE, body TEXT);
      INSERT INTO notes SELECT value, value, 'note ' || value FROM ${ROWS}`,
    down: "DROP TABLE notes",
  },
  {
    version: 3,
    name: "Tags",
    up: "CREATE TABLE tags (name TEXT); INSERT INTO tags SELECT bio FROM users",
    down: "DROP TABLE tags",
  },
];

function make(path: string, mode: Mode): void {
  const database = new DatabaseSync(path);
  // VACUUM writes the file: until then a size of pages is only a wish.
  database.exec(`PRAGMA page_size = ${PAGE}; VACUUM; PRAGMA journal_mode = ${mode}`);
  database.close();
  migrateSync({ database: path, migrations, to: 2 });
}

/** The bytes of a database at version 2. */
function bytesOf(mode: Mode): Buffer {
  const space = workspace();
  make(space.path("app.db"), mode);
  const bytes = readFileSync(space.path("app.db"));
  space.remove();
  return bytes;
}

/** What SQLite finds in a file without lockstep: whether it is whole, and the rows of each table that it can read. */
function examine(path: string): { readonly isWhole: boolean; readonly rows: Readonly<Record<string, string>> } {
  const copy = `${path}.examined`;
  copyFileSync(path, copy);
  const database = new DatabaseSync(copy);
  const rows: Record<string, string> = {};
  let isWhole = false;
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE name IN ('users', 'notes')").all();
    for (const table of tables.map(({ name }) => String(name))) {
      rows[table] = "damaged";
      rows[table] = JSON.stringify(database.prepare(`SELECT * FROM ${table}`).all());
    }
    isWhole = database.prepare("PRAGMA integrity_check").get()?.["integrity_check"] === "ok";
  } catch {
    // It says so by what it has not read.
  }
  database.close();
  for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(copy + end, { force: true });
  return { isWhole, rows };
}

interface Act {
  readonly about: string;
  readonly run: (options: MigrateOptions) => unknown;
  /** The table that it takes away. */
  readonly takes?: string;
}

const ACTS: readonly Act[] = [
  { about: "status", run: (options) => new MigrationRunner(options).status() },
  { about: "up", run: migrateSync },
  { about: "down", run: (options) => new MigrationRunner(options).rollback({ allowLoss: true }), takes: "notes" },
  { about: "measureLoss", run: (options) => new MigrationRunner(options).measureLoss({ to: 0 }) },
];

/** What may be said of a damaged file: anything but that lockstep is wrong. */
const KNOWN: ReadonlySet<ErrorCode> = new Set(errorCodes.filter((code) => code !== "internal_invariant"));

/** Lets lockstep have a file that SQLite may find damaged, and holds it to what it promises. Gives the code of the error. */
async function bear(bytes: Buffer, { about, run, takes }: Act, driver: DriverName): Promise<ErrorCode | undefined> {
  const space = workspace({ "app.db": bytes });
  const path = space.path("app.db");
  const before = examine(path);
  let code: ErrorCode | undefined;
  try {
    await run({ database: path, migrations, driver, lockTimeoutMs: 0 });
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    code = error.code;
    assert.ok(KNOWN.has(code), error.message);
    for (const part of [/^ {2}--> \S/m, /^ state: \S/m, /^ {2}hint: \S/m]) assert.match(error.message, part);
    assert.ok(["unchanged", "rolled_back"].includes(error.details.outcome), error.message);
    assert.ok(readFileSync(path).equals(bytes), `${about} was refused and changed the file: ${error.message}`);
  }
  assert.ok(!readdirSync(space.root).includes("app.db-journal"));
  if (before.isWhole) {
    const after = examine(path);
    assert.ok(after.isWhole, `${about} has damaged the file`);
    for (const [table, rows] of Object.entries(before.rows)) {
      if (table !== takes || code !== undefined) assert.equal(after.rows[table], rows);
    }
  }
  space.remove();
  return code;
}

describe("a single bit that is wrong, anywhere in the file,", () => {
  for (const mode of MODES) {
    it(`is borne by everything, with journal_mode ${mode}`, async (context) => {
      const whole = bytesOf(mode);
      const codes = new Map<string, number>();
      const property = fc.asyncProperty(
        fc.noBias(fc.nat(whole.length * 8 - 1)),
        fc.constantFrom(...ACTS),
        fc.constantFrom(...driverNames),
        async (bit, act, driver) => {
          const bytes = Buffer.from(whole);
          bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
          count("inputs");
          const code = (await bear(bytes, act, driver)) ?? "success";
          codes.set(code, (codes.get(code) ?? 0) + 1);
        },
      );
      await fc.assert(property, { numRuns: runs(150), ...(seed === undefined ? {} : { seed }) });
      context.diagnostic(JSON.stringify(Object.fromEntries(codes)));
    });
  }

  it("of the header is borne by everything", async () => {
    const whole = bytesOf("DELETE");
    for (let offset = 0; offset < 100; offset += 1) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(offset) ^ (1 << (offset & 7)), offset);
      count("inputs");
      await bear(bytes, ACTS[offset % ACTS.length] as Act, driverNames[offset & 1] as DriverName);
    }
  });
});

/** The page on which the tree of a table or an index begins, from 1. */
function rootOf(bytes: Buffer, name: string): number {
  const space = workspace({ "app.db": bytes });
  const database = new DatabaseSync(space.path("app.db"));
  const row = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(name);
  database.close();
  space.remove();
  return Number(row?.["rootpage"]);
}

describe("a page that is overwritten,", () => {
  const fillings: Readonly<Record<string, number>> = { zeros: 0, ones: 0xff, letters: 0x5a };
  // Which calls have to see it. The others may, where SQLite looks at the page for reasons of its own.
  const pages: Readonly<Record<string, readonly string[]>> = {
    sqlite_schema: ["status", "up", "down", "measureLoss"],
    metadata: ["status", "up", "down", "measureLoss"],
    lockstep_history: ["status", "up", "down", "measureLoss"],
    users: ["up"],
    notes: ["down", "measureLoss"],
    users_name: ["measureLoss"],
  };
  for (const [name, seenBy] of Object.entries(pages)) {
    it(`that of ${name}, is database_corrupt, and the file stays as it is`, async () => {
      for (const mode of MODES) {
        const whole = bytesOf(mode);
        const page = name === "sqlite_schema" ? 1 : rootOf(whole, name);
        for (const filling of Object.values(fillings)) {
          const bytes = Buffer.from(whole);
          // The first page begins with the header of the file.
          bytes.fill(filling, page === 1 ? 100 : (page - 1) * PAGE, page * PAGE);
          for (const act of ACTS) {
            const code = await bear(bytes, act, "node:sqlite");
            count("inputs");
            if (seenBy.includes(act.about)) assert.equal(code, "database_corrupt", `${act.about}, ${mode}, ${filling}`);
          }
        }
      }
    });
  }
});

describe("a file that is cut off,", () => {
  for (const mode of MODES) {
    it(`after any page or within one, is refused as it is, with journal_mode ${mode}`, async () => {
      const whole = bytesOf(mode);
      // 0 bytes and 1 byte are an empty database to SQLite.
      const lengths = [2, 16, 99, 100, 101, 511, 513];
      for (let length = PAGE; length < whole.length; length += 2 * PAGE) lengths.push(length);
      for (const [index, length] of lengths.entries()) {
        const code = await bear(
          whole.subarray(0, length),
          ACTS[index % ACTS.length] as Act,
          driverNames[index & 1] as DriverName,
        );
        count("inputs");
        assert.ok(
          code === "database_corrupt" || code === "not_a_database",
          `${length} of ${whole.length} bytes: ${code}`,
        );
      }
    });
  }

  it("or is full of zeros, is refused as it is", async () => {
    for (const length of [PAGE, 4096, 40_960]) {
      for (const act of ACTS) assert.equal(await bear(Buffer.alloc(length), act, "node:sqlite"), "not_a_database");
    }
  });

  it("with something behind its end, is what it was", async () => {
    const whole = bytesOf("DELETE");
    for (const act of ACTS) {
      assert.equal(await bear(Buffer.concat([whole, Buffer.alloc(5000, "x")]), act, "node:sqlite"), undefined);
    }
  });

  for (const driver of driverNames) {
    it(`under an open connection of ${driver}, is refused or begun anew, and is whole again when it is put back`, () => {
      for (const mode of MODES) {
        for (const part of [0, 0.3, 0.9]) {
          const space = workspace();
          const path = space.path("app.db");
          make(path, mode);
          const whole = readFileSync(path);
          const state = readState(path);
          const database = openHandle(driver, path);
          database.exec("SELECT count(*) FROM users");
          truncateSync(path, Math.floor(whole.length * part));
          try {
            // Without its bytes it is an empty database.
            assert.equal(migrateSync({ database, migrations }).fromVersion, 0);
            assert.equal(part, 0);
          } catch (error) {
            assert.ok(error instanceof LockstepError, String(error));
            assert.ok(["database_corrupt", "database_io", "not_a_database"].includes(error.code), error.message);
          }
          database.close();
          for (const end of ["-wal", "-shm", "-journal"]) rmSync(path + end, { force: true });
          writeFileSync(path, whole);
          assert.deepEqual(readState(path), state);
          assert.equal(migrateSync({ database: path, migrations, driver }).toVersion, 3);
        }
      }
    });
  }
});

/** A database in WAL mode whose newest migrations stand in the log only, as a process leaves it that was killed. */
function withLog(): Workspace {
  const space = workspace();
  const database = new DatabaseSync(space.path("live.db"));
  database.exec(`PRAGMA page_size = ${PAGE}; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0`);
  migrateSync({ database, migrations, to: 1 });
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  migrateSync({ database, migrations });
  copyFileSync(space.path("live.db"), space.path("app.db"));
  copyFileSync(space.path("live.db-wal"), space.path("app.db-wal"));
  database.close();
  return space;
}

describe("a write-ahead log that is damaged", () => {
  it("in any bit, gives the database at a version that it was at, and the next run goes on from there", (context) => {
    const space = withLog();
    const [main, log] = [readFileSync(space.path("app.db")), readFileSync(space.path("app.db-wal"))];
    const path = space.path("try.db");
    const versions = new Map<number, number>();
    const property = fc.property(
      fc.noBias(fc.nat(log.length * 8 - 1)),
      fc.constantFrom(...driverNames),
      (bit, driver) => {
        const bytes = Buffer.from(log);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        writeFileSync(path, main);
        writeFileSync(`${path}-wal`, bytes);
        rmSync(`${path}-shm`, { force: true });
        const { fromVersion, toVersion } = migrateSync({ database: path, migrations, driver });
        assert.equal(toVersion, 3);
        const state = readState(path);
        assert.equal(versionOf(state), 3);
        assert.deepEqual(
          state.history?.map(({ version }) => version),
          [1, 2, 3],
        );
        versions.set(fromVersion, (versions.get(fromVersion) ?? 0) + 1);
        count("inputs");
      },
    );
    fc.assert(property, { numRuns: runs(60), ...(seed === undefined ? {} : { seed }) });
    context.diagnostic(JSON.stringify(Object.fromEntries(versions)));
  });

  it("or is cut off anywhere, too", () => {
    const space = withLog();
    const [main, log] = [readFileSync(space.path("app.db")), readFileSync(space.path("app.db-wal"))];
    const path = space.path("try.db");
    for (let length = 0; length < log.length; length += Math.ceil(log.length / runs(30))) {
      writeFileSync(path, main);
      writeFileSync(`${path}-wal`, log.subarray(0, length));
      rmSync(`${path}-shm`, { force: true });
      assert.equal(migrateSync({ database: path, migrations }).toVersion, 3);
      assert.equal(versionOf(readState(path)), 3);
      count("inputs");
    }
  });

  it("or is no log at all, or a journal is none, is ignored", () => {
    for (const mode of MODES) {
      for (const driver of driverNames) {
        for (const name of ["app.db-wal", "app.db-shm", "app.db-journal"]) {
          for (const content of [Buffer.alloc(0), Buffer.alloc(9000), Buffer.from("no journal. ".repeat(900))]) {
            const space = workspace();
            const path = space.path("app.db");
            make(path, mode);
            const state = readState(path);
            writeFileSync(space.path(name), content);
            assert.equal(migrateSync({ database: path, migrations, driver, to: 2 }).fromVersion, 2, name);
            assert.deepEqual(readState(path), state);
            assert.equal(migrateSync({ database: path, migrations, driver }).toVersion, 3);
            assert.equal(versionOf(readState(path)), 3);
          }
        }
      }
    }
  });
});
