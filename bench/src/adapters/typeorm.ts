/** Runs typeorm's migrations on better-sqlite3. `initialize()` imports every migration, so that cost falls into the opening. */
import type { Adapter } from "../adapter.ts";

export const adapter: Adapter = {
  async load(variant) {
    const { DataSource } = await import("typeorm");
    return {
      async open({ database, directory }) {
        const dataSource = new DataSource({
          type: "better-sqlite3",
          database,
          migrations: [`${directory}/*.cjs`],
          migrationsTransactionMode: variant === "each" ? "each" : "all",
        });
        await dataSource.initialize();
        return { migrate: () => dataSource.runMigrations(), close: () => dataSource.destroy() };
      },
    };
  },
};
