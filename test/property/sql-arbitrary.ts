/** Scripts of SQL that run as they are, with all kinds of gaps between their tokens and statements. */
import * as fc from "fast-check";

/**
 * Groups of statements that work on their own. Each space is a gap to fill, `_` is a space inside a token, and # is the
 * group's number.
 */
const GROUPS: readonly (readonly string[])[] = [
  [
    "CREATE TABLE u# ( id INTEGER PRIMARY KEY , [a;b] TEXT DEFAULT '--_;' , \"END;\" )",
    "INSERT INTO u# ( [a;b] ) VALUES ( 'it''s;' ) , ( x'3b' )",
  ],
  [
    "CREATE TABLE t# ( id INTEGER PRIMARY KEY , state TEXT , CHECK ( state <> ';' ) )",
    "CREATE TABLE log# ( what TEXT )",
    "CREATE TRIGGER t#_insert AFTER INSERT ON t# BEGIN INSERT INTO log# VALUES ( CASE WHEN new . state IS NULL THEN 'none;' ELSE 'some' END ) ; END",
    "CREATE TRIGGER t#_update BEFORE UPDATE OF state ON t# FOR EACH ROW WHEN CASE old . id WHEN 1 THEN 1 ELSE 0 END BEGIN SELECT CASE WHEN 1 THEN 2 END ; UPDATE t# SET state = CASE WHEN 1 THEN 'a' END WHERE id = CASE WHEN 1 THEN 2 END ; DELETE FROM log# WHERE what = 'END' ; END",
    "INSERT INTO t# VALUES ( 1 , NULL ) , ( 2 , 'b' )",
    "UPDATE t# SET state = 'c' WHERE id = 1",
  ],
  [
    "CREATE TABLE w# ( a TEXT PRIMARY KEY , b INT ) STRICT , WITHOUT ROWID",
    "CREATE VIEW v# AS SELECT a , CASE b WHEN 1 THEN 'BEGIN' END AS c FROM w#",
    "CREATE TRIGGER v#_insert INSTEAD OF INSERT ON v# BEGIN INSERT INTO w# VALUES ( new . a , 1 ) ; END",
    "INSERT INTO v# ( a ) VALUES ( 'x' )",
  ],
  [
    "CREATE TEMP TABLE p# ( a )",
    "CREATE TEMP TRIGGER p#_delete AFTER DELETE ON p# BEGIN SELECT 1 ; END",
    "INSERT INTO p# VALUES ( 1 )",
  ],
  [
    "CREATE TABLE e# ( a )",
    "EXPLAIN CREATE TRIGGER e#_x AFTER INSERT ON e# BEGIN SELECT 1 ; SELECT 2 ; END",
    "EXPLAIN QUERY PLAN SELECT 1",
  ],
  ["BEGIN", 'CREATE TABLE b# ( "begin" , `end;` )', "INSERT INTO b# VALUES ( ';' , '/*' )", "END"],
  [
    "CREATE TABLE a# ( x )",
    "ALTER TABLE a# ADD COLUMN y DEFAULT ';'",
    "CREATE UNIQUE INDEX a#_y ON a# ( x , y ) WHERE x <> ';'",
    "REPLACE INTO a# VALUES ( 1 , '\u{1F600};' )",
  ],
  [
    "SELECT 1 , '_' , 2e1 , CASE WHEN 1 THEN 2 END AS [END;]",
    "WITH c AS ( SELECT ';' AS s ) SELECT * FROM c",
    "PRAGMA user_version = #",
  ],
];

const GAPS = [
  " ",
  "\n",
  "\r\n",
  "\t",
  "\f ",
  " -- ;\n",
  " -- END; it's\r\n",
  '/* ; " END; */',
  "/**/",
  "\n-- CREATE TRIGGER x BEGIN\n",
  " /*\n--*/ ",
  " \uFEFF",
];

/** What SQLite stores of these includes the comments before the semicolon, so they get none there. */
const STORES_ITS_TAIL = /^(?:CREATE (?:TABLE|TEMP TABLE|VIEW|UNIQUE INDEX)|ALTER)/;

/** A script, and the statements that were put into it. */
export interface RenderedScript {
  readonly text: string;
  readonly statements: readonly { readonly text: string; readonly offset: number }[];
}

/** Scripts that run without an error, with anything between their statements and tokens that may stand there. */
export const script: fc.Arbitrary<RenderedScript> = fc
  .record({
    groups: fc.array(fc.constantFrom(...GROUPS), { minLength: 1, maxLength: 4 }),
    gaps: fc.infiniteStream(fc.constantFrom(...GAPS)),
    separators: fc.infiniteStream(fc.constantFrom(";", ";", ";\n", ";;", "; ;-- ;\r\n;", ";\n/* CREATE TRIGGER */\n")),
    last: fc.constantFrom("semicolon", "open"),
  })
  .map(({ groups, gaps, separators, last }) => {
    const templates = groups.flatMap((group, index) =>
      group.map((template) => template.replaceAll("#", String(index))),
    );
    const nextGap = (): string => gaps.next().value;
    const statements: { text: string; offset: number }[] = [];
    let text = nextGap();
    for (const [index, template] of templates.entries()) {
      const rendered = template.replaceAll(" ", nextGap).replaceAll(/_(?=')|(?<=--)_/g, " ");
      statements.push({ text: rendered, offset: text.length });
      text += rendered;
      if (index === templates.length - 1 && last === "open") break;
      if (!STORES_ITS_TAIL.test(template)) text += nextGap();
      text += separators.next().value + nextGap();
    }
    return { text, statements };
  });
