/** Which words SQLite takes for names without quotes. */

/** Words that are never names. Found by trying every keyword in every place; a test does that again. */
const RESERVED = new Set(
  `ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE DEFAULT DEFERRABLE DELETE DISTINCT
  DROP ELSE ESCAPE EXCEPT EXISTS FOREIGN FROM GROUP HAVING IN INDEX INSERT INTERSECT INTO IS ISNULL JOIN LIMIT NOT NOTHING
  NOTNULL NULL ON OR ORDER PRIMARY REFERENCES RETURNING SELECT SET TABLE THEN TO TRANSACTION UNION UNIQUE UPDATE USING VALUES
  WHEN WHERE`.split(/\s+/),
);

/** Words of joins: names of tables, columns and constraints, and neither types nor collations. */
const JOIN_WORDS = new Set(["CROSS", "FULL", "INNER", "LEFT", "NATURAL", "OUTER", "RIGHT"]);

/**
 * What a word is read as. `name`: of a table, column, index, trigger, view or constraint. `type`: of a column, or of a collation.
 * `value`: behind DEFAULT.
 */
export type NameUse = "name" | "type" | "value";

/** Whether SQLite reads a keyword, in upper case, as a name where it stands without quotes. */
export function canBeName(keyword: string, use: NameUse): boolean {
  if (RESERVED.has(keyword)) return false;
  if (use === "name") return true;
  if (JOIN_WORDS.has(keyword)) return false;
  return use === "value" || keyword !== "INDEXED";
}
