/** Runs lockstep as a server does: one call with a path. That call opens the database and closes it again. */
import type { Adapter, Session, Variant } from "../adapter.ts";

export const adapter: Adapter = {
  async load(variant) {
    const { migrate } = await import("lockstep");
    // A program that passes a handle has `node:sqlite` loaded anyway; here that load is charged to lockstep.
    const sqlite = variant === "handle" ? await import("node:sqlite") : undefined;
    return {
      open({ database, directory: migrations }): Session {
        if (sqlite === undefined) {
          return {
            migrate: () => migrate({ database, migrations, transaction: mode(variant) }),
            close: () => undefined,
          };
        }
        const handle = new sqlite.DatabaseSync(database);
        return {
          migrate: () => migrate({ database: handle, migrations }),
          close: () => handle.close(),
        };
      },
    };
  },
};

function mode(variant: Variant): "each" | "all" {
  return variant === "all" ? "all" : "each";
}
