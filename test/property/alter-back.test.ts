/** The way back that lockstep computes for a change: it leads to the table as it was, and from there the change to the same end again. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { LockstepError, MigrationRunner } from "../../src/index.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { driverNames, openHandle } from "../support/handle.ts";
import { drawChange, type DrawnChange } from "./altered-change.ts";
import { diceOf } from "./altered-dice.ts";
import { lookAt, type Look } from "./altered-look.ts";
import type { TableSpec } from "./altered-table.ts";
import { describeWorld, drawWorld, makeWorld, type World } from "./altered-world.ts";
import { tries } from "./tries.ts";

useFastFiles();

/** What may stand against a way back: there is none, or what was wanted of the table then would be a new orphan now. */
const ALLOWED: readonly string[] = ["irreversible", "foreign_key_violation"];

/** SQLite writes a new name in quotes where it stands in other objects, and gives the old one back so. */
function withoutTexts({ texts, ...rest }: Look): unknown {
  void texts;
  return rest;
}

/** Where the row ids of a table come from. */
function idsOf({ key, withoutRowid }: TableSpec): string {
  if (withoutRowid) return "none";
  return key.kind === "rowid" ? JSON.stringify(key) : "its own";
}

/** The error that a step ends in; undefined where it is done. */
async function errorOf(step: Promise<unknown>): Promise<LockstepError | undefined> {
  try {
    await step;
    return undefined;
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
}

async function check(world: World, drawn: DrawnChange, driver: (typeof driverNames)[number]): Promise<void> {
  const handle = openHandle(driver, ":memory:");
  if (!makeWorld(handle, world, [" "])) return;
  handle.exec("PRAGMA foreign_keys = ON");
  const before = lookAt(handle, world.table);
  // Row ids go with the table that had them, and the last one with AUTOINCREMENT.
  if (idsOf(world.table) !== idsOf(drawn.wanted)) return;
  // The one integer that SQLite does not make of a REAL again, which is the same number.
  if (JSON.stringify(before.rows).includes("-9223372036854775808")) return;
  const runner = new MigrationRunner({ database: handle, migrations: [{ version: 1, up: drawn.sql }] });
  if ((await errorOf(runner.runMigrations())) !== undefined) return;
  const after = lookAt(handle, drawn.wanted);
  const error = await errorOf(runner.rollback({ allowLoss: true }));
  if (error !== undefined) {
    // A rename that SQLite 3.54 knows in one direction only.
    const isKnown = ALLOWED.includes(error.code) || /cannot rename (?:from|to) rowid alias/.test(error.message);
    return assert.ok(isKnown, error.message);
  }
  assert.deepEqual(withoutTexts(lookAt(handle, world.table)), withoutTexts(before));
  await runner.runMigrations();
  assert.deepEqual(withoutTexts(lookAt(handle, drawn.wanted)), withoutTexts(after));
  handle.close();
}

describe("the computed way back of any change", () => {
  for (const driver of driverNames) {
    it(`leads back, or there is none, with ${driver}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.gen(), async (generate) => {
          const dice = diceOf(generate);
          const world = drawWorld(dice);
          const drawn = drawChange(dice, world, [" "]);
          try {
            await check(world, drawn, driver);
          } catch (error) {
            throw new Error(`${describeWorld(world)}\n\n${drawn.sql}\n${(error as Error).message}`, { cause: error });
          }
        }),
        tries(25),
      );
    });
  }
});
