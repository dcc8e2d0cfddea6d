/** Tables as wide as SQLite lets them be: 2,000 columns, as many as a result has, and twice the depth that an expression may have. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { migrate, MigrationRunner, type RebuildView } from "../../src/index.ts";
import { checkedProject } from "../support/check.ts";
import { driverNames } from "../support/handle.ts";
import { lookUp } from "../support/oracle.ts";

/** A table of so many columns. `retyped` is what the fourth of them is to be. */
function table(columns: number, retyped = ""): string {
  const names = Array.from({ length: columns }, (_none, index) => `c${index}${index === 3 ? retyped : ""}`);
  return `CREATE TABLE wide (${names.join(", ")})`;
}

/** Rows with a value in the first and the last column. */
function rowsOf(columns: number): string {
  return `INSERT INTO wide (c0, c${columns - 1}) VALUES (1, 'a'), (2, 'b'), (3, 'c');`;
}

for (const driver of driverNames) {
  describe(`wide tables with ${driver}`, { concurrency: true }, () => {
    for (const columns of [600, 1999]) {
      it(`a plan counts the rows of one with ${columns} columns`, async () => {
        const { options, add } = checkedProject({ "001-wide.sql": `${table(columns)};\n${rowsOf(columns)}` });
        await migrate({ ...options, driver });
        add({ "002-retyped.sql": `-- lockstep:rebuild\n${table(columns, " TEXT")};` });
        const { steps } = await new MigrationRunner({ ...options, driver }).plan();
        const [step] = steps;
        const { rebuild } = step?.kind === "sql" ? (step.statements[0] ?? {}) : {};
        const { kind, method, rows, writtenBytes } = rebuild as Extract<RebuildView, { readonly kind: "known" }>;
        assert.deepEqual([kind, method, rows], ["known", "rebuild", 3]);
        // For each row 8 bytes, one for each column, and two for its two values.
        assert.equal(writtenBytes, 3 * (8 + columns + 2));
      });
    }

    it("one that has no room for its rowid in a copy is refused, and is as it was", async () => {
      const { options, add } = checkedProject({ "001-wide.sql": `${table(2000)};\n${rowsOf(2000)}` });
      await migrate({ ...options, driver });
      const before = readFileSync(options.database);
      add({ "002-retyped.sql": `-- lockstep:rebuild\n${table(2000, " TEXT")};` });
      await assert.rejects(migrate({ ...options, driver }), /too many columns/);
      assert.ok(readFileSync(options.database).equals(before));
    });

    it("a check and a squash have all of one with 2,000 columns", async () => {
      const columns = 2000;
      const files = { "001-wide.sql": `${table(columns)};\n${rowsOf(columns)}\n-- lockstep:down\nDROP TABLE wide;` };
      const { options, check, path, add } = checkedProject(files);
      const report = await check({}, { driver });
      assert.deepEqual([report.findings, report.proven], [[], 1]);
      const { sql, rows } = await new MigrationRunner({ ...options, driver, database: ":memory:" }).squash(1);
      assert.equal(rows, 3);
      writeFileSync(path("migrations", "squash-001.sql"), sql);
      assert.deepEqual((await check({}, { driver })).findings, []);
      rmSync(path("migrations", "001-wide.sql"));
      await migrate({ ...options, driver });
      assert.deepEqual(lookUp(options.database, `SELECT c${columns - 1} FROM wide ORDER BY c0`), ["a", "b", "c"]);
      add({ "001-wide.sql": files["001-wide.sql"].replace("'b'", "'x'") });
      const edited = await check({}, { driver });
      assert.deepEqual(
        edited.findings.map(({ code }) => code),
        ["changed", "squash_stale"],
      );
    });
  });
}
