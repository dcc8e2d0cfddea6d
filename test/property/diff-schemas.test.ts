/** Drafted migrations between random schemas with names and texts of all kinds: each was tried, and ends where it should. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { LockstepError, MigrationRunner } from "../../src/index.ts";
import { schema } from "../support/schema-arbitrary.ts";
import { workspace } from "../support/workspace.ts";
import { tries } from "./tries.ts";

/** The statements that SQLite takes, as a script. */
const script = schema.map(({ tables, others }) => {
  const database = new DatabaseSync(":memory:");
  const taken = [...tables, ...others].filter(({ sql }) => {
    try {
      database.exec(sql);
      return true;
    } catch {
      return false;
    }
  });
  database.close();
  return taken.map(({ sql }) => `${sql}\n;`).join("\n");
});

const counts = { tried: 0, refused: 0 };

describe("drafted migrations between random schemas", () => {
  it("end at the wanted schema and lead back, or are refused with a reason", async () => {
    const runner = new MigrationRunner({ database: ":memory:", migrations: [] });
    await fc.assert(
      fc.asyncProperty(script, script, async (from, to) => {
        const space = workspace({ "from.sql": from, "to.sql": to });
        counts.tried += 1;
        try {
          // It verifies itself: anything else would be internal_invariant.
          const paths = { from: space.path("from.sql"), to: space.path("to.sql") };
          await runner.diff({ ...paths, allow: ["drop_table", "drop_column"] });
          assert.deepEqual((await runner.diff({ from: paths.to, to: paths.to })).changes, []);
        } catch (error) {
          assert.ok(error instanceof LockstepError && error.code === "rebuild_refused", String(error));
          counts.refused += 1;
        } finally {
          space.remove();
        }
      }),
      tries(120),
    );
  });

  it("are seldom refused", () => {
    assert.ok(counts.refused * 10 < counts.tried, JSON.stringify(counts));
  });
});
