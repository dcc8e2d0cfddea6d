/** Finds what may have been renamed. Nothing is ever guessed: it is asked. */
import type { Schema } from "../schema/schema.ts";
import type { Table } from "../schema/table.ts";
import { isSameName } from "../sql/quote.ts";
import { ancestors } from "./ancestors.ts";
import type { Rename } from "./change.ts";
import { keyOf } from "./diff-table.ts";

/** Something that is gone where something else is new: it may have been renamed, or the one dropped and the other added. */
export type RenameQuestion =
  | { readonly kind: "table"; readonly from: string; readonly candidates: readonly string[] }
  | {
      readonly kind: "column";
      /** The name of the table in the wanted schema. */
      readonly table: string;
      readonly from: string;
      readonly candidates: readonly string[];
    };

/** The tables that are gone where others are new, but for those whose new name is known. */
export function tableQuestions(from: Schema, to: Schema, renames: readonly Rename[]): readonly RenameQuestion[] {
  const { gone, added } = unpaired(from.tables, to.tables, (name) =>
    renames.some((rename) => rename.kind === "table" && [rename.from, rename.to].some((own) => isSameName(own, name))),
  );
  return added.length === 0 ? [] : gone.map((name) => ({ kind: "table", from: name, candidates: added }));
}

/** The columns that are gone from tables which stay, where others are new. A generated column has no values that could be lost. */
export function columnQuestions(from: Schema, to: Schema, renames: readonly Rename[]): readonly RenameQuestion[] {
  const ancestorOf = ancestors(from, renames);
  return to.tables.flatMap((wanted): readonly RenameQuestion[] => {
    const current = ancestorOf(wanted);
    if (current === undefined) return [];
    const isStored = ({ generated }: Table["columns"][number]): boolean => generated === undefined;
    const { gone, added } = unpaired(current.columns.filter(isStored), wanted.columns, (name, side) =>
      renames.some(
        (rename) =>
          rename.kind === "column" &&
          isSameName(rename.table, wanted.name) &&
          isSameName(side === "gone" ? rename.from : rename.to, name),
      ),
    );
    // A generated column takes no values, so that nothing can have become one.
    const candidates = added.filter((name) =>
      wanted.columns.some((column) => column.name === name && isStored(column)),
    );
    if (candidates.length === 0) return [];
    return gone.map((name) => ({ kind: "column", table: wanted.name, from: name, candidates }));
  });
}

/** The names that only one of two lists has, in their order, but for those of which something is known. */
function unpaired(
  left: readonly { readonly name: string }[],
  right: readonly { readonly name: string }[],
  isKnown: (name: string, side: "gone" | "added") => boolean,
): { readonly gone: readonly string[]; readonly added: readonly string[] } {
  const [before, after] = [left, right].map((list) => new Set(list.map(keyOf)));
  return {
    gone: left.filter((one) => after?.has(keyOf(one)) === false && !isKnown(one.name, "gone")).map(({ name }) => name),
    added: right
      .filter((one) => before?.has(keyOf(one)) === false && !isKnown(one.name, "added"))
      .map(({ name }) => name),
  };
}
