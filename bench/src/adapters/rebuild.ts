/** Runs the one rebuild as it is written by hand: foreign keys off, one transaction, no proof. The floor of section "rebuild". */
import { readdirSync, readFileSync } from "node:fs";
import type { Adapter } from "../adapter.ts";

export const adapter: Adapter = {
  async load() {
    const { openByHand } = await import("../floor.ts");
    return {
      open({ database, directory }) {
        const handle = openByHand(database);
        return {
          migrate() {
            handle.exec("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON");
            handle.exec("BEGIN IMMEDIATE");
            for (const name of readdirSync(directory)) handle.exec(readFileSync(`${directory}/${name}`, "utf8"));
            handle.exec("COMMIT");
          },
          close: () => handle.close(),
        };
      },
    };
  },
};
