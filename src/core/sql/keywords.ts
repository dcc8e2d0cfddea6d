/** The keywords of SQLite, the only words whose case does not count in a checksum. */

// Part of the checksum format: a word added or removed here changes the checksums of migrations that users have applied. A
// keyword of a later SQLite comes in only together with a new format number. The list is https://sqlite.org/lang_keywords.html.
const KEYWORDS = `
  ABORT ACTION ADD AFTER ALL ALTER ALWAYS ANALYZE AND AS ASC ATTACH AUTOINCREMENT BEFORE BEGIN BETWEEN BY CASCADE CASE CAST
  CHECK COLLATE COLUMN COMMIT CONFLICT CONSTRAINT CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DATABASE
  DEFAULT DEFERRABLE DEFERRED DELETE DESC DETACH DISTINCT DO DROP EACH ELSE END ESCAPE EXCEPT EXCLUDE EXCLUSIVE EXISTS
  EXPLAIN FAIL FILTER FIRST FOLLOWING FOR FOREIGN FROM FULL GENERATED GLOB GROUP GROUPS HAVING IF IGNORE IMMEDIATE IN INDEX
  INDEXED INITIALLY INNER INSERT INSTEAD INTERSECT INTO IS ISNULL JOIN KEY LAST LEFT LIKE LIMIT MATCH MATERIALIZED NATURAL
  NO NOT NOTHING NOTNULL NULL NULLS OF OFFSET ON OR ORDER OTHERS OUTER OVER PARTITION PLAN PRAGMA PRECEDING PRIMARY QUERY
  RAISE RANGE RECURSIVE REFERENCES REGEXP REINDEX RELEASE RENAME REPLACE RESTRICT RETURNING RIGHT ROLLBACK ROW ROWS
  SAVEPOINT SELECT SET TABLE TEMP TEMPORARY THEN TIES TO TRANSACTION TRIGGER UNBOUNDED UNION UNIQUE UPDATE USING VACUUM
  VALUES VIEW VIRTUAL WHEN WHERE WINDOW WITH WITHOUT`;

/** CURRENT_TIMESTAMP. */
const LONGEST = 17;

/** From the spellings that people use, all lower and all upper case, to the upper case. */
const UPPER_CASE = new Map<string, string>();
for (const keyword of KEYWORDS.trim().split(/\s+/)) {
  UPPER_CASE.set(keyword, keyword);
  UPPER_CASE.set(keyword.toLowerCase(), keyword);
}

const MIXED_ASCII = /^[A-Za-z_]+$/;

/** The word in upper case if it is a keyword in any case, else undefined. */
export function keywordOf(word: string): string | undefined {
  if (word.length > LONGEST) return undefined;
  const known = UPPER_CASE.get(word);
  if (known !== undefined) return known;
  // Only ASCII letters have two cases for SQLite. JavaScript knows others: the upper case of U+017F is S.
  return MIXED_ASCII.test(word) ? UPPER_CASE.get(word.toUpperCase()) : undefined;
}

/** Whether a bare word is a keyword of SQLite, in any case. */
export function isKeyword(word: string): boolean {
  return keywordOf(word) !== undefined;
}
