/** Asks SQLite whether a text is a complete statement, by `sqlite3_complete` (https://sqlite.org/c3ref/complete.html). */
import { spawnSync } from "node:child_process";
import type { Statement } from "../../src/core/sql/script.ts";

const PROGRAM = `
import json, sqlite3, sys
print(json.dumps([sqlite3.complete_statement(text) for text in json.load(sys.stdin)]))
`;

/**
 * The texts about which SQLite thinks otherwise: each statement must be complete with its semicolon, and neither without it nor up to
 * a semicolon within. Undefined where there is no Python, by which SQLite is asked.
 */
export function areComplete(statements: readonly Statement[]): readonly string[] | undefined {
  // It knows nothing of the arguments of a virtual table, and takes a byte order mark for a letter. SQLite's parser does not.
  const known = statements.filter(({ text }) => !/^(?:EXPLAIN\s+)?CREATE\s+VIRTUAL|\uFEFF/i.test(text));
  const whole = known.map(({ text }) => `${text};`);
  const parts = known.flatMap(({ text, offset, tokens }) => [
    text,
    ...tokens
      .filter(({ kind }) => kind === "semicolon")
      .map((semicolon) => text.slice(0, semicolon.offset - offset + 1)),
  ]);
  const texts = [...whole, ...parts];
  const { status, stdout } = spawnSync("python3", ["-c", PROGRAM], {
    input: JSON.stringify(texts),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) return undefined;
  const answers = JSON.parse(stdout) as readonly boolean[];
  return texts.filter((_text, index) => answers[index] !== index < whole.length);
}
