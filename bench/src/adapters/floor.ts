/** Runs the floor. */
import type { Adapter } from "../adapter.ts";

export const adapter: Adapter = {
  async load(variant) {
    const { openByHand, migrateByHand } = await import("../floor.ts");
    return {
      open({ database, directory }) {
        const handle = openByHand(database);
        return {
          migrate: () => migrateByHand(handle, directory, variant === "all" ? "all" : "each"),
          close: () => handle.close(),
        };
      },
    };
  },
};
