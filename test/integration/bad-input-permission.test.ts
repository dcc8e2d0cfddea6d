/** What this user may not read or write: refused with what to look at, and not touched. */
import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { describe, it } from "node:test";
import { migrateSync, MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import { caught, checkRefusal, firstMigration, provoke } from "../support/source-refusal.ts";
import { workspace, type Workspace } from "../support/workspace.ts";

function optionsOf(space: Workspace): MigrateOptions & { readonly database: string } {
  return { database: space.path("app.db"), migrations: space.path("migrations") };
}

/** A database at version 1 with a second migration that is pending. */
function atVersion1(): Workspace {
  const space = workspace(firstMigration);
  migrateSync(optionsOf(space));
  space.write({ "migrations/002-b.sql": "CREATE TABLE b (x)" });
  return space;
}

/** A workspace that strangers may enter. */
function open(space: Workspace): Workspace {
  chmodSync(space.root, 0o755);
  return space;
}

/** Runs `body` as a user who may do nothing here: root may do everything, whatever the permissions say. */
function asStranger<T>(body: () => T): T {
  const { seteuid, geteuid } = process;
  if (seteuid === undefined || geteuid?.() !== 0) return body();
  seteuid(65_534);
  try {
    return body();
  } finally {
    seteuid(0);
  }
}

describe(
  "what this user may not read or write:",
  { skip: process.platform === "win32" ? "Windows has no such permissions" : false },
  () => {
    it("the directory: directory_unreadable", async () => {
      const space = open(atVersion1());
      chmodSync(space.path("migrations"), 0);
      await provoke(
        "directory_unreadable",
        space.path("app.db"),
        () => asStranger(() => migrateSync(optionsOf(space))),
        {
          says: /EACCES[^]*permissions/,
        },
      );
      chmodSync(space.path("migrations"), 0o755);
    });

    it("a file of SQL, and one of code: migration_unreadable", async () => {
      for (const name of ["002-b.sql", "002-c.mjs"]) {
        const space = open(workspace(firstMigration));
        migrateSync(optionsOf(space));
        space.write({ [`migrations/${name}`]: "" });
        chmodSync(space.path("migrations", name), 0);
        await provoke(
          "migration_unreadable",
          space.path("app.db"),
          () => asStranger(() => migrateSync(optionsOf(space))),
          {
            version: 1,
            says: new RegExp(`EACCES[^]*${name}`),
          },
        );
      }
    });

    it("a folder that has to be looked at: directory_unreadable, and no guess", async () => {
      const space = open(atVersion1());
      space.write({ "migrations/003-c/up.sql": "CREATE TABLE c (x)" });
      // Its names can be listed, but not what they stand for.
      chmodSync(space.path("migrations"), 0o444);
      const error = await caught(() => asStranger(() => migrateSync(optionsOf(space))));
      chmodSync(space.path("migrations"), 0o755);
      checkRefusal(error, "directory_unreadable", { says: /003-c/ });
    });

    it("the database: database_unreadable", async () => {
      const space = open(atVersion1());
      chmodSync(space.path("app.db"), 0);
      await provoke("database_unreadable", space.path("app.db"), () => asStranger(() => migrateSync(optionsOf(space))));
    });

    it("the database, which it may read: database_readonly, with the version", async () => {
      const space = open(atVersion1());
      chmodSync(space.path("app.db"), 0o444);
      await provoke("database_readonly", space.path("app.db"), () => asStranger(() => migrateSync(optionsOf(space))), {
        outcome: "rolled_back",
        version: 1,
      });
    });

    it("the folder of the database, where SQLite writes its journal", async () => {
      const space = open(atVersion1());
      chmodSync(space.path("app.db"), 0o666);
      chmodSync(space.root, 0o555);
      const error = await caught(() => asStranger(() => migrateSync(optionsOf(space))));
      chmodSync(space.root, 0o755);
      assert.ok(["database_unreadable", "database_readonly"].includes(error.code), error.message);
      checkRefusal(error, error.code, { outcome: "rolled_back", version: 1 });
      assert.equal(await new MigrationRunner(optionsOf(space)).getCurrentVersion(), 1);
    });

    it("the folder of a database that is not there yet: database_unreadable", async () => {
      const space = open(workspace(firstMigration));
      chmodSync(space.root, 0o555);
      const error = await caught(() => asStranger(() => migrateSync(optionsOf(space))));
      chmodSync(space.root, 0o755);
      checkRefusal(error, "database_unreadable");
    });
  },
);
