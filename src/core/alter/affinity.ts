/** How a column turns the values that are written to it into those that are stored. */
import { foldIdentifier } from "../sql/quote.ts";
import type { Table } from "../schema/table.ts";

/** https://sqlite.org/datatype3.html#type_affinity */
export type Affinity = "INTEGER" | "TEXT" | "BLOB" | "REAL" | "NUMERIC";

/** The affinity of a declared type. In a STRICT table ANY takes every value as it is, and elsewhere it is a word like any other. */
export function affinityOf(type: string, typing: Table["typing"]): Affinity {
  // Only ASCII letters have two cases for SQLite.
  const folded = foldIdentifier(type);
  if (typing === "strict" && folded === "any") return "BLOB";
  if (folded.includes("int")) return "INTEGER";
  if (/char|clob|text/.test(folded)) return "TEXT";
  if (folded === "" || folded.includes("blob")) return "BLOB";
  if (/real|floa|doub/.test(folded)) return "REAL";
  return "NUMERIC";
}

/** What decides which values a column stores, and how: two columns of the same storage hold the same bytes. */
export function storageOf(type: string, typing: Table["typing"]): string {
  const affinity = affinityOf(type, typing);
  // STRICT also refuses values, and tells BLOB from ANY.
  return typing === "strict" ? `strict ${foldIdentifier(type) === "any" ? "ANY" : affinity}` : affinity;
}

/** Whether every value that a column of one affinity holds reads as the same text when one of the other holds it: 42 is 42.0 as a REAL. */
export function keepsText(from: Affinity, to: Affinity): boolean {
  const isWhole = (affinity: Affinity): boolean => affinity === "INTEGER" || affinity === "NUMERIC";
  return from === to || to === "TEXT" || to === "BLOB" || (isWhole(from) && isWhole(to));
}
