/**
 * Random lives of a database: migrations in SQL and in code, merged late, edited, removed, failing anywhere, with and without
 * transactions, up and down by any steps, by either library, by a path or a handle. After each call everything that lockstep says and
 * does is compared with a model, and with a database on which the same SQL was run by hand.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { LockstepError, MigrationRunner, type DriverName, type MigrateOptions } from "../../src/index.ts";
import { runLockstep } from "../cli/run-lockstep.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { openHandle, pragma } from "../support/handle.ts";
import { readState, stateOf } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";
import { CHANGES } from "./life-change.ts";
import { Model, type DownRequest, type Ending, type UpRequest } from "./life-model.ts";
import { makeWorld, textOf, toArray, toDirectory, type Drawn, type Sabotage } from "./life-world.ts";
import { tries } from "./tries.ts";

useFastFiles();

/** What is done next. A share is a place among what there is to choose from, from 0 to 1. */
type Action =
  | (Omit<UpRequest, "to" | "sabotage"> & {
      readonly kind: "up";
      readonly to: Share;
      readonly sabotage: Draught;
      readonly way: Way;
    })
  | (Pick<DownRequest, "transaction" | "allowLoss"> & {
      readonly kind: "down";
      readonly to: Share;
      readonly steps: number;
      readonly sabotage: Draught;
      readonly way: Way;
    })
  | { readonly kind: "baseline"; readonly to: number; readonly way: Way }
  | { readonly kind: "merge" | "remove" | "edit" | "restyle"; readonly which: number };

type Share = number | undefined;
type Draught = { readonly which: number; readonly at: number } | undefined;

/** How lockstep reaches the database and the migrations. */
interface Way {
  readonly driver: DriverName;
  readonly opening: "path" | "handle with foreign keys" | "handle without";
  readonly source: "array" | "directory";
}

// Left to itself fast-check prefers the ends.
const share = fc.noBias(fc.nat({ max: 999 })).map((number) => number / 1000);
const policy = fc.constantFrom("refuse" as const, "allow" as const);
const transaction = fc.constantFrom("each" as const, "each" as const, "each" as const, "all" as const);
const sabotage: fc.Arbitrary<Draught> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.record({ which: share, at: share }) },
);
const target: fc.Arbitrary<Share> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: share },
);
const way: fc.Arbitrary<Way> = fc.record({
  driver: fc.constantFrom<DriverName>("node:sqlite", "better-sqlite3"),
  opening: fc.constantFrom("path", "path", "handle with foreign keys", "handle without"),
  source: fc.constantFrom("array", "directory"),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("up"),
      to: target,
      sabotage,
      transaction,
      outOfOrder: policy,
      changed: policy,
      newerDatabase: policy,
      way,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("down"),
      to: target,
      steps: fc.integer({ min: 1, max: 4 }),
      sabotage,
      transaction,
      allowLoss: fc.constantFrom(true, true, false),
      way,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("baseline"), to: share, way }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("merge", "merge", "merge", "remove", "edit", "restyle"),
      which: share,
    }),
  },
);

const drawn: fc.Arbitrary<Drawn> = fc.record({
  change: fc.constantFrom(...CHANGES),
  form: fc.constantFrom("sql", "sql", "code", "code that takes its time"),
  wantsBare: fc.constantFrom(false, false, true),
  hasDown: fc.constantFrom(...Array.from({ length: 12 }, (_, index) => index > 0)),
  gap: fc.integer({ min: 1, max: 3 }),
  isLate: fc.constantFrom(false, false, true),
});

const lives = fc.record({
  drawn: fc.array(drawn, { minLength: 1, maxLength: 8, size: "max" }),
  actions: fc.array(action, { minLength: 6, maxLength: 18, size: "max" }),
});

function choose<T>(all: readonly T[], place: number): T | undefined {
  return all[Math.min(Math.floor(place * all.length), all.length - 1)];
}

/** One life: the model, and the database in the hands of lockstep. */
class Life {
  readonly model: Model;
  readonly database: string = workspace().path("app.db");

  constructor(all: readonly Drawn[]) {
    this.model = new Model(makeWorld(all));
  }

