/** The fixes of the linter: each is put where it says, and run on the database of its page, also under names that need quotes. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { MigrationRunner, type LintFinding } from "../../src/index.ts";
import { RULES } from "../../src/core/lint/catalogue.ts";
import { FIX_PLACES } from "../../src/core/lint/fix.ts";
import { quoteIdentifier } from "../../src/core/sql/quote.ts";
import { tokenize } from "../../src/core/sql/tokenizer.ts";
import { splitStatements } from "../../src/core/sql/splitter.ts";
import { readLintPages, targetOf, type LintPage } from "./support/lint-page.ts";
import { rename, VARIANTS, type Naming } from "./support/lint-names.ts";

/** Rules without a fix. */
const NONE = new Set(["allowance_unknown", "allowance_unneeded", "large_table", "needs_extension", "similar_name"]);

/** Rules that advise in words on their pages. */
const WORDS = new Set([
  "check_broken_by_default",
  "deferred_is_no_shield",
  "delete_all_rows",
  "drop_cascades",
  "drop_column",
  "foreign_keys_pragma",
  "legacy_is_no_shield",
  "redundant_index",
  "rename_column",
]);

/** It advises in words only where SQLite 3.53 is needed; its page shows a function, for which there is no fix. */
const ELSEWHERE = new Set(["requires_newer_sqlite"]);

/** Rules that show the rows to decide about: the query gives some. */
const QUERIES = new Set([
  "check_with_rows",
  "collation_under_unique",
  "foreign_key_with_orphans",
  "unique_with_duplicates",
]);

/** What is still, or newly, found in a fixed migration that the unfixed one had not, and why. */
const REMAINS: Readonly<Record<string, readonly [code: string, why: string][]>> = {
  always_fails: [["unique_with_duplicates", "nothing looks whether somebody fills the new column"]],
  leaves_broken: [["drop_view", "a view goes with what it reads, and programs may read it"]],
  rowid_changes: [["no_primary_key", "the table that is kept had none before"]],
  rebuild_loses_constraint: [["unnamed_check", "the CHECK that is kept had no name before"]],
};

/** Fixed migrations that fail on these rows, and have to: the row that does not fit is named in place of dropped. */
const REFUSES: Readonly<Record<string, RegExp>> = {
  copy_skips_rows: /UNIQUE constraint failed/,
  // It was a mismatch before, for any row; now it is this row that has no parent.
  parent_key_not_unique: /FOREIGN KEY constraint failed/,
};

/** A migration when its rule is silent, and what is still found in it. */
interface Applied {
  readonly findings: readonly LintFinding[];
  readonly sql: string;
}

interface Example {
  readonly before: string;
  readonly unsafe: string;
  readonly foreignKeys: "enforce" | "check";
  readonly target: ReturnType<typeof targetOf>;
}

function example(page: LintPage, naming: Naming): Example {
  return {
    before: rename(page.before, naming),
    unsafe: rename(page.unsafe.body, naming),
    foreignKeys: page.unsafe.flags.has("enforce") ? "enforce" : "check",
    target: targetOf(page.unsafe),
  };
}

function runnerOf(database: DatabaseSync, up: string, { foreignKeys }: Example): MigrationRunner {
  return new MigrationRunner({ database, migrations: [{ version: 1, name: "Example", up, foreignKeys }] });
}

async function lint(of: Example, sql: string): Promise<readonly LintFinding[]> {
  const database = new DatabaseSync(":memory:");
  try {
    database.exec(of.before);
    return (await runnerOf(database, sql, of).lint(of.target === undefined ? {} : { target: of.target })).findings;
  } finally {
    database.close();
  }
}

/** The migration with the fix where its first line says. Words and queries leave it as it is. */
function apply(sql: string, finding: LintFinding, before: string): string {
  const { statements } = splitStatements(sql, tokenize(sql).tokens);
  const ends = statements.map(({ offset, text }, at) => {
    const end = sql.indexOf(";", offset + text.length) + 1;
    const next = statements[at + 1]?.offset ?? sql.length;
    // Directives behind a statement are part of it.
    const own = /^(?:\s*-- lockstep:(?:copy|drop|rename)[^\n]*)+/.exec(sql.slice(end, next));
    return end + (own?.[0].length ?? 0);
  });
  const at = (finding.statement ?? 1) - 1;
  const start = at === 0 ? 0 : (ends[at - 1] ?? 0);
  const end = ends[at] ?? sql.length;
  const text = finding.fix ?? "";
  const [first = "", ...more] = text.split("\n");
  const body = more.join("\n");
  if (first === FIX_PLACES.in_front) return `${sql.slice(0, start)}\n${body}${sql.slice(start)}`;
  if (first === FIX_PLACES.behind) return `${sql.slice(0, end)}\n${body}${sql.slice(end)}`;
  if (first === FIX_PLACES.at_end) return `${sql}\n${body}`;
  if (first === FIX_PLACES.rebuild) {
    // The page's rebuilds are all that is in them, but for other pragmas in front.
    const kept = statements.filter(({ text: own }) => /^PRAGMA/i.test(own)).map(({ text: own }) => `${own};\n`);
    assert.notEqual(before, "");
    return `${kept.join("")}${body}`;
  }
  return `${sql.slice(0, start)}\n${text}${sql.slice(end)}`;
}

/** How many rows there are in each table, and in all. */
function rowsOf(database: DatabaseSync): number {
  const names = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")
    .all()
    .map(({ name }) => String(name))
    .filter((name) => !/^(?:sqlite_|metadata$|lockstep_)/.test(name));
  return names.reduce(
    (sum, name) => sum + Number(database.prepare(`SELECT count(*) AS n FROM ${quoteIdentifier(name)}`).get()?.["n"]),
    0,
  );
}

