/**
 * docs/format.md is enough to write the formats again: the tokenizer of this test is made of the patterns on that page and of
 * nothing else, and gives the same checksums.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { checksum } from "../../src/core/migration/checksum.ts";
import { parseSql } from "../../src/core/sql/migration-file.ts";
import { readPage, readPages, root, type Fence } from "./support/page.ts";

const fences = readPage("docs/format.md").sections.flatMap((section) => section.fences);

function bodyOf(flag: string): string {
  return fences.find(({ flags }) => flags.has(flag))?.body ?? assert.fail(`no fence says ${flag}`);
}

const patterns = bodyOf("patterns")
  .split("\n")
  .map((line) => ({ kind: line.split(" ", 1)[0] ?? "", pattern: new RegExp(line.replace(/^\w+ +/, ""), "y") }));
const keywords = new Set(bodyOf("keywords").split(/\s+/));

interface Token {
  readonly kind: string;
  readonly text: string;
}

/** The tokens of a text; undefined where no pattern matches. */
function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const token = tokenAt(text, at);
    if (token === undefined) return undefined;
    if (token.kind !== "space" && (token.kind !== "comment" || DIRECTIVE.test(token.text))) tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(text: string, at: number): Token | undefined {
  for (const { kind, pattern } of patterns) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) return { kind, text: match[0] };
  }
  return undefined;
}

const DIRECTIVE = /^--[ \t]*lockstep:(\S+)[ \t]*(.*)$/;

/** The line that a directive adds to the canonical text. */
function directiveLine(comment: string): string {
  const [, name = "", argument = ""] = DIRECTIVE.exec(comment) ?? [];
  const words = canonical(argument) ?? "";
  return `\n-- lockstep:${name}${words === "" ? "" : ` ${words}`}`;
}

/** The canonical text as the page tells it: written token by token, since only the end of a trigger looks back. */
function canonical(text: string): string | undefined {
  const statements: string[][] = [];
  const lines = new Map<string[], string>();
  let words: string[] = [];
  const tokens = tokensOf(text.replace(/^\uFEFF/, ""));
  for (const { kind, text: own } of tokens ?? []) {
    if (kind === "comment") {
      const isFirst = words.length === 0 && directiveLine(own) === "\n-- lockstep:rebuild";
      const about = isFirst || words.length > 0 ? words : statements.findLast(({ length }) => length > 0);
      if (about !== undefined && (isFirst || lines.has(about)))
        lines.set(about, (lines.get(about) ?? "") + directiveLine(own));
      continue;
    }
    const isTrigger = /^(?:EXPLAIN (?:QUERY PLAN )?)?CREATE (?:TEMP |TEMPORARY )?TRIGGER(?: |$)/.test(words.join(" "));
    const isOpen = isTrigger && !(words.at(-1) === "END" && words.at(-2) === ";");
    if (kind === "semicolon" && !isOpen) {
      statements.push(words);
      words = [];
      continue;
    }
    const upper = own.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
    words.push(kind === "word" && keywords.has(upper) ? upper : own);
  }
  statements.push(words);
  if (tokens === undefined) return undefined;
  return statements
    .filter(({ length }) => length > 0)
    .map((statement) => statement.join(" ") + (lines.get(statement) ?? ""))
    .join(";\n");
}

function hash(text: string): string {
  return `1:${createHash("sha256").update(text).digest("hex")}`;
}

/** The checksum that lockstep makes; undefined for a text that it refuses. */
function ours(text: string): string | undefined {
  const parsed = parseSql(text);
  if (parsed.kind === "problem") return undefined;
  const { statements } = parsed.up;
  const isBound = statements.every(({ tokens }) => tokens.every(({ kind }) => kind !== "parameter"));
  return isBound ? checksum(statements, (canonicalText) => hash(canonicalText).slice(2)) : undefined;
}

/** Says the same of a text as lockstep, where lockstep accepts it. */
function agree(text: string): void {
  const expected = ours(text);
  if (expected !== undefined) assert.equal(hash(canonical(text) ?? "(refused)"), expected, JSON.stringify(text));
}

describe("docs/format.md", () => {
  const samples = fences.flatMap((fence, index) =>
    fence.flags.has("vector") ? [fences.slice(index, index + 3) as [Fence, Fence, Fence]] : [],
  );
  it("has samples", () => assert.ok(samples.length > 1));
  for (const [vector, text, sum] of samples) {
    it(`shows the canonical text and checksum of the sample in line ${vector.line}`, () => {
      assert.equal(text.body, canonical(vector.body));
      assert.equal(sum.body, ours(vector.body));
      assert.equal(sum.body, hash(text.body));
    });
  }
  it("lists the keywords that lockstep knows", () => {
    const source = readFileSync(join(root, "src/core/sql/keywords.ts"), "utf8");
    assert.deepEqual([...keywords].join(" "), /`([^`]+)`/.exec(source)?.[1]?.trim().replaceAll(/\s+/g, " "));
  });
  it("gives the checksum of all SQL in the documentation", () => {
    for (const page of readPages()) {
      for (const { fences: all } of page.sections) {
        for (const { language, body } of all) if (language === "sql") agree(body);
      }
    }
  });
  it("gives the checksum of any SQL that lockstep accepts", () => {
    const piece = fc.constantFrom(...PIECES);
    const text = fc
      .array(fc.tuple(piece, fc.constantFrom("", " ", "\n", "/* */")))
      .map((parts) => parts.flat().join(""));
    fc.assert(fc.property(text, agree), { numRuns: 3000 });
  });
  it("shows the texts of a schema hash, and the hash", () => {
    const at = fences.findIndex(({ flags }) => flags.has("schema"));
    const texts = fences[at]?.body.split("\n") ?? [];
    assert.equal(fences[at + 1]?.body, schemaHash(texts));
  });
});

/** The sum of the hashes, in words of 32 bits. */
function schemaHash(texts: readonly string[]): string {
  const sums = new Uint32Array(8);
  for (const text of texts) {
    const digest = createHash("sha256").update(text).digest();
    for (const index of sums.keys()) sums[index] = (sums[index] ?? 0) + digest.readUInt32BE(index * 4);
  }
  return `1:${[...sums].map((sum) => sum.toString(16).padStart(8, "0")).join("")}`;
}

/** Parts of SQL that can stand beside each other in ways that a tokenizer gets wrong. */
const PIECES =
  "select Select a a$b _x é 😀 ſelect \"q\" \"q\"\"r\" `b` [n] 's' 'it''s' x'00ff' X'A' xyz x 1 1. 1.5 .5 1e5 1e 0x1F 1_000 1_ - -> ->> -- /* */ / * ; , ( ) = == <> != || | . CREATE TRIGGER temp TEMPORARY explain query plan BEGIN END end \uFEFF \v"
    .split(" ")
    .filter((piece) => piece !== "");
