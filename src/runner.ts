/** MigrationRunner: the steps of a migration's life, one method each. It composes the parts below and decides nothing. */
import type { Access } from "./driver/driver.ts";
import { runAsync, type Task } from "./core/task.ts";
import type { PlanView } from "./core/plan/view.ts";
import type { MigrationRef } from "./core/migration/migration.ts";
import { asynchronous } from "./mode.ts";
import { readHistory } from "./look.ts";
import type { CheckOptions, DiffOptions, LintOptions, MigrateOptions, RollbackTarget, Target } from "./options.ts";
import type {
  BaselineReport,
  CheckReport,
  DiffReport,
  DumpReport,
  LintReport,
  Loss,
  MigrateReport,
  RollbackReport,
  SquashReport,
  StatusReport,
  TypesReport,
} from "./report.ts";
import { withSession, type Session } from "./session.ts";
import { operations, up } from "./start.ts";

/**
 * Runs the migrations of one directory, or array, on one database. Each call opens the database where it was given as a path, and
 * closes it again. Every method throws a LockstepError.
 */
export class MigrationRunner {
  readonly #options: MigrateOptions;

  constructor(options: MigrateOptions) {
    this.#options = options;
  }

  /** The version that the database is at: the number of its newest applied migration, 0 where there is none. */
  getCurrentVersion(): Promise<number> {
    return this.#run("read", function* (session) {
      const { version } = yield* readHistory(session);
      return version;
    });
  }

  /** The known migrations, by version. Names only: nothing is read or imported. */
  loadMigrations(): Promise<readonly MigrationRef[]> {
    return this.#run("read", function* (session) {
      const { listKnown } = yield* operations(session);
      return listKnown(session);
    });
  }

  /** Where every migration stands. Writes nothing, and does not create a database that is not there. */
  status(): Promise<StatusReport> {
    return this.#run("read", function* (session) {
      const { readStatus } = yield* operations(session);
      return yield* readStatus(session);
    });
  }

  /** What `runMigrations` (or, with `direction: "down"`, `rollback`) would do. Writes nothing. */
  plan(target: RollbackTarget & { readonly direction?: "up" | "down" } = {}): Promise<PlanView> {
    return this.#run("read", function* (session) {
      const { readPlan } = yield* operations(session);
      return yield* readPlan(session, target);
    });
  }

  /** Applies what is pending, each migration in its own transaction together with its row in the history. */
  runMigrations(target: Target = {}): Promise<MigrateReport> {
    return this.#run("write", (session) => up(session, target.to));
  }

  /**
   * Undoes the last applied migration, or as many as `steps` or `to` say. It first runs the way back and rolls it back, to
   * measure what would be lost; rows or values that would be, refuse it with `would_lose_data` unless `allowLoss` is true.
   *
   * It does not ask: a migration whose file is gone is undone with the SQL that the history kept of it. A program that wants to show
   * that SQL to somebody first finds it in `plan({ direction: "down" })`, in the steps whose `origin` is `"history"`.
   */
  rollback(target: RollbackTarget & { readonly allowLoss?: boolean } = {}): Promise<RollbackReport> {
    return this.#run("write", function* (session) {
      const { revertApplied } = yield* operations(session);
      return yield* revertApplied(session, target);
    });
  }

  /** What `rollback` would destroy. The database is as before. */
  measureLoss(target: RollbackTarget = {}): Promise<readonly Loss[]> {
    return this.#run("write", function* (session) {
      const { measureLoss } = yield* operations(session);
      return yield* measureLoss(session, target);
    });
  }

  /** Marks every migration up to `version` as applied and runs none: for a database that has their changes already. */
  baseline(version: number): Promise<BaselineReport> {
    return this.#run("write", function* (session) {
      const { markApplied } = yield* operations(session);
      return yield* markApplied(session, version);
    });
  }

  /**
   * The schema as a script that makes a database like this one, at this version: for review, and for new databases. Equal schemas
   * give equal scripts. Writes nothing, and needs no migrations. `schema_unreadable` names an object that lockstep cannot read.
   */
  dump(): Promise<DumpReport> {
    return this.#run("read", function* (session) {
      const { readDump } = yield* operations(session);
      return yield* readDump(session);
    });
  }

  /**
   * The types of the rows of every table and view, as the text of a TypeScript file. Equal schemas give equal texts. Writes nothing,
   * and needs no migrations. `schema_unreadable` names an object that lockstep cannot read.
   */
  types(): Promise<TypesReport> {
    return this.#run("read", function* (session) {
      const { tools } = yield* operations(session);
      const { readTypes } = yield* tools(session);
      return yield* readTypes(session);
    });
  }

  /**
   * What is dangerous in the migrations that are not applied yet, measured with the rows of the database; with `all`, in all of them, as
   * far as their texts tell. Writes nothing and imports no code: what a migration in code does is not known.
   */
  lint(options: LintOptions & { readonly all?: boolean } = {}): Promise<LintReport> {
    return this.#run("read", function* (session) {
      const { tools } = yield* operations(session);
      const { readLint } = yield* tools(session);
      return yield* readLint(session, options);
    });
  }

  /**
   * Drafts the migration that makes the schema of today the wanted one: up and down, both tried on a copy in memory. Today's is what all
   * migrations make of a new database, or `from`. The database is only asked how many rows would be lost, and need not be there.
   * `rename_ambiguous` where something may have been renamed and nobody says so. Writes nothing.
   */
  diff(options: DiffOptions): Promise<DiffReport> {
    return this.#run("read", function* (session) {
      const { tools } = yield* operations(session);
      const { readDiff } = yield* tools(session);
      return yield* readDiff(session, options);
    });
  }

  /**
   * Checks the migrations by running them on a database in memory, each of them up, down and up again on sample rows, and the database
   * against them. Collects all that it finds. Writes nothing into the database, and does not create it.
   */
  check(options: CheckOptions = {}): Promise<CheckReport> {
    return this.#run("read", function* (session) {
      const { tools } = yield* operations(session);
      const { readCheck } = yield* tools(session);
      return yield* readCheck(session, options);
    });
  }

  /**
   * One script that does on an empty database what all migrations up to `version` do there, in the form that lockstep finds beside them:
   * new databases then take it, and the others carry on with their files. It is proven by running both, and compared with every row.
   * Writes nothing, and does not open the database. `squash_refused` names what depends on the time, or cannot be written as SQL.
   */
  squash(version: number): Promise<SquashReport> {
    return this.#run("read", function* (session) {
      const { tools } = yield* operations(session);
      const { squashMigrations } = yield* tools(session);
      return yield* squashMigrations(session, version);
    });
  }

  #run<T>(access: Access, body: (session: Session) => Task<T>): Promise<T> {
    return runAsync(withSession(this.#options, { mode: asynchronous, access }, body));
  }
}
