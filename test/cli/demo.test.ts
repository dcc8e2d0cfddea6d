/** The demo runs to its end, and what it prints agrees with itself and with the database that it leaves. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { plainEnvironment, root, type Ran } from "./run-lockstep.ts";

async function runDemo(args: readonly string[]): Promise<Ran & { readonly folder: string }> {
  const child = spawn(process.execPath, [join(root, "scripts", "demo.ts"), ...args], { env: plainEnvironment() });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { stdout, stderr, exitCode, folder: /^in (.*lockstep-demo-.*)$/m.exec(stdout)?.[1] ?? "" };
}

/** The counts that follow a label, such as "3 authors, 7 books, 14 reviews". */
function countsAfter(text: string, label: string): readonly string[] {
  const lines = text.split("\n").filter((line) => line.trimStart().startsWith(label));
  return lines.map((line) => /\d+ authors, \d+ books, \d+ reviews/.exec(line)?.[0] ?? line);
}

describe("npm run demo", { concurrency: 2 }, () => {
  it("goes from version 0 to the newest, says so, and removes its folder", async () => {
    const { stdout, exitCode, folder } = await runDemo([]);
    assert.equal(exitCode, 0, stdout);
    const story = [
      "shop.db is not there yet: version 0",
      "shop.db went from version 0 to 2.",
      "error[statement_failed]: no such column: autor_id",
      '  hint: did you mean "author_id"?',
      "✓ the database file is the same, byte for byte",
      "shop.db went from version 3 to 4.",
      "✓ no row is lost",
      "Up to date.",
      "error[would_lose_data]",
      "✓ it was refused, and the file is the same",
      "shop.db went from version 4 to 3.",
      "✓ together they applied 1, 2, 3, 4: each migration once",
      "fresh processes found version 4 and applied nothing",
    ];
    let at = 0;
    for (const line of story) {
      const found = stdout.indexOf(line, at);
      assert.ok(found >= at, `after "${stdout.slice(0, at).split("\n").at(-1)}" comes "${line}":\n${stdout}`);
      at = found;
    }
    assert.notEqual(folder, "");
    assert.equal(existsSync(folder), false);
  });

  it("prints numbers that agree with each other and with the database", async () => {
    const { stdout, exitCode, folder } = await runDemo(["--keep"]);
    try {
      assert.equal(exitCode, 0, stdout);
      const [rows = ""] = countsAfter(stdout, "The shop writes its own rows");
      assert.deepEqual(countsAfter(stdout, "before:"), [rows]);
      const [kept, byHand] = countsAfter(stdout, "after:");
      assert.equal(kept, rows);
      assert.match(byHand ?? "", / 0 books, 0 reviews$/);
      const [, books, reviews] = /, (\d+) books, (\d+) reviews/.exec(rows) ?? [];
      assert.ok(stdout.includes(`  - ${books} values of books.slug\n  - ${reviews} rows of reviews\n`), stdout);

      const database = new DatabaseSync(join(folder, "shop.db"), { readOnly: true });
      const count = (table: string): number =>
        Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]);
      assert.equal(`${count("authors")} authors, ${count("books")} books, ${count("reviews")} reviews`, rows);
      const version = database.prepare("SELECT value FROM metadata WHERE key = 'schema_version'").get()?.["value"];
      assert.ok(stdout.includes(`shop.db is at version ${String(version)}\n`), String(version));
      database.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
