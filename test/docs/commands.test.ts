/** docs/cli.md and the command line know the same commands and options, and lines for the reader to type exist. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseArguments } from "../../src/cli/arguments.ts";
import { commands } from "../../src/cli/commands.ts";
import { options, optionsOf, type Option } from "../../src/cli/option.ts";
import { readPage, readPages, root } from "./support/page.ts";

const page = readPage("docs/cli.md");

/** The text of a chapter. */
function chapter(title: string): string {
  const [, text = ""] = page.text.split(`\n## ${title}\n`);
  return text.split("\n## ", 1)[0] ?? "";
}

/** The options in the first column of a chapter's tables. */
function optionsIn(title: string): readonly string[] {
  return [...chapter(title).matchAll(/^\| `([^`]+)` +\|/gm)]
    .map(([, cell = ""]) => cell)
    .filter((cell) => cell.includes("--"));
}

/** How an option is written down. */
function written({ name, short, value }: Option): string {
  return `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
}

describe("docs/cli.md", () => {
  it("has a chapter for each command, in the order of the help, and for no other", () => {
    const titles = page.headings.map(({ text }) => text).filter((text) => text.startsWith("lockstep "));
    assert.deepEqual(
      titles,
      commands.map(({ name }) => `lockstep ${name}`),
    );
  });
  for (const { name, options: own, argument } of commands) {
    it(`lists the options of ${name}, and no others`, () => {
      const known = optionsOf(name, own).filter(({ general }) => general !== true);
      const inTheirOrder = known.toSorted((left, right) => own.indexOf(left.name) - own.indexOf(right.name));
      assert.deepEqual(optionsIn(`lockstep ${name}`), inTheirOrder.map(written));
    });
    if (argument !== undefined) {
      it(`names the argument of ${name}`, () => {
        assert.match(chapter(`lockstep ${name}`), new RegExp(`lockstep ${name} ${argument}\\b`));
      });
    }
  }
  it("lists the options that every command takes, and no others", () => {
    const general = options.filter((option) => option.general === true);
    assert.deepEqual(optionsIn("Options for every command"), general.map(written));
  });
});

describe("a line for the reader to type", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  for (const { file, sections } of readPages()) {
    for (const { language, body, flags } of sections.flatMap(({ fences }) => fences)) {
      if (language !== "sh" || flags.has("setup")) continue;
      for (const line of body.split("\n").map((text) => text.replace(/(?:^|\s)#.*$/, "").trim())) {
        if (line !== "") it(`${file}: ${line}`, () => checkLine(line, manifest.scripts));
      }
    }
  }
});

/** Reads a line as far as it is ours: lockstep's own commands, the scripts of the package, and files that Node is to run. */
function checkLine(line: string, scripts: Readonly<Record<string, string>>): void {
  const [program = "", ...words] = line
    .replace(/^npx /, "")
    .replace(/^(?:[A-Z_]+=\S+ )+/, "")
    .split(/\s+/);
  if (program === "lockstep") parseArguments(words);
  const script = program === "npm" && words[0] === "run" ? words[1] : undefined;
  if (script !== undefined) assert.ok(script in scripts, `there is no script ${script}`);
  if (program !== "node") return;
  for (const word of words) {
    if (/^[\w/.-]+\.[jt]s$/.test(word)) assert.ok(existsSync(join(root, word)), `${word} is not there`);
  }
}
