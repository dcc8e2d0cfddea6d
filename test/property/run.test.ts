/**
 * Random lives of a database: migrations that fail, are mended, go up and down in any steps, on either driver, in either mode.
 * After each step lockstep's database is compared with one on which the same SQL was run directly.
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { LockstepError, MigrationRunner, type DriverName, type ListedMigration } from "../../src/index.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { look } from "../support/oracle.ts";
import { readState, stateOf, type DatabaseState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";

useFastFiles();

/** SQL up and down. */
interface Change {
  readonly up: string;
  readonly down: string;
}

/** Kinds of changes; `#` is the version of the migration, so that none gets in another's way. */
const CHANGES: readonly Change[] = [
  { up: "CREATE TABLE t# (id INTEGER PRIMARY KEY, name TEXT DEFAULT 'x;y')", down: "DROP TABLE t#" },
  {
    up: "CREATE TABLE s# (k TEXT PRIMARY KEY, v ANY) STRICT, WITHOUT ROWID; INSERT INTO s# VALUES ('a', 1), ('b', x'00')",
    down: "DROP TABLE s#",
  },
  { up: "INSERT INTO base (text) VALUES ('row #')", down: "DELETE FROM base WHERE text = 'row #'" },
  { up: "ALTER TABLE base ADD COLUMN c# INT; UPDATE base SET c# = id", down: "ALTER TABLE base DROP COLUMN c#" },
  { up: "CREATE INDEX i# ON base (text, id DESC) WHERE text IS NOT NULL", down: "DROP INDEX i#" },
  { up: 'CREATE VIEW v# AS SELECT id, text AS "a b" FROM base', down: "DROP VIEW v#" },
  {
    up: "CREATE TABLE log# (a); CREATE TRIGGER r# AFTER INSERT ON base WHEN new.text = 'by #' BEGIN INSERT INTO log# VALUES (new.id); UPDATE log# SET a = a + 1; END; INSERT INTO base (text) VALUES ('by #')",
    down: "DROP TRIGGER r#; DROP TABLE log#; DELETE FROM base WHERE text = 'by #'",
  },
  {
    up: "CREATE TABLE p# (id INTEGER PRIMARY KEY); CREATE TABLE q# (p INT REFERENCES p# ON DELETE CASCADE); INSERT INTO p# VALUES (1), (2); INSERT INTO q# VALUES (1), (2)",
    down: "DROP TABLE q#; DROP TABLE p#",
  },
];

const BASE: Change = { up: "CREATE TABLE base (id INTEGER PRIMARY KEY, text TEXT)", down: "DROP TABLE base" };

/** What is done to the database next. */
type Action =
  /** Goes up, to a version where `share` (of what is pending, 0 to 1) says so; `failing` makes one of the migrations fail. */
  | {
      readonly kind: "up";
      readonly share: number;
      readonly failing: number | undefined;
      readonly transaction: "each" | "all";
    }
  | { readonly kind: "down"; readonly steps: number; readonly failing: boolean; readonly transaction: "each" | "all" };

const transaction = fc.constantFrom("each" as const, "all" as const);

const actions: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant("up" as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    failing: fc.option(fc.nat({ max: 10 }), { nil: undefined, freq: 2 }),
    transaction,
  }),
  fc.record({ kind: fc.constant("down" as const), steps: fc.nat({ max: 4 }), failing: fc.boolean(), transaction }),
);

/** A life: the changes that its migrations make, whether some run without a transaction, and what happens. */
const lives = fc.record({
  changes: fc.array(
    fc.record({ change: fc.constantFrom(...CHANGES), isBare: fc.boolean(), gap: fc.integer({ min: 1, max: 3 }) }),
    {
      minLength: 1,
      maxLength: 7,
    },
  ),
  actions: fc.array(actions, { minLength: 1, maxLength: 8 }),
  drivers: fc.infiniteStream(fc.constantFrom<DriverName>("node:sqlite", "better-sqlite3")),
});

type Life = typeof lives extends fc.Arbitrary<infer T> ? T : never;

function toMigrations({ changes }: Life): readonly (ListedMigration & Change)[] {
  let version = 1;
  const later = changes.map(({ change, isBare, gap }) => {
    version += gap;
    const fill = (sql: string): string => sql.replaceAll("#", String(version));
    return { version, up: fill(change.up), down: fill(change.down), transaction: !isBare };
  });
  return [{ version: 1, ...BASE }, ...later];
}

const BROKEN = "; INSERT INTO missing VALUES (1)";

/** Both databases: lockstep's, and the one on which the same SQL is run without it. */
class Twins {
  readonly #migrations: readonly (ListedMigration & Change)[];
  readonly #database: string = workspace().path("app.db");
  readonly #oracle = new DatabaseSync(":memory:", { enableForeignKeyConstraints: false });
  /** How many migrations are applied. */
  #count = 0;

  constructor(migrations: readonly (ListedMigration & Change)[]) {
    this.#migrations = migrations;
  }

