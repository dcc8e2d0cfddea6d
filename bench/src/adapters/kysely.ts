/** Runs kysely's Migrator with its own FileMigrationProvider on better-sqlite3. */
import type { Adapter } from "../adapter.ts";

export const adapter: Adapter = {
  async load() {
    const { Kysely, SqliteDialect } = await import("kysely");
    const { FileMigrationProvider, Migrator } = await import("kysely/migration");
    const { default: Database } = await import("better-sqlite3");
    const fs = await import("node:fs/promises");
    const path = await import("node:path");
    return {
      open({ database, directory }) {
        const db = new Kysely<unknown>({
          dialect: new SqliteDialect({ database: new Database(database) }),
        });
        const provider = new FileMigrationProvider({ fs, path, migrationFolder: directory });
        const migrator = new Migrator({ db, provider });
        return {
          async migrate() {
            // It never throws: it gives the error back.
            const { error } = await migrator.migrateToLatest();
            if (error !== undefined) throw error;
          },
          close: () => db.destroy(),
        };
      },
    };
  },
};
