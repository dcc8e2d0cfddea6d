/** Orphans: rows whose foreign key points at nothing. A migration may not make new ones; those from before do not block it. */
import { foldIdentifier } from "../core/sql/quote.ts";
import { changedObjects, orphanReach, type Reach } from "../core/sql/reach.ts";
import type { Statement } from "../core/sql/script.ts";
import { runSync, wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";
import { LockstepError, placeOfMigration } from "../error.ts";
import type { Observe } from "./code/code-run.ts";
import { findOrphans, foreignKeyName, foreignKeysOf, type OrphanGroup } from "./orphan-group.ts";
import type { SchemaMirror } from "./schema-mirror.ts";
import type { MigrationRef } from "../core/migration/migration.ts";

/**
 * Where to look: the mirror of the schema, and the statements that will run. Of code, `observed` are known when it runs them, and
 * `any` are not known at all.
 */
export interface OrphanWatch {
  readonly connection: Connection;
  readonly mirror: SchemaMirror;
  readonly statements: readonly Statement[] | "observed" | "any";
}

/** Runs `body`, and fails if it leaves orphans that were not there before. Looks only where the statements reach. */
export function* refuseOrphans(
  { connection, mirror, statements }: OrphanWatch,
  migration: MigrationRef,
  body: (observe: Observe | undefined) => Task<void>,
): Task<void> {
  const search = new OrphanSearch(connection, mirror);
  yield* mirror.update();
  if (statements !== "observed") yield* search.lookBefore(statements);
  yield* body(statements === "observed" ? (seen) => runSync(search.lookBefore(seen), unexpectedPromise) : undefined);
  const orphans = yield* search.findNew();
  if (orphans.length > 0) throw orphanError(migration, orphans);
}

/** The orphans of the tables that a migration reaches, as they were before it touched them and as they are after it. */
class OrphanSearch {
  readonly #connection: Connection;
  readonly #mirror: SchemaMirror;
  readonly #before = new Map<string, OrphanGroup>();
  /** The foreign keys that were there before, by name. Of the tables in `#unread` they are not known: nothing had asked for them. */
  readonly #keysBefore = new Set<string>();
  readonly #unread = new Set<string>();
  /** Where the statements so far reach. A table in it that has no foreign keys yet can get some, and then had no orphans before. */
  #reached: Reach = new Set();
  /** What has run, or is about to. */
  #statements: readonly Statement[] | "any" = [];

  constructor(connection: Connection, mirror: SchemaMirror) {
    this.#connection = connection;
    this.#mirror = mirror;
  }

  /** Looks where further statements reach, before they run. Those that have run can have changed the schema. */
  *lookBefore(more: readonly Statement[] | "any"): Task<void> {
    if (this.#reached === "any") {
      // Everything was looked at; what runs from here on is not followed.
      this.#statements = "any";
      return;
    }
    yield* this.#mirror.update(this.#changed);
    if (more === "any" || this.#statements === "any") this.#statements = "any";
    else this.#statements = [...this.#statements, ...more];
    const known = this.#reached;
    const reach = yield* this.#reach();
    this.#reached = reach === "any" ? reach : new Set([...known, ...reach]);
    const tables = this.#mirror.referring(reach).filter((name) => !known.has(name));
    for (const table of tables) {
      for (const group of yield* findOrphans(this.#connection, table)) this.#before.set(keyOf(group), group);
    }
    for (const table of tables) {
      // Only an orphan from before can have been renamed.
      if (this.#before.size === 0) this.#unread.add(table);
      else for (const name of yield* this.#keysOf(table)) this.#keysBefore.add(name);
    }
  }

  /** The orphans that there are now and were not before. */
  *findNew(): Task<readonly OrphanGroup[]> {
    yield* this.#mirror.update(this.#changed);
    const tables = this.#mirror.referring(this.#reached).toSorted();
    const now = new Map<string, OrphanGroup>();
    for (const table of tables) {
      for (const group of yield* findOrphans(this.#connection, table)) now.set(keyOf(group), group);
    }
    const found = surplus(now, this.#before);
    if (found.length === 0 || this.#before.size === 0) return found;
    const keysNow = new Set<string>();
    for (const table of tables) for (const name of yield* this.#keysOf(table)) keysNow.add(name);
    const gone = surplus(this.#before, now).filter((group) => !keysNow.has(foreignKeyName(group)));
    const isNew = (group: OrphanGroup): boolean =>
      !this.#unread.has(group.table) && !this.#keysBefore.has(foreignKeyName(group));
    return found
      .map((group) => ({ ...group, count: group.count - (isNew(group) ? takeRenamed(gone, group) : 0) }))
      .filter(({ count }) => count > 0);
  }

  *#keysOf(table: string): Task<readonly string[]> {
    const keys = yield* foreignKeysOf(this.#connection, table);
    return keys.map(({ columns, parent }) => foreignKeyName({ table, columns: columns.join(", "), parent }));
  }

  get #changed(): Reach {
    return this.#statements === "any" ? "any" : changedObjects(this.#statements);
  }

  *#reach(): Task<Reach> {
    if (this.#statements === "any") return "any";
    const reach = orphanReach(this.#statements, this.#mirror);
    if (reach === "any" || reach.size === 0) return reach;
    // A TEMP trigger of this connection stands in no schema that the mirror shows, and may do anything.
    const triggers = yield* wait(
      this.#connection.query("SELECT 1 FROM sqlite_temp_schema WHERE type = 'trigger' LIMIT 1"),
    );
    return triggers.length > 0 ? "any" : reach;
  }
}

/** By foreign key and values: a rebuild may renumber rows and foreign keys, and an old orphan is still the same one. */
function keyOf(group: OrphanGroup): string {
  return foreignKeyName(group) + group.values;
}

/** What is in one look and not in the other, or fewer times. */
function surplus(
  groups: ReadonlyMap<string, OrphanGroup>,
  other: ReadonlyMap<string, OrphanGroup>,
): readonly OrphanGroup[] {
  return [...groups]
    .map(([key, group]) => ({ ...group, count: group.count - (other.get(key)?.count ?? 0) }))
    .filter(({ count }) => count > 0);
}

/**
 * How many of these orphans are old ones whose foreign key goes by another name now, since its table, a column or the parent was
 * renamed. They are taken out of `gone`, so that none excuses two.
 */
function takeRenamed(gone: OrphanGroup[], group: OrphanGroup): number {
  let taken = 0;
  for (const [index, old] of gone.entries()) {
    if (old.kind !== group.kind || old.values !== group.values || !isRename(old, group)) continue;
    const count = Math.min(old.count, group.count - taken);
    gone[index] = { ...old, count: old.count - count };
    taken += count;
  }
  return taken;
}

/** Whether a foreign key that is gone can be one that is new: both have a name in common, or lead back to their own table. */
function isRename(old: OrphanGroup, group: OrphanGroup): boolean {
  const isSame = (left: string, right: string): boolean => foldIdentifier(left) === foldIdentifier(right);
  const isOwnParent = [old, group].every(({ table, parent }) => isSame(table, parent));
  return isOwnParent || (["table", "columns", "parent"] as const).some((part) => isSame(old[part], group[part]));
}

/** The connection answers at once, or its statements would not be observed. */
function unexpectedPromise(): Error {
  return new Error("a connection that answers at once has given a promise");
}

/** How many groups a message names. */
const SHOWN = 5;

function orphanError(migration: MigrationRef, orphans: readonly OrphanGroup[]): LockstepError {
  const described = orphans.slice(0, SHOWN).map(({ kind, table, columns, values, parent, count }) => {
    if (kind === "key_mismatch") return `a foreign key of ${table} that leads to no unique columns of ${parent}`;
    const rows = count === 1 ? "1 row" : `${count} rows`;
    return `${rows} of ${table} whose ${columns}${values === "" ? "" : ` = ${values}`} is not in ${parent}`;
  });
  const more = orphans.length > SHOWN ? [`and ${orphans.length - SHOWN} more like these`] : [];
  return new LockstepError({
    code: "foreign_key_violation",
    problem: `the migration leaves ${[...described, ...more].join("; ")}`,
    place: placeOfMigration(migration.file),
    outcome: "rolled_back",
    hint: 'delete or mend those rows in the migration; for ON DELETE actions to happen in it, say foreignKeys: "enforce"',
  });
}
