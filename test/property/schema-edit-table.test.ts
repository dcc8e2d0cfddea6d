/** What is said to the editor of a random table is what the new text says to SQLite, and all else in the text stays as it was. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { editTable, type EditedTable } from "../../src/core/schema/edit/edit-table.ts";
import type { TableEditor } from "../../src/core/schema/edit/editor.ts";
import { doubleQuoted } from "../support/schema-text.ts";
import { spec, style } from "./edited-table-arbitrary.ts";
import { end, mentioned, type Progress } from "./edited-table-change.ts";
import { NEW_NAMES, play, throws, type Play, type Throw } from "./edited-table-operation.ts";
import { run, TABLE, tokensOf, Writer, type Spec, type Style } from "./edited-table.ts";
import { tries } from "./tries.ts";

/** The text of a table that SQLite takes, with those of its definitions; other runs do not count. */
function textOf(before: Spec, written: Style): { readonly sql: string; readonly definitions: readonly string[] } {
  const text = new Writer(before, written).table();
  fc.pre(run(text.sql).kind === "table");
  return text;
}

/** The operations that have something to be done to, and what they lead to. */
function plan(before: Spec, dice: readonly Throw[], other: Style): readonly [readonly Play[], Progress] {
  let progress: Progress = { spec: before, leaving: new Set(), fills: new Map() };
  const plays: Play[] = [];
  for (const one of dice) {
    const next = play(progress, one, other);
    if (next === undefined) continue;
    plays.push(next);
    ({ progress } = next);
  }
  return [plays, progress];
}

/** The text that is wanted. Fails where the edit is refused. */
function wantedSql(sql: string, edited: EditedTable): string {
  if (edited.kind === "wanted") return edited.wanted.sql;
  return assert.fail(`${edited.problem.message}: ${sql}`);
}

/** Definitions of which nothing was said, and in which no name changed, as they stand in the first text. */
function untouched(before: Spec, after: Spec, definitions: readonly string[]): readonly string[] {
  const same = new Set<unknown>([...after.columns, ...after.constraints]);
  const names = new Map(after.columns.map(({ id, name }) => [id, name.name]));
  const isOld = (id: number): boolean => before.columns[id]?.name.name === names.get(id);
  return [...before.columns, ...before.constraints].flatMap((one, index) => {
    const constraints = "constraints" in one ? one.constraints : [one];
    const isSame = same.has(one) && constraints.flatMap(mentioned).every(isOld);
    return isSame ? [definitions[index] ?? ""] : [];
  });
}

/** What only the migration can say, from the numbers of the columns. */
function sayings(before: Spec, after: Spec, { fills }: Progress): unknown {
  const old = new Map(before.columns.map(({ id, name }) => [id, name.name]));
  const now = new Map(after.columns.map(({ id, name }) => [id, name.name]));
  const renames = [...now].flatMap(([id, name]) => {
    const was = old.get(id);
    return was === undefined || was === name ? [] : [[name, was] as const];
  });
  return {
    renames: new Map(renames),
    drops: new Set([...old].flatMap(([id, name]) => (now.has(id) ? [] : [name]))),
    copies: new Map([...now].flatMap(([id, name]) => (fills.has(id) ? [[name, fills.get(id)] as const] : []))),
  };
}