  async act(next: Action): Promise<void> {
    switch (next.kind) {
      case "up": {
        const { kind: _kind, way: by, to: place, sabotage: draught, ...policies } = next;
        const pending = this.model
          .status()
          .filter(({ state }) => ["pending", "out_of_order", "partial"].includes(state));
        const to = place === undefined ? undefined : choose(this.#targets(place), place);
        const broken = this.#sabotage(draught, pending, "up");
        const ending = this.model.up({ ...policies, to, sabotage: broken });
        const run = (runner: MigrationRunner): Promise<readonly number[]> =>
          runner
            .runMigrations(to === undefined ? {} : { to })
            .then(({ applied }) => applied.map(({ version }) => version));
        await this.#expect(ending, by, { ...policies, broken }, run);
        return;
      }
      case "down": {
        const { way: by, to: place, steps, sabotage: draught, allowLoss, transaction: mode } = next;
        const applied = this.model.versions.toReversed().map((version) => ({ version }));
        const to = place === undefined ? undefined : choose([0, ...this.model.versions], place);
        const broken = this.#sabotage(draught, applied, "down");
        const ending = this.model.down({ to, steps, sabotage: broken, allowLoss, transaction: mode });
        const run = (runner: MigrationRunner): Promise<readonly number[]> =>
          runner
            .rollback({ ...(to === undefined ? { steps } : { to }), allowLoss })
            .then(({ reverted }) => reverted.map(({ version }) => version));
        await this.#expect(ending, by, { transaction: mode, broken }, run);
        return;
      }
      case "baseline": {
        const to = choose(this.#targets(next.to), next.to);
        if (to === undefined) return;
        const ending = this.model.baseline(to);
        await this.#expect(ending, next.way, {}, (runner) =>
          runner.baseline(to).then(({ marked }) => marked.map(({ version }) => version)),
        );
        return;
      }
      default:
        this.#author(next);
    }
  }

  /** Versions to go to or to mark: mostly ahead, and sometimes behind. */
  #targets(place: number): readonly number[] {
    const { model } = this;
    const versions = model.status().map(({ version }) => version);
    return versions.filter((version) => version >= model.current || place < 0.1);
  }