/** What the user has in the end: every object with what its text says, spaces aside. */
function schemaOf(database: DatabaseSync): readonly string[] {
  return database
    .prepare("SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE 'lockstep_%'")
    .all()
    .filter(({ name }) => name !== "metadata")
    .map(({ type, name }) => {
      const columns = database.prepare("SELECT name FROM pragma_table_xinfo(?)").all(String(name));
      return `${String(type)} ${String(name)} ${type === "index" ? "" : columns.map((column) => String(column["name"])).join("|")}`;
    })
    .toSorted();
}

async function fixAll(of: Example, code: string): Promise<Applied> {
  let sql = of.unsafe;
  for (let round = 0; round < 6; round += 1) {
    const findings = await lint(of, sql);
    const found = findings.find((one) => one.code === code);
    if (found === undefined) {
      assert.ok(round > 0, "nothing was found");
      return { findings, sql };
    }
    assert.ok(found.fix !== undefined && !isWords(found.fix), `no SQL: ${found.fix}`);
    sql = apply(sql, found, of.before);
  }
  assert.fail(`still found after six fixes:\n${sql}`);
}

function isWords(fix: string): boolean {
  return tokenize(fix).tokens.length === 0;
}

/** Objects that only the fix makes, or keeps: the schema of the unsafe example is not what the user meant there. */
const OTHER_SCHEMA: Readonly<Record<string, string>> = {
  always_fails: "the unsafe one cannot be run",
  drop_index: "what was dropped is there again",
  drop_table: "the table stays under another name",
  drop_trigger: "what was dropped is there again",
  drop_view: "what was dropped is there again",
  foreign_key_without_index: "with the index",
  leaves_broken: "the unsafe one cannot be run",
  no_primary_key: "with a key",
  parent_key_not_unique: "with the index",
  positional_insert: "the unsafe one cannot be run",
  rebuild_loses_objects: "what was lost is there again",
  rebuild_omits_column: "what was lost is there again",
  rename_old_away: "the children refer to the new table",
  rename_table: "with a view of the old name",
};

async function prove(page: LintPage, naming: Naming): Promise<void> {
  const of = example(page, naming);
  const unfixed = await lint(of, of.unsafe);
  const { findings, sql } = await fixAll(of, page.code);
  const known = new Set([...unfixed.map(({ code }) => code), ...(REMAINS[page.code] ?? []).map(([code]) => code)]);
  assert.deepEqual(
    findings.filter(({ code }) => !known.has(code) || code === page.code).map(({ code, message }) => [code, message]),
    [],
    sql,
  );
  const database = new DatabaseSync(":memory:");
  try {
    database.exec(of.before);
    // To let the rows go is what the example wants.
    const drops = page.code === "leaves_broken";
    const count = drops ? 0 : rowsOf(database);
    const running = runnerOf(
      database,
      drops ? sql.replace("DROP TABLE", "\n-- lockstep:allow drop_table\n$&") : sql,
      of,
    ).runMigrations();
    const refusal = REFUSES[page.code];
    if (refusal !== undefined) {
      await assert.rejects(running, refusal);
      assert.equal(rowsOf(database), count);
      return;
    }
    try {
      await running;
    } catch (error) {
      assert.fail(`${(error as Error).message}\n${sql}`);
    }
    assert.ok(rowsOf(database) >= count, "no row is lost");
    if (OTHER_SCHEMA[page.code] !== undefined) return;
    assert.deepEqual(schemaOf(database), await meantSchema(of));
  } finally {
    database.close();
  }
}

/** What the unsafe example makes where there are no rows that it could fail for. */
async function meantSchema(of: Example): Promise<readonly string[]> {
  const database = new DatabaseSync(":memory:");
  try {
    const { statements } = splitStatements(of.before, tokenize(of.before).tokens);
    for (const { text } of statements) if (!/^(?:INSERT|UPDATE|DELETE)/i.test(text)) database.exec(text);
    await runnerOf(database, of.unsafe, { ...of, foreignKeys: "check" }).runMigrations();
    return schemaOf(database);
  } finally {
    database.close();
  }
}

describe("the fixes of the linter", () => {
  const pages = readLintPages();

  it("are lists of codes that exist", () => {
    const codes = new Set(RULES.map(({ code }) => code));
    const named = [...NONE, ...WORDS, ...ELSEWHERE, ...QUERIES, ...Object.keys({ ...REMAINS, ...OTHER_SCHEMA })];
    assert.deepEqual(
      named.filter((code) => !codes.has(code)),
      [],
    );
  });

  for (const page of pages) {
    const { code } = page;
    if (NONE.has(code) || WORDS.has(code) || ELSEWHERE.has(code)) {
      // A page with a million rows is not filled twice.
      if (code === "large_table") continue;
      it(`${code}: its fix has no SQL`, async () => {
        const of = example(page, (name) => name);
        const found = (await lint(of, of.unsafe)).filter((one) => one.code === code);
        assert.equal(
          found.every(({ fix }) => (WORDS.has(code) ? fix !== undefined && isWords(fix) : fix === undefined)),
          true,
        );
      });
      continue;
    }
    for (const [title, naming] of VARIANTS) {
      if (QUERIES.has(code)) {
        it(`${code}: its query shows rows, with ${title}`, async () => {
          const of = example(page, naming);
          const found = (await lint(of, of.unsafe)).find((one) => one.code === code);
          const database = new DatabaseSync(":memory:");
          try {
            database.exec(of.before);
            const query = found?.fix ?? "";
            assert.ok(query.startsWith("-- first "), query);
            assert.equal(database.prepare(query).all().length, 1);
          } finally {
            database.close();
          }
        });
      } else it(`${code}: its fix runs, and nothing else is found, with ${title}`, () => prove(page, naming));
    }
  }
});
