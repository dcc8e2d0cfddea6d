/** Any names and any bytes as a directory of migrations: a listing, a run, or a refusal by name; never a crash, never a database by accident. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { errorCodes, type ErrorCode } from "../../src/error-code.ts";
import { LockstepError, migrateSync, MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { firstMigration } from "../support/source-refusal.ts";
import { workspace, type Workspace } from "../support/workspace.ts";
import { content, name } from "./directory-arbitrary.ts";
import { tries } from "./tries.ts";

useFastFiles();

function optionsOf(space: Workspace): MigrateOptions & { readonly database: string } {
  return { database: space.path("app.db"), migrations: space.path("migrations") };
}

/** What a call gave: its value, or the refusal. Anything else that is thrown fails the property, and so does a mistake of ours. */
function outcomeOf<T>(act: () => T): T | LockstepError {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    assert.ok(errorCodes.includes(error.code));
    assert.notEqual(error.code, "internal_invariant", error.message);
    return error;
  }
}

describe("a directory of migrations", () => {
  it("of any names is listed by number, each number once, or refused by name; no database is made", async () => {
    const refusals: readonly ErrorCode[] = [
      "file_unnumbered",
      "version_invalid",
      "version_duplicate",
      "migration_invalid",
    ];
    const entry = fc.tuple(name, fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(entry, { selector: ([text]) => text, maxLength: 6 }), async (entries) => {
        const space = workspace({ "migrations/": "" });
        for (const [text, isFolder] of entries) space.write({ [`migrations/${text}${isFolder ? "/" : ""}`]: "" });
        try {
          const known = await new MigrationRunner(optionsOf(space)).loadMigrations();
          const versions = known.map(({ version }) => version);
          assert.deepEqual(
            versions,
            [...new Set(versions)].toSorted((left, right) => left - right),
          );
          assert.ok(versions.every((version) => Number.isSafeInteger(version) && version > 0));
          assert.ok(known.length <= entries.length);
        } catch (error) {
          if (!(error instanceof LockstepError)) throw error;
          assert.ok(refusals.includes(error.code), error.message);
          assert.equal(error.details.outcome, "unchanged");
        } finally {
          assert.equal(existsSync(space.path("app.db")), false);
          space.remove();
        }
      }),
      tries(1000),
    );
  });

  it("that is made by the rules is listed exactly as it was made", async () => {
    const layouts = {
      sql: (stem: string) => [`${stem}.sql`],
      code: (stem: string) => [`${stem}.ts`],
      pair: (stem: string) => [`${stem}.up.sql`, `${stem}.down.sql`],
      folder: (stem: string) => [`${stem}/up.sql`],
    } as const;
    const migration = fc.record({
      version: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
      width: fc.integer({ min: 0, max: 20 }),
      separator: fc.constantFrom("-", "_"),
      word: fc.stringMatching(/^[a-z]{1,8}$/),
      layout: fc.constantFrom(...(Object.keys(layouts) as (keyof typeof layouts)[])),
    });
    const migrations = fc.uniqueArray(migration, { selector: ({ version }) => version, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(migrations, async (made) => {
        const space = workspace({ "migrations/README.md": "", "migrations/_helper.ts": "" });
        for (const { version, width, separator, word, layout } of made) {
          const stem = `${String(version).padStart(width, "0")}${separator}${word}`;
          for (const file of layouts[layout](stem)) space.write({ [`migrations/${file}`]: "" });
        }
        const known = await new MigrationRunner(optionsOf(space)).loadMigrations();
        const expected = made
          .toSorted((left, right) => left.version - right.version)
          .map(({ version, word }) => [version, word.charAt(0).toUpperCase() + word.slice(1)]);
        assert.deepEqual(
          known.map(({ version, name: told }) => [version, told]),
          expected,
        );
        space.remove();
      }),
      tries(200),
    );
  });

  it("of any text and any bytes is applied whole, or leaves the version where it was", () => {
    const file = fc.constantFrom("002-b.sql", "002-b.up.sql", "002-b/up.sql");
    fc.assert(
      fc.property(file, content, fc.boolean(), (path, text, isNew) => {
        const space = workspace(firstMigration);
        const options = optionsOf(space);
        if (!isNew) migrateSync(options);
        space.write({ [`migrations/${path}`]: text });
        const outcome = outcomeOf(() => migrateSync(options));
        if (outcome instanceof LockstepError) checkFailure(outcome, options.database, isNew);
        else assert.equal(outcome.toVersion, 2);
        space.remove();
      }),
      tries(400),
    );
  });

  it("of modules with any exports is applied whole, or refused with the database as it was", () => {
    const value = fc.constantFrom(
      "() => {}",
      "(db) => db.exec('CREATE TABLE t (x)')",
      "'SELECT 1'",
      "null",
      "undefined",
      "1",
      "2",
      "2n",
      "NaN",
      "true",
      "false",
      "Symbol('x')",
      "[]",
      "{}",
      "'check'",
      "'enforce'",
      "'Name'",
      "async () => {}",
      "() => { throw 1 }",
      "() => { throw null }",
      "Promise.resolve()",
      "class {}",
      "new Proxy({}, {})",
      "{ then: 1 }",
      "Object.create(null)",
    );
    const member = fc.constantFrom("up", "down", "name", "version", "transaction", "foreignKeys", "other");
    const exported = fc.uniqueArray(fc.tuple(member, value), { selector: ([text]) => text, maxLength: 5 });
    const source = fc.oneof(
      exported.map((all) => all.map(([key, text]) => `export const ${key} = ${text};`).join("\n")),
      exported.map((all) => `export default { ${all.map(([key, text]) => `${key}: ${text}`).join(", ")} };`),
      value.map((text) => `export default ${text.startsWith("{") ? `(${text})` : text};`),
    );
    fc.assert(
      fc.property(source, (text) => {
        const space = workspace({ "migrations/002-b.mjs": text });
        const outcome = outcomeOf(() => migrateSync(optionsOf(space)));
        if (outcome instanceof LockstepError) checkFailure(outcome, space.path("app.db"), true);
        else assert.equal(outcome.toVersion, 2);
        space.remove();
      }),
      tries(250),
    );
  });
});

/** After a failure: what was refused before it ran has touched nothing, and what ran has left the version or says how far it is. */
function checkFailure({ message, details }: LockstepError, database: string, isNew: boolean): void {
  if (details.outcome === "unchanged" && isNew && (details.completed ?? []).length === 0) {
    assert.equal(existsSync(database), false, message);
    return;
  }
  const db = new DatabaseSync(database, { readOnly: true });
  const hasMetadata = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'metadata'").get() !== undefined;
  const version = hasMetadata
    ? Number(db.prepare("SELECT value FROM metadata WHERE key = 'schema_version'").get()?.["value"] ?? 0)
    : 0;
  const check = db.prepare("PRAGMA integrity_check").get();
  db.close();
  assert.deepEqual({ ...check }, { integrity_check: "ok" });
  assert.equal(details.databaseVersion, version, message);
  assert.equal(version, isNew && (details.completed ?? []).length === 0 ? 0 : 1, message);
}
