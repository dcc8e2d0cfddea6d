/**
 * Golden cases of drafted migrations: each file in `diff/` has today's schema, the wanted one, and what is written for SQLite without
 * and with the ALTER TABLE forms of 3.53. `UPDATE=1` writes what it says now.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { runAsync, type Task } from "../../src/core/task.ts";
import type { DraftCapabilities } from "../../src/core/draft/capabilities.ts";
import { describeHazard, hazardsOf } from "../../src/core/draft/hazard.ts";
import { draftWay } from "../../src/core/draft/draft-way.ts";
import { nameChanges } from "../../src/core/draft/name.ts";
import { asynchronous } from "../../src/mode.ts";
import { draftMigration, type Drafted } from "../../src/operations/draft-migration.ts";
import { probeCapabilities } from "../../src/operations/probe-capabilities.ts";
import { findRenames } from "../../src/operations/find-renames.ts";
import { readSource } from "../../src/operations/schema-source.ts";
import { withSession, type Session } from "../../src/session.ts";
import { workspace } from "../support/workspace.ts";

const folder = join(import.meta.dirname, "diff");
const ALLOW = ["drop_table", "drop_column"] as const;

/** The parts of a case, by the title behind `=== `. */
function readCase(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^=== (.*)\n/m).slice(1);
  return new Map(
    parts.flatMap((part, index) => (index % 2 === 0 ? [[part, `${(parts[index + 1] ?? "").trim()}\n`]] : [])),
  );
}

/** What is drafted with each of the two capabilities. Where this SQLite has not the newer forms, that draft is only written. */
function* draftBoth(session: Session, paths: { readonly from: string; readonly to: string }): Task<string> {
  const [from, to] = [yield* readSource(session, paths.from), yield* readSource(session, paths.to)];
  const renames = yield* findRenames(from, to, { allow: ALLOW });
  const draft = (capabilities: DraftCapabilities): Task<Drafted> =>
    draftMigration(session, {
      from: from.schema,
      to: to.schema,
      renames,
      allow: new Set(),
      comments: "ignore",
      capabilities,
      place: to.place,
    });
  const plain = yield* draft({ alterConstraint: "impossible" });
  const { renamed, changes } = plain;
  const newer = draftWay({
    from: renamed,
    to: to.schema,
    changes,
    renames,
    capabilities: { alterConstraint: "possible" },
    direction: "up",
  });
  if ((yield* probeCapabilities(session)).alterConstraint === "possible") {
    assert.equal((yield* draft({ alterConstraint: "possible" })).up, newer);
  }
  const hazards = hazardsOf({ from: renamed, to: to.schema }, changes, renames);
  return [
    `=== ${nameChanges(changes) || "nothing"}: up`,
    plain.up,
    `=== down`,
    plain.down,
    ...(newer === plain.up ? [] : ["=== up, with the forms of SQLite 3.53", newer]),
    ...(hazards.length === 0
      ? []
      : ["=== hazards", `${hazards.map((one) => `${one.code}: ${describeHazard(one)}`).join("\n")}\n`]),
  ].join("\n");
}

describe("a drafted migration", () => {
  for (const file of globSync("*.txt", { cwd: folder }).toSorted()) {
    it(`is as ${basename(file, ".txt")} says`, async () => {
      const path = join(folder, file);
      const text = readFileSync(path, "utf8");
      const parts = readCase(text);
      const space = workspace({ "today.sql": parts.get("today") ?? "", "wanted.sql": parts.get("wanted") ?? "" });
      const paths = { from: space.path("today.sql"), to: space.path("wanted.sql") };
      const drafted = await runAsync(
        withSession({ database: ":memory:", migrations: [] }, { mode: asynchronous, access: "read" }, (session) =>
          draftBoth(session, paths),
        ),
      );
      space.remove();
      const [title = ""] = text.split("\n", 1);
      const whole = [title, "", "=== today", parts.get("today"), "=== wanted", parts.get("wanted"), drafted].join("\n");
      if (process.env["UPDATE"] === "1") writeFileSync(path, whole);
      else assert.equal(text, whole);
    });
  }
});
