/** docs/api.md has an entry for each export, with the declaration that the package has. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readPage, root } from "./support/page.ts";

const page = readPage("docs/api.md");
const dist = join(root, "dist");
const index = readFileSync(join(dist, "index.d.ts"), "utf8");
const exported = [...index.matchAll(/\{([^}]*)\}/g)]
  .flatMap(([, names = ""]) => names.split(","))
  .map((name) => name.trim().replace(/^type /, ""))
  .filter((name) => name !== "");

/** Every declaration of the package, by name: its text without comments and without the words that api.md leaves out. */
const declared = new Map<string, string>();
for (const file of globSync("**/*.d.ts", { cwd: dist })) {
  const text = withoutComments(readFileSync(join(dist, file), "utf8"));
  for (const part of text.split(/^export /m).slice(1)) {
    const name = /^(?:declare )?(?:interface|type|class|function|const) (\w+)/.exec(part)?.[1];
    if (name !== undefined && exported.includes(name)) declared.set(name, plain(part));
  }
}

/** The entry of an export: from its heading to the next one. */
function entry(name: string): string {
  const [, text = ""] = page.text.split(`\n### ${name}\n`);
  return text.split(/\n##+ /, 1)[0] ?? "";
}

describe("docs/api.md", () => {
  it("has an entry for each export, and no other", () => {
    const titles = page.headings.filter(({ depth }) => depth === 3).map(({ text }) => text);
    assert.deepEqual(titles.toSorted(), exported.toSorted());
  });
  for (const name of exported) {
    // The union of all codes is docs/errors.md.
    if (name === "ErrorCode") continue;
    it(`declares ${name} as the package does`, () => {
      const shown = /```ts fragment\n([^]*?)\n```/.exec(entry(name))?.[1];
      assert.equal(plain(withoutComments(shown ?? "")), declared.get(name));
    });
  }
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, "");
}

/** One line, without `readonly`, `declare`, private members, and the punctuation that formatters put in or leave out. */
function plain(text: string): string {
  return text
    .replaceAll(/\breadonly (?!\w+\[\])|\bdeclare |#private;/g, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[;,] ?(?=[})])/g, "")
    .replaceAll(/([=:]) \| /g, "$1 ")
    .replaceAll(/ ?([{}]) ?/g, "$1")
    .replaceAll(/; ?/g, ";")
    .trim()
    .replace(/;$/, "");
}
