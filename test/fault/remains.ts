/** Checks what a killed process has left: a state of an undisturbed run, no lock, a true status, and a next run that comes to its end. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Direction } from "../../src/core/migration/migration.ts";
import type { MigrationRef } from "../../src/index.ts";
import { lookUp } from "../support/oracle.ts";
import { rejection } from "../support/rejection.ts";
import { readState, versionOf, type DatabaseState } from "../support/state.ts";
import { runScenario, scenarioOf, statusOf } from "./run-scenario.ts";
import type { Bare } from "./scenarios.ts";
import { digest, type Survey } from "./survey.ts";

/** How far a step without a transaction has come, as the metadata table has it. */
interface Progress {
  readonly version: number;
  readonly direction: Direction;
  readonly done: number;
  readonly total: number | null;
}

/** What is to be looked at beside the state itself. */
export interface Closer {
  /** The state that has to be there, by its place among those of the survey. Missing: any of them. */
  readonly state?: number;
  /** Lets another program be the first to open what is left. */
  readonly asksOracle?: boolean;
  /** Tries what an edited migration does to a run that is half-way. */
  readonly triesEdits?: boolean;
}

/** Checks a file after a kill. Gives the place of its state among those of the survey. */
export async function checkRemains(path: string, survey: Survey, closer: Closer = {}): Promise<number> {
  const seen = closer.asksOracle === true ? askOracle(path) : undefined;
  const state = readState(path);
  const place = survey.states.indexOf(digest(state));
  assert.notEqual(place, -1, `a state between: ${inShort(state)}`);
  if (closer.state !== undefined) assert.equal(place, closer.state, `not the state of that moment: ${inShort(state)}`);
  if (seen !== undefined) assert.equal(seen, versionOf(state));
  checkUnlocked(path);
  await checkStatus(path, survey, state);
  const { bare } = scenarioOf(survey.scenario);
  if (bare !== undefined) {
    checkEffects(bare, state);
    if (closer.triesEdits === true) await tryEdits(bare, { path, survey, state });
  }
  await checkNextRun(path, survey, state);
  return place;
}

/** The version, as a program sees it that shares no code with lockstep; what is left must be whole for it too. */
function askOracle(path: string): number {
  assert.deepEqual(lookUp(path, "PRAGMA integrity_check"), ["ok"]);
  if (lookUp(path, "SELECT count(*) FROM sqlite_schema WHERE name = 'metadata'")[0] === 0) return 0;
  return Number(lookUp(path, "SELECT value FROM metadata WHERE key = 'schema_version'")[0] ?? 0);
}

/** Nobody holds the database, or the lock that stands beside it: a lock has gone with its process. */
function checkUnlocked(path: string): void {
  for (const file of [path, `${path}-lockstep`].filter((name) => existsSync(name))) {
    const database = new DatabaseSync(file, { timeout: 0 });
    database.exec("BEGIN EXCLUSIVE; ROLLBACK");
    database.close();
  }
}

async function checkStatus(path: string, { scenario, manner }: Survey, state: DatabaseState): Promise<void> {
  const { currentVersion, upToDate, migrations } = await statusOf(scenarioOf(scenario), path, manner.driver);
  const version = versionOf(state);
  const progress = progressOf(state);
  assert.equal(currentVersion, version);
  const recorded = appliedIn(state);
  for (const one of migrations) {
    const isHalf = one.version === progress?.version;
    // Versions up to that of a hand-written runner have no rows yet.
    const isApplied = recorded.has(one.version) || (recorded.size === 0 && one.version <= version);
    assert.equal(one.state, isHalf ? "partial" : isApplied ? "applied" : "pending", `version ${one.version}`);
    const told = isHalf ? { direction: progress.direction, done: progress.done, total: progress.total } : undefined;
    assert.deepEqual(one.progress, told);
  }
  assert.equal(
    upToDate,
    migrations.every((one) => one.state === "applied"),
  );
}

/** What the progress says is what has been done: no statement more and none less. */
function checkEffects({ effects, version, direction }: Bare, state: DatabaseState): void {
  const progress = progressOf(state);
  const isDone = appliedIn(state).has(version) === (direction === "up") && progress === undefined;
  const done = isDone ? effects.length : (progress?.done ?? 0);
  if (progress !== undefined) {
    assert.deepEqual([progress.version, progress.direction, progress.total], [version, direction, effects.length]);
  }
  for (const [index, isSeen] of effects.entries()) {
    if (isSeen !== undefined) assert.equal(isSeen(state), index < done, `the effect of statement ${index + 1}`);
  }
}

interface Half {
  readonly path: string;
  readonly survey: Survey;
  readonly state: DatabaseState;
}

/** Half-way, an edited statement that has run is refused, and one that has not is fine. On copies. */
async function tryEdits(bare: Bare, { path, survey, state }: Half): Promise<void> {
  const progress = progressOf(state);
  if (progress === undefined) return;
  const scenario = scenarioOf(survey.scenario);
  const copy = `${path}-edited`;
  const bytes = readFileSync(path);
  for (let index = 0; index < bare.effects.length; index += 1) {
    writeFileSync(copy, bytes);
    const run = runScenario(scenario, copy, survey.manner, { ...bare.edited(index), lockTimeoutMs: 0 });
    if (index < progress.done) {
      await rejection(run, "partial_mismatch");
      assert.deepEqual(readState(copy), state);
      continue;
    }
    await run;
    const after = readState(copy);
    for (const [other, isSeen] of bare.effects.entries()) {
      if (isSeen !== undefined) assert.equal(isSeen(after), other !== index, `statement ${other + 1}, one is edited`);
    }
  }
}

/** The same run once more, without any repair: it does what is left, each step once, and ends where an undisturbed one does. */
async function checkNextRun(path: string, survey: Survey, state: DatabaseState): Promise<void> {
  const scenario = scenarioOf(survey.scenario);
  const report = await runScenario(scenario, path, survey.manner, { ...scenario.options, lockTimeoutMs: 0 });
  const end = readState(path);
  assert.equal(digest(end), survey.states.at(-1), `the next run ends elsewhere: ${inShort(end)}`);
  const database = new DatabaseSync(path);
  assert.deepEqual({ ...database.prepare("PRAGMA journal_mode").get() }, { journal_mode: survey.endsIn });
  database.close();
  const [before, after] = [appliedIn(state), new Set(survey.versions)];
  const takenOver = before.size === 0 ? versionOf(state) : 0;
  const left = [...before, ...after].filter(
    (version) => before.has(version) !== after.has(version) && version > takenOver,
  );
  assert.deepEqual(
    versionsOf(report).toSorted((a, b) => a - b),
    left.toSorted((a, b) => a - b),
  );
}

function versionsOf(report: unknown): readonly number[] {
  const lists = report as Readonly<Record<"applied" | "reverted" | "marked", readonly MigrationRef[] | undefined>>;
  return (lists.applied ?? lists.reverted ?? lists.marked ?? []).map(({ version }) => version);
}

function appliedIn({ history = [] }: DatabaseState): Set<number> {
  return new Set(history.map(({ version }) => version));
}

function progressOf({ metadata }: DatabaseState): Progress | undefined {
  const text = metadata?.["lockstep_progress"];
  return text === undefined ? undefined : (JSON.parse(String(text)) as Progress);
}

/** A state for a message: rows can be long. */
function inShort(state: DatabaseState): string {
  return JSON.stringify(state, (_key, value: unknown) => (typeof value === "string" ? value.slice(0, 100) : value));
}
