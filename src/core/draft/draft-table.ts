/** Writes down how one table becomes the wanted one. */
import { affinityOf } from "../alter/affinity.ts";
import { emptyColumns, matchColumns, type ColumnMatch } from "../alter/match.ts";
import { asStored } from "../alter/stored-text.ts";
import type { Rename } from "../diff/change.ts";
import { nameList, nameText } from "../schema/edit/name-text.ts";
import type { Column, Table } from "../schema/table.ts";
import { terminated } from "../schema/terminated.ts";
import { foldIdentifier, isSameName } from "../sql/quote.ts";
import type { DraftCapabilities } from "./capabilities.ts";
import { nativeChanges } from "./native.ts";
import { lineComment, type Block } from "./sql-text.ts";

/** A table that is to be another one. */
export interface TableDraft {
  /** With the names that its columns have once they are renamed. */
  readonly current: Table;
  readonly wanted: Table;
  /** The columns of this table that have new names. */
  readonly renames: readonly Rename[];
  readonly capabilities: DraftCapabilities;
  /** `down`: what the way up has thrown away is to come back, without its values. */
  readonly direction: "up" | "down";
  /** `differ`: they are to be those of the wanted table, and ALTER TABLE writes none. */
  readonly comments: "same" | "differ";
  /** The codes of what is allowed in so many words. */
  readonly allow: ReadonlySet<string>;
}

/** The statements. Every one stands behind those that rename its table. */
export function draftTable(draft: TableDraft): readonly Block[] {
  const { current, renames, capabilities } = draft;
  const wanted = asStored(draft.wanted);
  const match = matchTables(current, wanted);
  const alter = (what: string): string => `ALTER TABLE ${nameText(wanted.name)} ${what};`;
  const rename = ({ from, to }: Rename): Block => ({
    text: alter(`RENAME COLUMN ${nameText(from)} TO ${nameText(to)}`),
    group: wanted.name,
  });
  const allowance = draft.allow.has("drop_column") ? "-- lockstep:allow drop_column\n" : "";
  const native =
    draft.comments === "differ" ? undefined : nativeChanges({ current, wanted, dropped: match.dropped, capabilities });
  if (native !== undefined) {
    const notes = notesOf(draft, match).join("");
    const first = native.findIndex((what) => what.startsWith("ADD COLUMN"));
    return [
      ...renames.map(rename),
      ...native.map((what, index): Block => {
        const note = index === first ? notes : "";
        const allowed = what.startsWith("DROP COLUMN") ? allowance : "";
        return { text: note + allowed + alter(what), group: wanted.name };
      }),
    ];
  }
  // A rebuild does not take the same name in another case for another name.
  const isCase = ({ from, to }: Rename): boolean => isSameName(from, to);
  const said = renames.filter((one) => !isCase(one));
  const stored = match.dropped.filter(({ generated }) => generated === undefined);
  const lines = [
    // In a rebuild, -- lockstep:drop has said it.
    `${notesOf(draft, match).join("")}-- lockstep:rebuild`,
    terminated(wanted.sql),
    ...said.map(({ from, to }) => `-- lockstep:renamed ${nameText(to)} from ${nameText(from)}`),
    ...(stored.length === 0 ? [] : [`-- lockstep:drop ${nameList(stored.map(({ name }) => name))}`]),
    ...(draft.direction === "down" ? emptyColumns(match, wanted) : []).map(
      (column) => `-- lockstep:copy ${nameText(column.name)} = ${placeholderOf(column, wanted)}`,
    ),
  ];
  return [...renames.filter(isCase).map(rename), { text: lines.join("\n"), group: wanted.name }];
}

/** Pairs the columns by their names; those that are gone are dropped, and so are the values of those that are computed from now on. */
export function matchTables(current: Table, wanted: Table): ColumnMatch {
  const next = new Map(wanted.columns.map((column) => [foldIdentifier(column.name), column]));
  const isGone = ({ name, generated }: Column): boolean => {
    const after = next.get(foldIdentifier(name));
    return after === undefined || (generated === undefined && after.generated !== undefined);
  };
  const place = { offset: 0, length: 0 };
  const match = matchColumns(current, {
    wanted,
    copies: new Map(),
    renames: new Map(),
    drops: new Map(current.columns.filter(isGone).map(({ name }) => [foldIdentifier(name), { place }])),
    allows: new Set(),
  });
  if (match.kind === "problem") throw new RangeError(match.problem);
  return match;
}

/** What a reader has to know of a way back that cannot bring everything back. */
function notesOf({ direction }: TableDraft, match: ColumnMatch): readonly string[] {
  if (direction === "up") return [];
  const added = match.columns.filter(({ kind }) => kind === "new").map(({ column }) => column.name);
  if (added.length === 0) return [];
  const [verb, pronoun] = added.length === 1 ? ["comes", "its"] : ["come", "their"];
  return [lineComment(`${nameList(added)} ${verb} back without ${pronoun} values: what the way up dropped is gone.`)];
}

const PLACEHOLDERS = { INTEGER: "0", NUMERIC: "0", REAL: "0.0", TEXT: "''", BLOB: "x''" } as const;

function placeholderOf({ type }: Column, { typing }: Table): string {
  return PLACEHOLDERS[affinityOf(type, typing)];
}