  /** What authors do to the files while lockstep does not run. */
  #author({ kind, which }: Extract<Action, { which: number }>): void {
    const { world } = this.model;
    const candidates = world.filter(({ isPresent }) => (kind === "merge" ? !isPresent : isPresent));
    const definition = choose(candidates, which);
    if (definition === undefined) return;
    if (kind === "merge") definition.isPresent = true;
    else if (kind === "remove") definition.isPresent = false;
    else if (kind === "edit") definition.edition = (definition.edition + 1) % 3;
    else definition.style += 1;
  }

  #sabotage(draught: Draught, wanted: readonly { version: number }[], direction: "up" | "down"): Sabotage | undefined {
    if (draught === undefined) return undefined;
    const version = choose(wanted, draught.which * draught.which)?.version;
    const definition = this.model.world.find((candidate) => candidate.version === version);
    const statements = definition === undefined ? undefined : textOf(definition, direction);
    if (version === undefined || statements === undefined) return undefined;
    return { version, direction, at: Math.round(draught.at * statements.length) };
  }

  /** Calls lockstep and expects what the model has said. */
  async #expect(
    { done, codes }: Ending,
    by: Way,
    { broken, ...options }: Partial<MigrateOptions> & { readonly broken?: Sabotage | undefined },
    run: (runner: MigrationRunner) => Promise<readonly number[]>,
  ): Promise<void> {
    const { current } = this.model;
    await this.#withRunner(by, { ...options, broken }, async (runner) => {
      try {
        assert.deepEqual(await run(runner), done);
        assert.deepEqual(codes, []);
      } catch (error) {
        if (!(error instanceof LockstepError)) throw error;
        assert.ok(
          codes.includes(error.code),
          `${error.code} instead of ${codes.join(" or ") || "nothing"}: ${error.message}`,
        );
        assert.equal(error.details.databaseVersion, current, error.message);
        assert.deepEqual(
          (error.details.completed ?? []).map(({ version }) => version),
          done,
          error.message,
        );
      }
      assert.equal(await runner.getCurrentVersion(), current);
    });
    this.check();
    await this.checkStatus(by);
  }

  async #withRunner(
    { driver, opening, source }: Way,
    { broken, ...options }: Partial<MigrateOptions> & { readonly broken?: Sabotage | undefined },
    use: (runner: MigrationRunner) => Promise<void>,
  ): Promise<void> {
    const { world } = this.model;
    const migrations = source === "array" ? toArray(world, broken) : toDirectory(world, broken);
    if (opening === "path") {
      await use(new MigrationRunner({ ...options, database: this.database, driver, migrations }));
      return;
    }
    const handle = openHandle(driver, this.database);
    try {
      const setting = opening === "handle without" ? 0 : 1;
      handle.exec(`PRAGMA foreign_keys = ${setting}`);
      await use(new MigrationRunner({ ...options, database: handle, migrations }));
      assert.equal(pragma(handle, "foreign_keys"), setting);
    } finally {
      handle.close();
    }
  }

  /** What is in the database is what the model says, and what the same SQL by hand makes of another one. */
  check(): void {
    const { model, database } = this;
    const oracle = model.replay();
    const expected = stateOf(oracle);
    assert.deepEqual(oracle.prepare("PRAGMA foreign_key_check").all(), []);
    oracle.close();
    if (!existsSync(database)) {
      assert.deepEqual([expected.schema, model.versions], [[], []]);
      return;
    }
    const { schema, rows, metadata, history = [] } = readState(database);
    assert.deepEqual({ schema, rows }, expected);
    assert.deepEqual(
      history.map(({ version, checksum, reverseSql }) => [version, checksum !== null, reverseSql]),
      model.versions.map((version) => {
        const { recorded, reverse } = model.history.get(version) ?? {};
        return [version, recorded !== undefined, reverse?.map((sql) => `${sql};`).join("\n") ?? null];
      }),
    );
    const { schema_version: version = "0", lockstep_progress: progress = null } = metadata ?? {};
    assert.equal(version, String(model.current));
    assert.equal(progress !== null, model.half !== undefined);
  }

  /** The status says what the model says. */
  async checkStatus(by: Way): Promise<void> {
    await this.#withRunner(by, {}, async (runner) => {
      const { currentVersion, upToDate, migrations } = await runner.status();
      const expected = this.model.status();
      assert.equal(currentVersion, this.model.current);
      assert.equal(
        upToDate,
        expected.every(({ state }) => state === "applied"),
      );
      assert.deepEqual(
        migrations.map(({ version, state, progress }) => ({
          version,
          state,
          ...(progress === undefined ? {} : { progress }),
        })),
        expected,
      );
    });
  }

  /** So does the command line, in a process of its own. */
  async checkCommandLine(): Promise<void> {
    const args = ["status", "--json", "--database", this.database, "--migrations", toDirectory(this.model.world)];
    const { stdout, exitCode } = await runLockstep(args, { cwd: workspace().root });
    assert.equal(exitCode, 0, stdout);
    const { currentVersion, migrations } = JSON.parse(stdout) as {
      readonly currentVersion: number;
      readonly migrations: readonly { readonly version: number; readonly state: string; readonly progress?: unknown }[];
    };
    assert.equal(currentVersion, this.model.current);
    assert.deepEqual(
      migrations.map(({ version, state, progress }) => ({
        version,
        state,
        ...(progress === undefined ? {} : { progress }),
      })),
      this.model.status(),
    );
  }
}

/** How many lives of a run end with a look by the command line, which costs a process each. */
const COMMAND_LINES = 5;

describe("a database in the hands of lockstep", () => {
  it("is after each call what the model says, and what the same SQL by hand makes of another database", async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(lives, async ({ drawn: all, actions }) => {
        const life = new Life(all);
        for (const next of actions) await life.act(next);
        count += 1;
        if (count <= COMMAND_LINES) await life.checkCommandLine();
      }),
      tries(50),
    );
  });

  it("comes back to the same schema and rows by going down and up again", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawn, { minLength: 1, maxLength: 7 }), share, way, async (all, place, { driver }) => {
        const database = workspace().path("app.db");
        const world = makeWorld(all.map((one) => ({ ...one, hasDown: true, isLate: false })));
        const runner = new MigrationRunner({ database, driver, migrations: toArray(world) });
        const from = choose(world, place)?.version ?? 1;
        await runner.runMigrations({ to: from });
        const before = readState(database);
        await runner.runMigrations();
        const after = readState(database);
        await runner.rollback({ to: from, allowLoss: true });
        assert.deepEqual(readState(database), before);
        await runner.runMigrations();
        assert.deepEqual(readState(database), after);
        await runner.rollback({ to: 0, allowLoss: true });
        assert.deepEqual(readState(database).schema, []);
      }),
      tries(30),
    );
  });
});
