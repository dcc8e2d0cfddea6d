/** The tokenizer, case by case. test/property/sql-tokenizer.test.ts holds it against SQLite's own. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tokenize } from "../../../src/core/sql/tokenizer.ts";

/** "kind text" for each token. */
function kinds(text: string): readonly string[] {
  const { tokens, problem } = tokenize(text);
  assert.equal(problem, undefined, `${text}: ${problem?.message}`);
  return tokens.map((token) => `${token.kind} ${token.text}`);
}

const legal: readonly (readonly [text: string, ...tokens: readonly string[]])[] = [
  ["SELECT a1_$b", "word SELECT", "word a1_$b"],
  ["überall 名前 \u00A0", "word überall", "word 名前", "word \u00A0"],
  ["xy Xy x", "word xy", "word Xy", "word x"],
  [`"a""b" \`c\`\`d\` [e[f]`, `quoted "a""b"`, "quoted `c``d`", "quoted [e[f]"],
  ["'it''s' '' 'a\nb'", "string 'it''s'", "string ''", "string 'a\nb'"],
  ["'a' 'b'", "string 'a'", "string 'b'"],
  ["x'00fF' X''y", "blob x'00fF'", "blob X''", "word y"],
  ["1 1. .5 1.5 1e5 1.e-5 .5E+5", ...["1", "1.", ".5", "1.5", "1e5", "1.e-5", ".5E+5"].map((n) => `number ${n}`)],
  ["0xFf 0x1_f 1_000.000_1 1e1_0", ...["0xFf", "0x1_f", "1_000.000_1", "1e1_0"].map((n) => `number ${n}`)],
  ["1.5.5 t.a", "number 1.5", "number .5", "word t", "operator .", "word a"],
  ["? ?12 ?1a", "parameter ?", "parameter ?12", "parameter ?1", "word a"],
  [":a @b $c #d :1", ...[":a", "@b", "$c", "#d", ":1"].map((p) => `parameter ${p}`)],
  ["$a::b(c;d)e $::f :a:b", "parameter $a::b(c;d)", "word e", "parameter $::f", "parameter :a", "parameter :b"],
  ["a->b->>c-d", "word a", "operator ->", "word b", "operator ->>", "word c", "operator -", "word d"],
  ["|| | << >> <= >= <> != == = < >", ..."|| | << >> <= >= <> != == = < >".split(" ").map((o) => `operator ${o}`)],
  ["(),.+*/%&~;", ..."( ) , . + * / % & ~".split(" ").map((o) => `operator ${o}`), "semicolon ;"],
  ["- -- - \n-", "operator -", "operator -"],
  ["1/**/2/* /* */3", "number 1", "number 2", "number 3"],
  ["a /*/ b */ c", "word a", "word c"],
  ["a /* never closed", "word a"],
  ["a /*", "word a", "operator /", "operator *"],
  ["\uFEFFa \uFEFFb c\uFEFF", "word a", "word b", "word c\uFEFF"],
  ["a\f\r\n\tb \vc", "word a", "word b", "word c"],
  ["a\u{1F600}\uD800 b", "word a\u{1F600}\uD800", "word b"],
];

const illegal: readonly (readonly [text: string, offset: number, length: number, message: RegExp])[] = [
  ["SELECT 'abc\ndef", 7, 4, /string is never closed/],
  ['SELECT "abc', 7, 4, /quoted name is never closed/],
  ["SELECT [abc", 7, 4, /quoted name is never closed/],
  ["SELECT x'ab", 7, 4, /blob is never closed/],
  ["SELECT x'abc', 1", 7, 6, /"x'abc'" is not valid/],
  ["SELECT x'zz'", 7, 5, /"x'zz'" is not valid/],
  ["SELECT 12ab", 7, 4, /"12ab" is not valid/],
  ["SELECT 1__0", 7, 4, /"1__0"/],
  ["SELECT 1_", 7, 2, /"1_"/],
  ["SELECT 1._5", 7, 4, /"1\._5"/],
  ["SELECT 1_.5", 7, 4, /"1_\.5"/],
  ["SELECT 1e_5", 7, 4, /"1e_5"/],
  ["SELECT 0x_1", 7, 4, /"0x_1"/],
  ["SELECT 0x", 7, 2, /"0x"/],
  ["SELECT :", 7, 1, /":"/],
  ["SELECT $(a)", 7, 1, /"\$"/],
  ["SELECT $a(b c)", 7, 4, /"\$a\(b"/],
  ["SELECT a ! b", 9, 1, /character "!"/],
  ["SELECT ^", 7, 1, /character "\^"/],
  ["SELECT a]", 8, 1, /character "\]"/],
  ["\vSELECT", 0, 1, /character U\+000B/],
  ["SELECT 1\0", 8, 1, /NUL/],
  ["SELECT 'a\0b'", 9, 1, /NUL/],
  ["-- \0", 3, 1, /NUL/],
];

describe("tokenize", () => {
  for (const [text, ...expected] of legal) {
    it(`reads ${JSON.stringify(text)} as SQLite does`, () => assert.deepEqual(kinds(text), expected));
  }

  for (const [text, offset, length, message] of illegal) {
    it(`points at what SQLite would refuse in ${JSON.stringify(text)}`, () => {
      const { problem } = tokenize(text);
      assert.deepEqual([problem?.offset, problem?.length], [offset, length]);
      assert.match(problem?.message ?? "", message);
      assert.notEqual(problem?.hint ?? "", "");
    });
  }

  it("reports the first of several problems and reads on behind it", () => {
    const { tokens, problem } = tokenize("^ 12ab \0 c");
    assert.equal(problem?.offset, 0);
    assert.deepEqual(
      tokens.map(({ kind, text }) => `${kind} ${text}`),
      ["unknown ^", "unknown 12ab", "unknown \0", "word c"],
    );
  });

  it("keeps comments with their offsets and without the line end of a line comment", () => {
    const { comments } = tokenize("-- one\r\n/* two */ a -- three\rstill\n--");
    assert.deepEqual(comments, [
      { text: "-- one", offset: 0 },
      { text: "/* two */", offset: 8 },
      { text: "-- three\rstill", offset: 20 },
      { text: "--", offset: 35 },
    ]);
  });

  it("gives each token its offset in UTF-16 units", () => {
    const { tokens } = tokenize("'\u{1F600}' a");
    assert.deepEqual(
      tokens.map(({ offset }) => offset),
      [0, 5],
    );
  });

  it("finds nothing in an empty text", () => {
    assert.deepEqual(tokenize(""), { tokens: [], comments: [] });
  });
});