  async act(action: Action, driver: DriverName): Promise<void> {
    const options = { database: this.#database, driver, transaction: action.transaction, lockTimeoutMs: 0 };
    if (action.kind === "up") await this.#up(action, options);
    else await this.#down(action, options);
    this.#compare();
  }

  async #up({ share, failing }: Extract<Action, { kind: "up" }>, options: Options): Promise<void> {
    const pending = this.#migrations.slice(this.#count);
    const wanted = pending.slice(0, Math.round(share * pending.length));
    const target = wanted.at(-1);
    if (target === undefined) return;
    const broken = failing === undefined ? undefined : wanted[failing];
    const migrations = this.#migrations.map((one) => ({
      ...one,
      // A migration that is broken from its first statement on leaves nothing behind, with or without a transaction.
      up: one === broken ? `${BROKEN.slice(2)}; ${one.up}` : one.up,
    }));
    const isMixed = options.transaction === "all" && wanted.some((one) => one.transaction === false);
    const run = new MigrationRunner({ ...options, migrations }).runMigrations({ to: target.version });
    if (broken !== undefined || isMixed) await assert.rejects(run, LockstepError);
    else assert.equal((await run).toVersion, target.version);
    const done =
      isMixed || (broken !== undefined && options.transaction === "all")
        ? []
        : wanted.slice(0, broken === undefined ? undefined : wanted.indexOf(broken));
    for (const { up } of done) this.#oracle.exec(up);
    this.#count += done.length;
    // What a broken migration without a transaction has begun is finished, so that the next action finds no half of it.
    if (broken?.transaction === false && !isMixed)
      await this.#up(
        { kind: "up", share: 1 / (pending.length - done.length), failing: undefined, transaction: "each" },
        { ...options, transaction: "each" },
      );
  }

  async #down({ steps, failing }: Extract<Action, { kind: "down" }>, options: Options): Promise<void> {
    const applied = this.#migrations.slice(0, this.#count).toReversed();
    const wanted = applied.slice(0, steps);
    const last = wanted.at(-1);
    if (last === undefined) return;
    const isBare = wanted.some((one) => one.transaction === false);
    const migrations = this.#migrations.map((one) => ({
      ...one,
      down: failing && one === last && !isBare ? one.down + BROKEN : one.down,
    }));
    const runner = new MigrationRunner({ ...options, migrations });
    const run = runner.rollback({ steps, allowLoss: true });
    const isRefused = isBare && options.transaction === "all";
    if (isRefused || (failing && !isBare)) await assert.rejects(run, LockstepError);
    else assert.equal((await run).reverted.length, wanted.length);
    const kept = failing && !isBare ? (options.transaction === "all" ? wanted.length : 1) : 0;
    const done = isRefused ? [] : wanted.slice(0, wanted.length - kept);
    for (const { down } of done) this.#oracle.exec(down);
    this.#count -= done.length;
  }

  #compare(): void {
    const applied = this.#migrations.slice(0, this.#count);
    const expected = stateOf(this.#oracle);
    if (look(this.#database, "SELECT 1 FROM sqlite_schema LIMIT 1").length === 0) {
      assert.deepEqual([expected.schema, applied], [[], []]);
      return;
    }
    const state = readState(this.#database);
    assert.deepEqual({ schema: state.schema, rows: state.rows }, expected);
    assert.deepEqual(
      versionsOf(state),
      applied.map(({ version }) => version),
    );
    assert.deepEqual(state.metadata, { schema_version: String(applied.at(-1)?.version ?? 0) });
  }
}

interface Options {
  readonly database: string;
  readonly driver: DriverName;
  readonly transaction: "each" | "all";
  readonly lockTimeoutMs: number;
}

function versionsOf({ history = [] }: DatabaseState): readonly number[] {
  return history.map(({ version }) => version);
}

describe("a database in the hands of lockstep", () => {
  it("is after each run what the same SQL makes of another database, and its history says so", async () => {
    await fc.assert(
      fc.asyncProperty(lives, async (life) => {
        const twins = new Twins(toMigrations(life));
        for (const action of life.actions) {
          const { value: driver } = life.drivers.next();
          await twins.act(action, driver);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("comes back to the same schema and rows by going down and up again", async () => {
    await fc.assert(
      fc.asyncProperty(lives, fc.nat({ max: 6 }), async (life, place) => {
        const database = workspace().path("app.db");
        const migrations = toMigrations(life);
        const runner = new MigrationRunner({ database, migrations });
        const from = migrations[Math.min(place, migrations.length - 1)]?.version ?? 1;
        await runner.runMigrations({ to: from });
        const before = readState(database);
        await runner.runMigrations();
        const after = readState(database);
        await runner.rollback({ to: from, allowLoss: true });
        assert.deepEqual(readState(database), before);
        await runner.runMigrations();
        assert.deepEqual(readState(database), after);
      }),
      { numRuns: 30 },
    );
  });
});
