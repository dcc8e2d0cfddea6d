/**
 * Runs umzug. It knows no database: the resolver for `.sql` files follows its readme, and the storage is the smallest that keeps
 * the names in a table. Both use `node:sqlite`, so that umzug is measured without a driver's weight.
 */
import type { DatabaseSync } from "node:sqlite";
import type { Umzug } from "umzug";
import type { Adapter } from "../adapter.ts";

export const adapter: Adapter = {
  async load() {
    const { Umzug: Class } = await import("umzug");
    const { DatabaseSync: Database } = await import("node:sqlite");
    const { readFileSync } = await import("node:fs");
    return {
      open({ database, directory }) {
        const handle = new Database(database, { timeout: 60_000 });
        const umzug: Umzug<DatabaseSync> = new Class({
          migrations: {
            glob: ["*.sql", { cwd: directory }],
            resolve: ({ name, path, context }) => ({
              name,
              up: async () => context.exec(readFileSync(path ?? "", "utf8")),
            }),
          },
          context: handle,
          storage: storage(handle),
          logger: undefined,
        });
        return { migrate: () => umzug.up(), close: () => handle.close() };
      },
    };
  },
};

interface NameStorage {
  executed(): Promise<string[]>;
  logMigration(migration: { readonly name: string }): Promise<void>;
  unlogMigration(migration: { readonly name: string }): Promise<void>;
}

/** Keeps the names of applied migrations in a table, as umzug's own SequelizeStorage does. */
export function storage(handle: DatabaseSync): NameStorage {
  return {
    async executed() {
      handle.exec("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)");
      return handle
        .prepare("SELECT name FROM migrations")
        .all()
        .map((row) => String(row["name"]));
    },
    async logMigration({ name }) {
      handle.prepare("INSERT INTO migrations (name) VALUES (?)").run(name);
    },
    async unlogMigration({ name }) {
      handle.prepare("DELETE FROM migrations WHERE name = ?").run(name);
    },
  };
}
