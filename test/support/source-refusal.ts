/** Provokes refusals through the public API, and holds lockstep to its word: the file of the database is the same, byte for byte. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { it } from "node:test";
import {
  LockstepError,
  migrate,
  migrateSync,
  MigrationRunner,
  type ErrorCode,
  type MigrateOptions,
  type Target,
  type Outcome,
} from "../../src/index.ts";
import { workspace, type Files, type Workspace } from "./workspace.ts";

/** What must be true of a refusal beside its code. */
export interface Expectation {
  /** Default `unchanged`. */
  readonly outcome?: Outcome;
  /** The version that the error tells, `null` for none. Not looked at where it is left out. */
  readonly version?: number | null;
  /** What the whole text says somewhere. */
  readonly says?: RegExp;
}

/** The bytes of a database and the names of the files beside it, so that two of them can be compared. */
export interface Fingerprint {
  /** `null` where there is no file, `folder` for a folder. */
  readonly content: string | null;
  /** Of its journal, its write-ahead log and the like. */
  readonly beside: readonly string[];
}

/**
 * Takes the fingerprint of a database file. Not while this process holds a lock on it: closing the file would drop the
 * lock (https://sqlite.org/howtocorrupt.html, section 2.2).
 */
export function fingerprint(path: string): Fingerprint {
  const state = statSync(path, { throwIfNoEntry: false });
  const folder = dirname(path);
  const names = statSync(folder, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(folder);
  const beside = names.filter((name) => name.startsWith(`${basename(path)}-`)).toSorted();
  if (state === undefined) return { content: null, beside };
  if (state.isDirectory()) return { content: "folder", beside };
  return { content: createHash("sha256").update(readFileSync(path)).digest("hex"), beside };
}

/** Runs `act`, expects the refusal `code`, and that the file `database` is as it was. Gives the error for a closer look. */
export async function provoke(
  code: ErrorCode,
  database: string,
  act: () => unknown,
  expectation: Expectation = {},
): Promise<LockstepError> {
  const before = fingerprint(database);
  const error = await caught(act);
  assert.deepEqual(fingerprint(database), before, "the refusal changed the file of the database");
  checkRefusal(error, code, expectation);
  return error;
}

/** What `act` throws, which must be a LockstepError. */
export async function caught(act: () => unknown): Promise<LockstepError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw new assert.AssertionError({ message: `this is no LockstepError: ${String((error as Error).stack)}` });
  }
  return assert.fail("nothing was refused");
}

/** Checks the code, the four parts in their order, and what is told about the state of the database. */
export function checkRefusal(error: LockstepError, code: ErrorCode, expectation: Expectation = {}): void {
  const { outcome = "unchanged", version, says } = expectation;
  assert.equal(error.code, code, error.message);
  assertFourParts(error);
  assert.equal(error.details.outcome, outcome, error.message);
  if (outcome === "unchanged")
    assert.match(error.message, /^ state: (?:nothing changed|this migration changed nothing)/m);
  if (version !== undefined) assert.equal(error.details.databaseVersion ?? null, version, error.message);
  if (typeof version === "number")
    assert.match(error.message, new RegExp(`^ state: .*, database at version ${version}\\b`, "m"));
  if (says !== undefined) assert.match(error.message, says);
}

function assertFourParts({ message, details }: LockstepError): void {
  const lines = message.split("\n");
  const place = lines.findIndex((line) => /^ {2}--> \S/.test(line));
  const state = lines.findIndex((line) => /^ state: \S/.test(line));
  const hint = lines.findIndex((line) => /^ {2}hint: \S/.test(line));
  assert.ok(message.startsWith(`${details.problem}\n`) && details.problem.trim() !== "", message);
  assert.ok(place > 0 && state > place && hint > state, `problem, place, state and hint, in this order:\n${message}`);
}

/** A way to bring a database up. */
export type Caller = (options: MigrateOptions & Target) => unknown;

/** All ways to bring a database up that the public API has. */
export const callers: Readonly<Record<string, Caller>> = {
  migrate,
  migrateSync,
  runMigrations: ({ to, ...options }) => new MigrationRunner(options).runMigrations(to === undefined ? {} : { to }),
};

/** A migration that is good, as a start for a directory with a bad one. */
export const firstMigration: Files = {
  "migrations/001-users.sql": "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);",
};

/** Something that is refused wherever it comes up: on a database that is not there, and on one at version 1. */
export interface Refused {
  readonly about: string;
  readonly code: ErrorCode;
  /** Files beside the first migration, which is good. */
  readonly files?: Files;
  /** Options in place of the usual ones. */
  readonly options?: (space: Workspace) => Partial<Record<keyof (MigrateOptions & Target), unknown>>;
  /** Done last, for what cannot be said with files. */
  readonly prepare?: (space: Workspace) => void;
  readonly says?: RegExp;
  /** Whether the error comes before the history is read, and so can tell no version. */
  readonly isBlind?: boolean;
  /** The callers that refuse it. Default: one that waits and one that does not; runMigrations() is the same task as migrate(). */
  readonly by?: readonly string[];
}

/** The bytes of a database to which the first migration was applied. */
let atVersion1: Uint8Array | undefined;

function databaseAtVersion1(): Uint8Array {
  if (atVersion1 === undefined) {
    const space = workspace(firstMigration);
    migrateSync({ database: space.path("app.db"), migrations: space.path("migrations") });
    atVersion1 = readFileSync(space.path("app.db"));
    space.remove();
  }
  return atVersion1;
}

/** Registers the test of a refusal: by each caller, where no database is and on one at version 1. */
export function testRefused(refused: Refused): void {
  const { about, code, by = ["migrate", "migrateSync"] } = refused;
  it(`${about}: ${code}`, async () => {
    for (const name of by) {
      for (const version of [0, 1]) {
        try {
          await provokeRefused(refused, callers[name] as Caller, version);
        } catch (error) {
          throw new Error(`by ${name}, of a database at version ${version}`, { cause: error });
        }
      }
    }
  });
}

/** In a workspace of its own each time: a module that was imported once is not read again. */
async function provokeRefused(refused: Refused, call: Caller, version: number): Promise<void> {
  const { code, files = {}, says, isBlind = false } = refused;
  const space = workspace({
    ...firstMigration,
    ...files,
    ...(version === 1 ? { "app.db": databaseAtVersion1() } : {}),
  });
  refused.prepare?.(space);
  const database = space.path("app.db");
  const options = { database, migrations: space.path("migrations"), ...refused.options?.(space) };
  const expectation = { version: isBlind ? null : version, ...(says === undefined ? {} : { says }) };
  await provoke(code, database, () => call(options as MigrateOptions & Target), expectation);
  space.remove();
}
