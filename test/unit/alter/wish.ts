/** Wishes and tables for the tests of the pure parts, each written as SQL. */
import assert from "node:assert/strict";
import type { AlterIntent } from "../../../src/core/alter/intent.ts";
import { matchColumns, type ColumnMatch } from "../../../src/core/alter/match.ts";
import type { AlterProblem } from "../../../src/core/alter/problem.ts";
import { readIntent } from "../../../src/core/alter/read-intent.ts";
import type { TableChange } from "../../../src/core/alter/table-change.ts";
import { linkIndex } from "../../../src/core/schema/link.ts";
import type { Schema } from "../../../src/core/schema/schema.ts";
import type { Table } from "../../../src/core/schema/table.ts";
import { parseSql } from "../../../src/core/sql/migration-file.ts";
import { schemaOf } from "../../support/parsed-schema.ts";

/** The table `t` with this between its parentheses, and these options behind them. */
export function table(body: string, options = ""): Table {
  const [found] = schemaOf([`CREATE TABLE t (${body})${options === "" ? "" : ` ${options}`}`]).tables;
  return found ?? assert.fail(body);
}

/** What is read of this statement behind `-- lockstep:rebuild`, with directives behind it. */
export function readWish(sql: string, ...directives: readonly string[]): AlterIntent | AlterProblem {
  const text = ["-- lockstep:rebuild", `${sql};`, ...directives.map((line) => `-- lockstep:${line}`)].join("\n");
  const parsed = parseSql(text);
  const [statement] = parsed.kind === "parsed" ? parsed.up.statements : [];
  return readIntent(statement ?? assert.fail(text));
}

/** What is wanted of the table `t`. */
export function wish(wanted: Table, ...directives: readonly string[]): AlterIntent {
  const intent = readWish(wanted.sql, ...directives);
  return "problem" in intent ? assert.fail(intent.problem) : intent;
}

/** The columns of a wish that contradicts nothing. */
export function matched(current: Table, intent: AlterIntent): ColumnMatch {
  const match = matchColumns(current, intent);
  return match.kind === "match" ? match : assert.fail(match.problem);
}

/** A change of `t` among other objects, as their statements make them. */
export function changeAmong(
  others: readonly string[],
  current: Table,
  { wanted, directives = [] }: { readonly wanted: Table; readonly directives?: readonly string[] },
): TableChange {
  const intent = wish(wanted, ...directives);
  const schema: Schema = schemaOf([current.sql, ...others]);
  const own = schema.tables.find(({ name }) => name === "t") ?? assert.fail("no t");
  const indexes = schema.indexes.map((index) => linkIndex(index, own));
  return {
    schema: { ...schema, indexes },
    current: own,
    wanted: intent.wanted,
    match: matched(own, intent),
    renames: intent.renames,
  };
}
