/** redundant_index: an index that another one can stand in for. */
import { automaticIndexes } from "../../schema/automatic-index.ts";
import type { Index } from "../../schema/schema.ts";
import { foldIdentifier } from "../../sql/quote.ts";
import { advise } from "../fix.ts";
import type { Rule } from "../rule.ts";
import { nameText, placeOfName } from "../words.ts";

export const redundantIndex: Rule = {
  code: "redundant_index",
  category: "design",
  level: "advice",
  title: "an index that another one can stand in for",
  check({ kind, statement, before, after, end }) {
    if (kind.kind !== "schema" || kind.verb !== "CREATE" || kind.object !== "index" || kind.name === undefined)
      return [];
    const index = after.object(kind.name);
    if (index?.kind !== "index" || before.object(kind.name) !== undefined || index.where !== undefined) return [];
    const table = after.table(index.table);
    if (table === undefined || index.uniqueness === "unique") return [];
    const own = keyOf(index);
    const automatic = automaticIndexes(table).map(({ columns, origin }) => ({
      name: origin === "primary_key" ? "the primary key" : `UNIQUE (${columns.map(({ name }) => name).join(", ")})`,
      key: columns.map(({ name, collation, order }) => foldIdentifier(`${name} ${collation} ${order}`)),
    }));
    const made = end
      .indexesOf(table.name)
      .filter(({ name, where }) => foldIdentifier(name) !== foldIdentifier(index.name) && where === undefined)
      .map((other) => ({ name: nameText(other.name), key: keyOf(other) }));
    const better = [...automatic, ...made].find(
      ({ key }) =>
        own.every((term, at) => key[at] === withCollation(term, table)) || own.every((term, at) => key[at] === term),
    );
    if (better === undefined) return [];
    return [
      {
        message: `${better.name} begins with the same columns as ${nameText(index.name)}, which only makes writes slower`,
        fix: advise(`leave it out: ${better.name} does the same`),
        place: placeOfName(statement, index.name),
      },
    ];
  },
};

function keyOf({ terms }: Index): readonly string[] {
  return terms.map((term) =>
    foldIdentifier(
      term.kind === "column"
        ? `${term.name} ${term.collation ?? ""} ${term.order}`
        : `(${term.expression.text}) ${term.order}`,
    ),
  );
}

/** The term as an automatic index says it: with the collation of its column, where it has none of its own. */
function withCollation(
  term: string,
  { columns }: { readonly columns: readonly { readonly name: string; readonly collation: string }[] },
): string {
  const column = columns.find(({ name }) => term.startsWith(`${foldIdentifier(name)}  `));
  return column === undefined ? term : term.replace("  ", ` ${foldIdentifier(column.collation)} `);
}
