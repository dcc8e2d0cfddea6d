/** Rule: no source file over 400 lines, no function over 70. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readTree } from "../support/source-tree.ts";

const FILE_LINES = 400;
const FUNCTION_LINES = 70;

/** The first line of a function's body, in code as oxfmt leaves it: the line ends with `{` and is no other kind of block. */
const OPENS =
  /^(\s*)(?:(?:export |default |async |static |private |get |set )*function\b.*|.*=> |(?!(?:if|for|while|switch|catch|else|do|try)\b|\}|class\b|export (?:class|interface|type|const)\b|interface\b|return\b|const\b)[\w#*[].*\)(?:: .+)? |\)(?:: .+)? )\{$/;

interface Block {
  /** The line on which it begins, from 1. */
  readonly line: number;
  readonly length: number;
}

function lineCount(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** The functions of a file, with the lines of their headers. They end where a line with the same indent begins with `}`. */
function functionsOf(text: string): readonly Block[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const indent = OPENS.exec(line)?.[1];
    if (indent === undefined) return [];
    // A header of several lines begins on the last line above that has the same indent.
    const isTail = line.trimStart().startsWith(")");
    const first = isTail
      ? lines.findLastIndex(
          (above, at) => at < index && above.startsWith(indent) && !/^\s/.test(above.slice(indent.length)),
        )
      : index;
    const end = lines.findIndex((below, at) => at > index && below.startsWith(`${indent}}`));
    return end === -1 ? [] : [{ line: first + 1, length: end - first + 1 }];
  });
}

describe("sizes", () => {
  for (const { path, text } of readTree("src")) {
    it(`${path} has at most ${FILE_LINES} lines, and its functions at most ${FUNCTION_LINES}`, () => {
      assert.ok(lineCount(text) <= FILE_LINES, `it has ${lineCount(text)} lines`);
      for (const { line, length } of functionsOf(text))
        assert.ok(length <= FUNCTION_LINES, `the function on line ${line} has ${length} lines`);
    });
  }
});

function body(lines: number): string {
  return "  work();\n".repeat(lines);
}

describe("the rule itself", () => {
  const functions: Readonly<Record<string, string>> = {
    "a function": `function a(): void {\n${body(2)}}\n`,
    "an exported generator": `export function* a(): Task<void> {\n${body(2)}}\n`,
    "an async function": `async function a() {\n${body(2)}}\n`,
    "an arrow": `const a = (): void => {\n${body(2)}};\n`,
    "a callback": `run(1, (value) => {\n${body(2)}});\n`,
    "a method": `class A {\n  a(): void {\n${body(2)}  }\n}\n`.replaceAll("  work", "    work"),
    "a private method": `class A {\n  async #a(b: string): Promise<void> {\n${body(2)}  }\n}\n`.replaceAll(
      "  work",
      "    work",
    ),
    "a generator method": `class A {\n  *a(): Task<string> {\n${body(2)}  }\n}\n`.replaceAll("  work", "    work"),
    "a getter": `class A {\n  get a(): string {\n${body(2)}  }\n}\n`.replaceAll("  work", "    work"),
    "a constructor": `class A {\n  constructor(a: string) {\n${body(2)}  }\n}\n`.replaceAll("  work", "    work"),
  };
  for (const [about, text] of Object.entries(functions)) {
    it(`measures ${about} with its first and its last line`, () => {
      assert.deepEqual(
        functionsOf(text).map(({ length }) => length),
        [4],
      );
    });
  }

  it("counts the lines of a long header", () => {
    assert.deepEqual(functionsOf(`function a(\n  b: string,\n  c: string,\n): void {\n${body(2)}}\n`), [
      { line: 1, length: 7 },
    ]);
  });

  it("measures nothing that is no function", () => {
    const text =
      "interface A {\n  a: 1;\n}\nif (a) {\n  b();\n} else {\n  c();\n}\nconst a = {\n  b: 1,\n};\nswitch (a) {\n  default:\n}\nfor (const a of b) {\n}\n";
    assert.deepEqual(functionsOf(text), []);
  });

  it("notices a function that is too long, and a file", () => {
    const text = `function a(): void {\n${body(FUNCTION_LINES)}}\n`;
    assert.ok((functionsOf(text)[0]?.length ?? 0) > FUNCTION_LINES);
    assert.ok(lineCount("x\n".repeat(FILE_LINES + 1)) > FILE_LINES);
    assert.equal(lineCount("x\n".repeat(FILE_LINES)), FILE_LINES);
  });

  it("finds the functions of a real file", () => {
    const { text = "" } = readTree("src").find(({ path }) => path === "src/core/task.ts") ?? {};
    const names = functionsOf(text).map(({ line }) => /function\*? (\w+)/.exec(text.split("\n")[line - 1] ?? "")?.[1]);
    assert.deepEqual(names, ["wait", "runSync", "runAsync", "isPromise"]);
  });
});
