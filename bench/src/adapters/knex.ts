/** Runs knex's migrator on better-sqlite3. knex connects at its first query, so its opening falls into the call. */
import type { Adapter } from "../adapter.ts";

export const adapter: Adapter = {
  async load() {
    const { default: knex } = await import("knex");
    return {
      open({ database, directory }) {
        const db = knex({
          client: "better-sqlite3",
          connection: { filename: database },
          useNullAsDefault: true,
          migrations: { directory },
        });
        return { migrate: () => db.migrate.latest(), close: () => db.destroy() };
      },
    };
  },
};
