/**
 * Any legal change of any table, against an independent oracle: a fresh database with the wanted table, into which the old rows are put
 * by plain INSERT, with values mapped in JavaScript. A change is refused exactly where that fails, or where a value becomes another.
 */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import * as fc from "fast-check";
import { LockstepError, migrateSync, type DatabaseHandle, type DriverName } from "../../src/index.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { driverNames, openHandle, readSettings, type OpenHandle } from "../support/handle.ts";
import { gaps } from "../support/schema-text.ts";
import { workspace } from "../support/workspace.ts";
import { drawChange, type DrawnChange } from "./altered-change.ts";
import { diceOf, type Dice } from "./altered-dice.ts";
import { lookAt, type Look } from "./altered-look.ts";
import { judge, orphansOf, type Verdict } from "./altered-oracle.ts";
import { quoted, type TableSpec } from "./altered-table.ts";
import { VALUES } from "./altered-value.ts";
import { describeWorld, drawWorld, makeWorld, type World } from "./altered-world.ts";
import { tries } from "./tries.ts";

useFastFiles();

/** What came of the changes, so that it shows if nearly all of them are refused. */
const counts = new Map<string, number>();

function note(what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1);
}

/** A world in a database of its own, and how lockstep reaches it. */
interface Reached {
  readonly database: string | DatabaseHandle;
  readonly driver: DriverName;
  /** Looks at it as it is. */
  readonly look: <T>(act: (handle: OpenHandle) => T) => T;
  readonly close: () => void;
}

function reach(world: World, between: readonly string[], { driver, by }: Way): Reached | undefined {
  const path = by === "path" ? workspace().path("app.db") : ":memory:";
  const handle = openHandle(driver, path);
  // Not every version of SQLite takes every name.
  if (!makeWorld(handle, world, between)) return undefined;
  handle.exec("PRAGMA foreign_keys = ON");
  if (by === "handle") return { database: handle, driver, look: (act) => act(handle), close: () => handle.close() };
  handle.close();
  const look = <T>(act: (own: OpenHandle) => T): T => {
    const own = openHandle(driver, path);
    const found = act(own);
    own.close();
    return found;
  };
  return { database: path, driver, look, close: () => undefined };
}

interface Way {
  readonly driver: DriverName;
  readonly by: "path" | "handle";
}

