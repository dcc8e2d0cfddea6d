/** Runs drizzle-orm's migrator on better-sqlite3. */
import type { Adapter } from "../adapter.ts";

export const adapter: Adapter = {
  async load() {
    const { drizzle } = await import("drizzle-orm/better-sqlite3");
    const { migrate } = await import("drizzle-orm/better-sqlite3/migrator");
    return {
      open({ database, directory }) {
        const db = drizzle(database);
        return {
          migrate: () => migrate(db, { migrationsFolder: directory }),
          close: () => db.$client.close(),
        };
      },
    };
  },
};
