/** The checksum of SQL: what does not count, what does, and when two of them prove a difference. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checksum, checksumsDiffer } from "../../../src/core/migration/checksum.ts";
import { parseSql } from "../../../src/core/sql/migration-file.ts";
import type { Statement } from "../../../src/core/sql/script.ts";
import { sha256 } from "../../../src/hash.ts";

function statementsOf(sql: string): readonly Statement[] {
  const parsed = parseSql(sql);
  return parsed.kind === "parsed" ? parsed.up.statements : assert.fail(parsed.problem.message);
}

function checksumOf(sql: string): string {
  return checksum(statementsOf(sql), sha256);
}

const base = "CREATE TABLE users (id INTEGER, name TEXT DEFAULT 'a  b');\nINSERT INTO users VALUES (1, 'x');";

describe("checksum", () => {
  it("carries the number of its format in front of 64 hexadecimal digits", () => {
    assert.match(checksumOf(base), /^1:[0-9a-f]{64}$/);
  });

  it("is the digest of the canonical text, whatever digest its caller brings", () => {
    const statements = statementsOf("select 1; select  2");
    assert.equal(
      checksum(statements, (text) => `<${text}>`),
      "1:<SELECT 1;\nSELECT 2>",
    );
  });

  const same: readonly (readonly [what: string, sql: string])[] = [
    ["comments", `-- licence\n${base.replace(";\n", "; /* why */\n")} -- end`],
    ["white space and indentation", base.replaceAll(" (", "\n\t(").replace(";\n", "\n;\n\n\n")],
    ["line ends", base.replaceAll("\n", "\r\n")],
    ["the case of keywords", base.replace("CREATE TABLE", "create Table").replace("INSERT INTO", "insert into")],
    ["empty statements", `;;${base};;`],
    ["a missing last semicolon", base.slice(0, -1)],
    ["a byte order mark", `\uFEFF${base}`],
  ];
  for (const [what, sql] of same) {
    it(`does not count ${what}`, () => assert.equal(checksumOf(sql), checksumOf(base)));
  }

  const different: readonly (readonly [what: string, sql: string])[] = [
    ["the case of a name", base.replace("users (", "Users (")],
    ["white space in a string", base.replace("'a  b'", "'a b'")],
    ["a line end in a string", base.replace("'a  b'", "'a\nb'")],
    ["quotes around a name", base.replace("name TEXT", '"name" TEXT')],
    ["another value", base.replace("1, 'x'", "2, 'x'")],
    ["the order of statements", base.split("\n").toReversed().join("\n")],
    ["a statement more", `${base}SELECT 1;`],
    ["a statement less", base.split("\n")[0] ?? ""],
  ];
  for (const [what, sql] of different) {
    it(`counts ${what}`, () => assert.notEqual(checksumOf(sql), checksumOf(base)));
  }
});

describe("checksumsDiffer", () => {
  const cases: readonly (readonly [left: string | null, right: string | null, expected: boolean, why: string])[] = [
    ["1:aa", "1:aa", false, "equal ones"],
    ["1:aa", "1:bb", true, "two of one format that are not equal"],
    ["1:aa", "2:aa", false, "two of different formats"],
    ["1:aa", "2:bb", false, "two of different formats that are not equal"],
    [null, "1:aa", false, "one that is not there"],
    ["1:aa", null, false, "one that is not there, on the other side"],
    [null, null, false, "two that are not there"],
    ["aa", "bb", true, "two without a format that are not equal"],
    ["aa", "1:aa", false, "one without a format and one with"],
  ];
  for (const [left, right, expected, why] of cases) {
    it(`says ${expected ? "yes" : "no"} for ${why}`, () => assert.equal(checksumsDiffer(left, right), expected));
  }
});