/** The error of the change; undefined where it was made. */
function change({ database, driver }: Reached, sql: string): LockstepError | undefined {
  try {
    const options = typeof database === "string" ? { database, driver } : { database };
    migrateSync({ ...options, migrations: [{ version: 1, up: sql }] });
    return undefined;
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
}

/** What a refusal may be for. */
function isLegal(error: LockstepError, verdict: Verdict, orphansBefore: string): boolean {
  if (verdict.kind === "fails") {
    if (verdict.stage === "create") return ["statement_failed", "rebuild_refused"].includes(error.code);
    return ["rebuild_refused", "lossy_conversion", "foreign_key_violation"].includes(error.code);
  }
  if (error.code === "lossy_conversion") return verdict.losses.length > 0;
  // An orphan is known by its values: one from before whose values are written in another way is a new one.
  const hasOrphans = verdict.orphans !== orphansBefore || verdict.orphans !== "[]";
  if (error.code === "foreign_key_violation") return hasOrphans;
  if (error.code !== "rebuild_refused") return false;
  if (/would lead to no unique columns/.test(error.message)) return verdict.orphans.includes("mismatch");
  // Of SQLite 3.54.
  if (/cannot rename (?:from|to) rowid alias/.test(error.message)) return true;
  // SQLite itself would leave it, and never run it again.
  if (/the trigger "t3" needs the column/.test(error.message)) return true;
  // A row id that is NULL gets a number, which may be that of another row: it depends on which of them comes first.
  if (/UNIQUE constraint failed/.test(error.message)) return verdict.losses.some((loss) => loss.includes("NULL →"));
  // Plain SQL would go on with the number of the row, which has the same name and another meaning.
  if (/needs the column "(?:rowid|oid|_rowid_)"/i.test(error.message)) return true;
  // There is no way to say it where the new one is the row id.
  if (/cannot have become/.test(error.message)) return true;
  // Nothing in the key comes from the old rows: nothing can be compared.
  return /it cannot be told which row/.test(error.message);
}

function describeVerdict(verdict: Verdict): string {
  if (verdict.kind === "fails") return `plain SQL fails too, at ${verdict.stage}: ${verdict.why}`;
  return `plain SQL makes it; losses: ${verdict.losses.join(", ")}; orphans: ${verdict.orphans}`;
}

/** Statements that show whether constraints, keys and triggers work alike. Foreign keys are on. */
function probe(dice: Dice, wanted: TableSpec): readonly string[] {
  const table = `main.${quoted(wanted.name)}`;
  const plain = wanted.columns.filter(({ generated }) => generated === undefined).map(({ name }) => quoted(name));
  const value = (): string => dice.pick(VALUES);
  const statements: readonly (() => string)[] = [
    () => `INSERT INTO ${table} (${plain.join(", ")}) VALUES (${plain.map(value).join(", ")})`,
    () => `INSERT INTO ${table} DEFAULT VALUES`,
    () => `INSERT INTO ${table} (${dice.pick(plain)}) VALUES (${value()})`,
    () => `UPDATE OR IGNORE ${table} SET ${dice.pick(plain)} = ${value()}`,
    () => `DELETE FROM ${table} WHERE ${dice.pick(plain)} IS ${value()}`,
    () => `INSERT INTO other VALUES (${value()})`,
    () => "DELETE FROM other",
  ];
  return Array.from({ length: 8 }, () => dice.pick(statements)());
}

/** Runs the probes. Messages tell the same of both. */
function live(handle: OpenHandle, probes: readonly string[]): readonly string[] {
  handle.exec("PRAGMA foreign_keys = ON");
  return probes.map((sql) => {
    try {
      handle.exec(sql);
      return "ok";
    } catch (error) {
      return (error as Error).message;
    }
  });
}

function withoutTexts({ texts, ...rest }: Look): unknown {
  void texts;
  return rest;
}

interface Case {
  readonly world: World;
  readonly drawn: DrawnChange;
  readonly between: readonly string[];
  readonly probes: readonly string[];
}

function check({ world, drawn, between, probes }: Case, way: Way): void {
  // The same library: another version of SQLite writes a REAL with more digits, or fewer.
  const copy = openHandle(way.driver, ":memory:");
  const isMade = makeWorld(copy, world, between);
  const reached = reach(world, between, way);
  if (!isMade || reached === undefined) return note("no world");
  const orphansBefore = orphansOf(copy);
  const before = reached.look((handle) => lookAt(handle, world.table));
  // SQLite finds fault with values behind a virtual column.
  assert.match(before.integrity, /^ok$|value in/);
  assert.deepEqual(before, lookAt(copy, world.table));
  const settings = way.by === "handle" ? reached.look(readSettings) : undefined;
  const verdict = judge(way.driver, copy, world, drawn);
  const error = change(reached, drawn.sql);
  if (settings !== undefined) assert.deepEqual(reached.look(readSettings), settings);
  note(error?.code ?? "changed");
  if (error !== undefined) {
    assert.ok(isLegal(error, verdict, orphansBefore), `${error.message}\n${describeVerdict(verdict)}`);
    assert.deepEqual(
      reached.look((handle) => lookAt(handle, world.table)),
      before,
    );
  } else {
    assert.ok(verdict.kind === "made", `should have been refused: ${describeVerdict(verdict)}`);
    if (!drawn.allowsLoss) assert.deepEqual(verdict.losses, []);
    const { database } = verdict;
    reached.look((handle) => {
      const now = lookAt(handle, drawn.wanted);
      assert.deepEqual(now, lookAt(database, drawn.wanted));
      assert.equal(orphansOf(handle), verdict.orphans);
      const text = handle.prepare("SELECT sql FROM sqlite_schema WHERE name = ?").all(world.table.name);
      assert.doesNotMatch(JSON.stringify(text), /lockstep:/);
      assert.deepEqual(live(handle, probes), live(database, probes));
      assert.deepEqual(withoutTexts(lookAt(handle, drawn.wanted)), withoutTexts(lookAt(database, drawn.wanted)));
    });
    database.close();
  }
  copy.close();
  reached.close();
}

describe("any change of any table", () => {
  for (const driver of driverNames) {
    for (const by of ["path", "handle"] as const) {
      it(`is made as plain INSERT statements would make it, or refused, with ${driver} by a ${by}`, () => {
        fc.assert(
          fc.property(fc.gen(), gaps, (generate, between) => {
            const dice = diceOf(generate);
            const world = drawWorld(dice);
            const drawn = drawChange(dice, world, between);
            try {
              check({ world, drawn, between, probes: probe(dice, drawn.wanted) }, { driver, by });
            } catch (error) {
              throw new Error(`${describeWorld(world)}\n\n${drawn.sql}\n${(error as Error).message}`, { cause: error });
            }
          }),
          tries(50),
        );
      });
    }
  }

  after(() => assert.ok((counts.get("changed") ?? 0) > 0, "not one change was carried through"));
});
