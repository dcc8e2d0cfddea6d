/** The pages of the linter's rules: each unsafe example is found, its safe twin is not, and what is said to fail or to be lost does and is. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { MigrationRunner, type LintFinding } from "../../src/index.ts";
import { RULES } from "../../src/core/lint/catalogue.ts";
import { tokenize } from "../../src/core/sql/tokenizer.ts";
import { splitStatements } from "../../src/core/sql/splitter.ts";
import { readLintPages, targetOf, type LintPage } from "./support/lint-page.ts";
import { root, type Fence } from "./support/page.ts";

const pages = readLintPages();

/** What the linter says of an example on a database that has what the page says. */
async function lint({ before }: LintPage, example: Fence): Promise<readonly LintFinding[]> {
  const database = new DatabaseSync(":memory:");
  try {
    database.exec(before);
    const target = targetOf(example);
    const up = example.body;
    const foreignKeys = example.flags.has("enforce") ? "enforce" : "check";
    const runner = new MigrationRunner({ database, migrations: [{ version: 1, name: "Example", up, foreignKeys }] });
    return (await runner.lint(target === undefined ? {} : { target })).findings;
  } finally {
    database.close();
  }
}

/** What SQLite makes of an example: its error, and every value that is there afterwards. */
function run(
  before: string,
  example: Fence,
): { readonly error: string | undefined; readonly values: readonly string[] } {
  const database = new DatabaseSync(":memory:");
  try {
    database.exec(before);
    database.exec(`PRAGMA foreign_keys = ${example.flags.has("enforce") ? "ON" : "OFF"}; BEGIN`);
    let error: string | undefined;
    try {
      database.exec(example.body);
    } catch (thrown) {
      error = (thrown as Error).message;
    }
    return { error, values: valuesOf(database) };
  } finally {
    database.close();
  }
}

function valuesOf(database: DatabaseSync): readonly string[] {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0").all();
  return tables
    .flatMap(({ name }) =>
      database
        .prepare(`SELECT * FROM "${String(name)}"`)
        .all()
        .flatMap((row) => Object.entries(row).map(([column, value]) => `${column} ${typeof value} ${String(value)}`)),
    )
    .toSorted();
}

/** The statements that make tables and the like, without those that fill them. */
function withoutRows(sql: string): string {
  const { statements } = splitStatements(sql, tokenize(sql).tokens);
  return statements
    .filter(({ text }) => !/^(?:INSERT|UPDATE|DELETE|ANALYZE)/i.test(text))
    .map(({ text }) => `${text};`)
    .join("\n");
}

describe("docs/lint", () => {
  it("has a page for each rule, and no other", () => {
    assert.deepEqual(
      pages.map(({ code }) => code),
      RULES.map(({ code }) => code).toSorted(),
    );
  });

  const index = readFileSync(join(root, "docs/lint/README.md"), "utf8");
  for (const page of pages) {
    const rule = RULES.find(({ code }) => code === page.code);
    it(`${page.code}: the page says what the rule says of itself`, () => {
      assert.ok(page.text.startsWith(`# ${page.code}\n\n`), "its title is its code");
      assert.ok(page.text.includes(`**${rule?.level}**`), `it says ${rule?.level}`);
      assert.ok(page.text.includes(`-- lockstep:allow ${page.code}`) || rule?.category === "allowance");
      assert.ok(index.includes(`[\`${page.code}\`](${page.code}.md)`), "the index leads to it");
    });

    it(`${page.code}: the unsafe example is found`, async () => {
      const found = await lint(page, page.unsafe);
      assert.ok(
        found.some(({ code }) => code === page.code),
        JSON.stringify(found, null, 1),
      );
      for (const { lineText, column, length } of found)
        assert.ok(column >= 1 && length >= 1 && column <= lineText.length);
    });

    it(`${page.code}: the safe twin is not, and has no other danger`, async () => {
      const found = await lint(page, page.safe);
      assert.deepEqual(
        found.filter(({ code, level }) => code === page.code || level === "danger"),
        [],
      );
    });

    it(`${page.code}: an allowance silences it`, async () => {
      if (rule?.category === "allowance") return;
      const [finding] = (await lint(page, page.unsafe)).filter(({ code }) => code === page.code);
      const { statements } = splitStatements(page.unsafe.body, tokenize(page.unsafe.body).tokens);
      const at = statements[(finding?.statement ?? 1) - 1]?.offset ?? 0;
      const body = `${page.unsafe.body.slice(0, at)}-- lockstep:allow ${page.code}\n${page.unsafe.body.slice(at)}`;
      const found = await lint(page, { ...page.unsafe, body });
      assert.deepEqual(
        found.filter(
          ({ code, statement }) =>
            (code === page.code && statement === finding?.statement) || code.startsWith("allowance"),
        ),
        [],
      );
    });

    if (page.unsafe.flags.has("fails")) {
      it(`${page.code}: SQLite refuses the unsafe example`, () => {
        assert.notEqual(run(page.before, page.unsafe).error, undefined);
        if (page.unsafe.flags.has("rows")) assert.equal(run(withoutRows(page.before), page.unsafe).error, undefined);
      });
    }

    if (page.unsafe.flags.has("loses")) {
      it(`${page.code}: values are gone after the unsafe example`, () => {
        const before = run(page.before, { ...page.unsafe, body: "" }).values;
        const { error, values } = run(page.before, page.unsafe);
        assert.equal(error, undefined);
        assert.ok(
          before.some(
            (value) =>
              before.filter((other) => other === value).length > values.filter((other) => other === value).length,
          ),
        );
      });
    }
  }
});
