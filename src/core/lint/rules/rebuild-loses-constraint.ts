/** rebuild_loses_constraint: a rebuild by hand forgets what the old table refused. */
import { foldIdentifier } from "../../sql/quote.ts";
import type { Table } from "../../schema/table.ts";
import { handRebuildFix } from "../hand-rebuild-fix.ts";
import { advise } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { keptColumns, tablePair, type TablePair } from "../table-pair.ts";
import { nameText } from "../words.ts";

export const rebuildLosesConstraint: Rule = {
  code: "rebuild_loses_constraint",
  category: "rebuild",
  level: "warning",
  title: "a rebuild by hand loses a constraint, a default or a collation",
  check(context) {
    const pair = tablePair(context);
    if (pair?.form !== "hand") return [];
    const lost = [...lostRules(pair.old, pair.next), ...lostClauses(pair)];
    if (lost.length === 0) return [];
    return [
      {
        message: `the new ${nameText(pair.name)} is without ${lost.join(", ")}`,
        fix: sameColumns(pair)
          ? handRebuildFix(context, pair, pair.old)
          : advise(`write ${lost.join(", ")} into the new table, behind -- lockstep:rebuild`),
        place: pair.place,
      },
    ];
  },
};

function lostRules(old: Table, next: Table): readonly string[] {
  const plain = (text: string): string => foldIdentifier(text).replaceAll(/["`[\]\s]/g, "");
  const checks = new Set(next.checks.map(({ expression }) => plain(expression.text)));
  const keys = new Set(
    [...next.uniques, ...(next.primaryKey === undefined ? [] : [next.primaryKey])].map(({ columns }) =>
      columns.map(({ name }) => foldIdentifier(name)).join(),
    ),
  );
  const parents = new Set(next.foreignKeys.map(({ columns, parent }) => foldIdentifier([...columns, parent].join())));
  const stays = ({ columns }: { readonly columns: readonly string[] }): boolean =>
    columns.every((name) => next.columns.some((column) => foldIdentifier(column.name) === foldIdentifier(name)));
  return [
    ...old.checks
      .filter(({ expression }) => !checks.has(plain(expression.text)))
      .map(({ expression }) => `CHECK (${expression.text})`),
    ...old.uniques
      .map(({ columns }) => ({ columns: columns.map(({ name }) => name) }))
      .filter((unique) => stays(unique) && !keys.has(foldIdentifier(unique.columns.join())))
      .map(({ columns }) => `UNIQUE (${columns.join(", ")})`),
    ...old.foreignKeys
      .filter((key) => stays(key) && !parents.has(foldIdentifier([...key.columns, key.parent].join())))
      .map(({ columns, parent }) => `the foreign key of ${columns.join(", ")} to ${nameText(parent)}`),
    ...(old.typing === "strict" && next.typing !== "strict" ? ["STRICT"] : []),
  ];
}

function lostClauses(pair: TablePair): readonly string[] {
  return keptColumns(pair).flatMap(({ old, next }) => [
    ...(old.notNull !== undefined && next.nulls === "allowed" ? [`NOT NULL on ${nameText(next.name)}`] : []),
    ...(old.default !== undefined && next.default === undefined ? [`the default of ${nameText(next.name)}`] : []),
    ...(foldIdentifier(old.collation) !== foldIdentifier(next.collation)
      ? [`COLLATE ${old.collation} on ${nameText(next.name)}`]
      : []),
  ]);
}

/** Whether the new table has no other columns: then the old text is the whole one. */
function sameColumns({ old, next }: TablePair): boolean {
  const names = (table: Table): string => table.columns.map(({ name }) => foldIdentifier(name)).join("\0");
  return names(old) === names(next);
}