describe("an edit of a table", () => {
  it("makes of the text what it says, to every pragma and every token, and touches nothing else", () => {
    fc.assert(
      fc.property(spec, style, throws, style, (before, written, dice, other) => {
        const { sql, definitions } = textOf(before, written);
        const [plays, progress] = plan(before, dice, other);
        const edited = editTable(sql, (editor) => {
          for (const { call } of plays) call(editor);
        });
        const after = end(progress);
        const expected = after === undefined ? undefined : new Writer(after).table().sql;
        if (edited.kind === "problem") {
          const { code, message } = edited.problem;
          if (code === "in_use")
            return assert.ok(expected === undefined || /refers to the primary key/.test(message), sql);
          assert.equal(code, "impossible", `${message}: ${sql}`);
          return assert.ok(expected === undefined || run(expected).kind === "refused", `${message}: ${sql}`);
        }
        assert.ok(after !== undefined && expected !== undefined, sql);
        const { sql: text, ...rest } = edited.wanted;
        assert.deepEqual(tokensOf(text), tokensOf(expected), text);
        const [outcome, wanted] = [run(text), run(expected)];
        assert.ok(outcome.kind === "table" && wanted.kind === "table", text);
        assert.deepEqual(outcome.facts, wanted.facts, text);
        for (const definition of untouched(before, after, definitions)) assert.ok(text.includes(definition), text);
        assert.deepEqual(rest, sayings(before, after, progress));
      }),
      tries(300),
    );
  });

  it("says nothing where nothing is said", () => {
    fc.assert(
      fc.property(spec, style, (before, written) => {
        const { sql } = textOf(before, written);
        assert.equal(
          wantedSql(
            sql,
            editTable(sql, () => undefined),
          ),
          sql,
        );
      }),
      tries(100),
    );
  });
});

/** What SQLite can do itself: the end of ALTER TABLE, and the same said to the editor. */
const NATIVE: Readonly<
  Record<string, (column: string, name: string) => readonly [string, (editor: TableEditor) => unknown]>
> = {
  "RENAME COLUMN": (column, name) => [
    `RENAME COLUMN ${doubleQuoted(column)} TO ${doubleQuoted(name)}`,
    (editor) => editor.renameColumn(column, name),
  ],
  "ADD COLUMN": (_, name) => [
    `ADD COLUMN ${doubleQuoted(name)} TEXT DEFAULT 'x' CHECK (length(${doubleQuoted(name)}) < 5)`,
    (editor) => editor.addColumn(`${doubleQuoted(name)} TEXT DEFAULT 'x' CHECK (length(${doubleQuoted(name)}) < 5)`),
  ],
  "DROP COLUMN": (column) => [`DROP COLUMN ${doubleQuoted(column)}`, (editor) => editor.dropColumn(column)],
  "SET NOT NULL": (column) => [
    `ALTER COLUMN ${doubleQuoted(column)} SET NOT NULL`,
    (editor) => editor.setNotNull(column),
  ],
  "DROP NOT NULL": (column) => [
    `ALTER COLUMN ${doubleQuoted(column)} DROP NOT NULL`,
    (editor) => editor.dropNotNull(column),
  ],
  "ADD CHECK": (column) => [
    `ADD CONSTRAINT added CHECK (${doubleQuoted(column)} <> 7)`,
    (editor) => editor.addCheck(`${doubleQuoted(column)} <> 7`, { name: "added" }),
  ],
};

describe("an edit that SQLite can do too", () => {
  for (const [what, make] of Object.entries(NATIVE)) {
    it(`gives the same table as ${what}`, () => {
      fc.assert(
        fc.property(spec, style, fc.nat(), fc.constantFrom(...NEW_NAMES), (before, written, place, name) => {
          const { sql } = textOf(before, written);
          const column = before.columns[place % before.columns.length]?.name.name ?? "";
          const [alteration, edit] = make(column, name);
          const native = run(sql, `ALTER TABLE ${doubleQuoted(TABLE.name)} ${alteration}`);
          // It says more against a change than there is to say, and an older one does not know all of these.
          if (native.kind === "refused") return;
          const edited = editTable(sql, (editor) => void edit(editor));
          if (edited.kind === "problem" && what !== "RENAME COLUMN") {
            // It lets foreign keys point at nothing, and a CHECK mean the rowid where it meant a column.
            const isKnown = /^(?:rowid|oid)$/.test(column) && edited.problem.code === "in_use";
            if (!isKnown) {
              assert.match(edited.problem.message, /is not about it|has no NOT NULL|is used by the foreign key/, sql);
            }
            return;
          }
          const text = wantedSql(sql, edited);
          const outcome = run(text);
          assert.ok(outcome.kind === "table", text);
          assert.deepEqual(outcome.facts, native.facts, text);
          if (what === "RENAME COLUMN") assert.deepEqual(tokensOf(text), tokensOf(native.sql), text);
        }),
        tries(60),
      );
    });
  }
});
