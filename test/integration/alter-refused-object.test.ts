/** A change is refused for what hangs on the table and could not go on, by name and place, with the database as it was. */
import { rebuild } from "../support/alter.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { describeRefusals, LESS, PLAIN, T, type Refusal } from "./alter-refusal.ts";

useFastFiles();

const objects: Readonly<Record<string, Refusal>> = {
  "no table of the name": {
    sql: rebuild(T.replace("t (", "tt (")),
    says: 'there is no table "tt" to rebuild',
    hint: "leave out -- lockstep:rebuild to create it",
    at: "2:1 CREATE TABLE tt",
  },
  "a view": {
    setup: `${PLAIN}; CREATE VIEW v AS SELECT * FROM t`,
    sql: rebuild(T.replace("t (", "v (")),
    says: '"v" is a view',
    hint: "it has no rows of its own",
    at: "2:1 CREATE TABLE v",
  },
  "a virtual table": {
    setup: "CREATE VIRTUAL TABLE t USING fts5(a)",
    sql: rebuild(T),
    says: '"t" is a virtual table, or belongs to one',
    hint: "drop and create it",
    at: "2:1 CREATE TABLE t",
  },
  "a table of a virtual table": {
    setup: "CREATE VIRTUAL TABLE t USING fts5(a)",
    sql: rebuild("CREATE TABLE t_content (id INTEGER PRIMARY KEY, c0 TEXT)"),
    says: '"t_content" is a virtual table, or belongs to one',
    hint: "drop and create it",
    at: "2:1 CREATE TABLE t_content",
  },
  "a table of lockstep": {
    sql: rebuild("CREATE TABLE Metadata (key TEXT PRIMARY KEY, value TEXT, more)"),
    says: `"Metadata" is one of lockstep's own tables`,
    hint: "leave it as it is",
    at: "2:1 CREATE TABLE Metadata",
  },
  "an index on a column that goes": {
    setup: `${PLAIN}; CREATE INDEX i ON t (name, n)`,
    sql: rebuild(LESS, "drop n"),
    says: 'the index "i" needs the column "n", which is to go',
    hint: 'DROP INDEX "i"',
    at: "2:1 CREATE TABLE t",
  },
  "an index that computes from a column that goes": {
    setup: `${PLAIN}; CREATE INDEX i ON t (name || "n")`,
    sql: rebuild(LESS, "drop n"),
    says: 'the index "i" needs the column "n", which is to go',
    hint: "drop it first",
    at: "2:1 CREATE TABLE t",
  },
  "an index of the rows where a column that goes is something": {
    setup: `${PLAIN}; CREATE INDEX i ON t (name) WHERE N > 1`,
    sql: rebuild(LESS, "drop n"),
    says: 'the index "i" needs the column "n", which is to go',
    hint: "drop it first",
    at: "2:1 CREATE TABLE t",
  },
  "an index on a column that goes, whose name another gets": {
    setup: `${PLAIN}; CREATE INDEX i ON t (n)`,
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT)", "drop n", "renamed n from name"),
    says: 'the index "i" needs the column "n", which is to go',
    hint: "drop it first",
    at: "2:1 CREATE TABLE t",
  },
  "a trigger of UPDATE OF a column that goes": {
    setup: `${PLAIN}; CREATE TRIGGER r AFTER UPDATE OF n ON t BEGIN SELECT 1; END`,
    sql: rebuild(LESS, "drop n"),
    says: 'the trigger "r" needs the column "n", which is to go',
    hint: 'DROP TRIGGER "r"',
    at: "2:1 CREATE TABLE t",
  },
  "a trigger on it that names a column that goes": {
    setup: `${PLAIN}; CREATE TRIGGER q AFTER INSERT ON t BEGIN SELECT new.name; END; CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT new.n; END`,
    sql: rebuild(LESS, "drop n"),
    says: 'the trigger "r" would not work any more: no such column: new.n',
    hint: "drop it before",
    at: "2:1 CREATE TABLE t",
  },
  "a trigger of another table that writes a column that goes": {
    setup: `${PLAIN}; CREATE TABLE u (x); CREATE TRIGGER q AFTER DELETE ON u BEGIN SELECT 1; END;
      CREATE TRIGGER r AFTER DELETE ON u BEGIN INSERT INTO t (n) VALUES (old.x); END`,
    sql: rebuild(LESS, "drop n"),
    says: 'the trigger "r" would not work any more: table t has no column named n',
    hint: "drop it before",
    at: "2:1 CREATE TABLE t",
  },
  "a trigger that gives as many values as there were columns": {
    setup: `${PLAIN}; CREATE TABLE u (x); CREATE TRIGGER r AFTER INSERT ON u BEGIN INSERT INTO t VALUES (NULL, 'x', 1); END`,
    sql: rebuild(T.replace(")", ", more)")),
    says: 'the trigger "r" would not work any more: table t has 4 columns but 3 values were supplied',
    hint: "drop it before",
    at: "2:1 CREATE TABLE t",
  },
  "a trigger on a view that writes a column that goes": {
    setup: `${PLAIN}; CREATE VIEW v AS SELECT name, 1 AS x FROM t;
      CREATE TRIGGER r INSTEAD OF UPDATE OF x ON v BEGIN UPDATE t SET n = new.x WHERE name = old.name; END`,
    sql: rebuild(LESS, "drop n"),
    says: 'the trigger "r" would not work any more: no such column: n',
    hint: "drop it before",
    at: "2:1 CREATE TABLE t",
  },
  "a view that names a column that goes": {
    setup: `${PLAIN}; CREATE VIEW broken AS SELECT gone FROM t; CREATE VIEW v AS SELECT n FROM t`,
    sql: rebuild(LESS, "drop n"),
    says: 'the view "v" would not work any more: no such column: n',
    hint: "drop it before",
    at: "2:1 CREATE TABLE t",
  },
  "a view that names a column that goes, in a rebuild": {
    setup: `${PLAIN}; CREATE VIEW v AS SELECT n FROM t`,
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, name BLOB)", "drop n"),
    says: 'the view "v" would not work any more: no such column: n',
    hint: "drop it before",
    at: "2:1 CREATE TABLE t",
  },
  "a foreign key that leads to a column that goes": {
    setup: "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INT UNIQUE); CREATE TABLE u (a INT REFERENCES t (n))",
    sql: rebuild(LESS, "drop n"),
    says: 'the foreign key of "u" on a would lead to no unique columns of "t"',
    hint: "change that foreign key first",
    at: "2:1 CREATE TABLE t",
  },
  "a foreign key that leads to what is no longer unique": {
    setup: "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INT UNIQUE); CREATE TABLE u (a INT REFERENCES t (n))",
    sql: rebuild(T),
    says: 'the foreign key of "u" on a would lead to no unique columns of "t"',
    hint: "keep a PRIMARY KEY or UNIQUE of exactly those columns",
    at: "2:1 CREATE TABLE t",
  },
  "a foreign key to itself that leads to nothing unique": {
    sql: rebuild(T.replace("n INT", "n INT REFERENCES t (name)")),
    says: 'the foreign key of "t" on n would lead to no unique columns of "t"',
    hint: "keep a PRIMARY KEY or UNIQUE of exactly those columns",
    at: "2:1 CREATE TABLE t",
  },
  "a trigger that fills the table by the order of its columns": {
    setup: `${PLAIN}; CREATE TABLE u (x); CREATE TRIGGER r AFTER INSERT ON u BEGIN INSERT INTO "T" VALUES (new.x, 'cid', 3); END`,
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, name TEXT)"),
    says: 'the trigger "r" fills "t" by the order of its columns, which would be another',
    hint: "drop it before",
    at: "2:1 CREATE TABLE t",
  },
  "a full-text table whose rows would have other ids": {
    setup: `CREATE TABLE t (id INT, name TEXT); INSERT INTO t VALUES (1, 'a'); CREATE VIRTUAL TABLE found USING fts5(name, content=t)`,
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)"),
    says: 'the full-text table "found" finds the rows of "t" by their row ids, which would be others',
    hint: 'drop "found" before',
    at: "2:1 CREATE TABLE t",
  },
  "a full-text table that reads a column that goes": {
    setup: `${PLAIN}; CREATE VIRTUAL TABLE found USING fts5(name, n UNINDEXED, content='t', content_rowid='id')`,
    sql: rebuild(LESS, "drop n"),
    says: 'the full-text table "found" reads the column "n" of "t", which would be gone',
    hint: "create and fill it anew",
    at: "2:1 CREATE TABLE t",
  },
  "a full-text table that reads a column by its old name": {
    setup: `${PLAIN}; CREATE VIRTUAL TABLE found USING fts5(name, content='t', content_rowid='id')`,
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, title TEXT, n INT)", "renamed title from name"),
    says: 'the full-text table "found" reads the column "name" of "t", which would be gone',
    hint: "create and fill it anew",
    at: "2:1 CREATE TABLE t",
  },
  "a full-text table of numbers that would be written otherwise": {
    setup: `${PLAIN}; CREATE VIRTUAL TABLE found USING fts5(n, content='t', content_rowid='id')`,
    sql: rebuild(T.replace("n INT", "n REAL")),
    says: 'the full-text table "found" reads the column "n" of "t", which would have other values',
    hint: 'drop "found" before',
    at: "2:1 CREATE TABLE t",
  },
  "a full-text table on a view, whose words would be others": {
    setup: `${PLAIN}; CREATE VIEW v AS SELECT * FROM t; CREATE VIEW w AS SELECT id, name AS words FROM v;
      CREATE VIRTUAL TABLE found USING fts5(words, content='w', content_rowid='id')`,
    sql: rebuild(T, "copy name = upper(name)"),
    says: 'the full-text table "found" reads the column "name" of "t" by way of "w", and it would have other values',
    hint: 'drop "found" before',
    at: "2:1 CREATE TABLE t",
  },
  "a full-text table on a view, whose column would be called otherwise": {
    setup: `${PLAIN}; CREATE VIEW v AS SELECT id, name FROM t; CREATE VIRTUAL TABLE found USING fts5(name, content='v', content_rowid='id')`,
    sql: rebuild(T.replace("name", "title"), "renamed title from name"),
    says: 'the full-text table "found" would not work any more: no such column: v.name',
    hint: "drop it before",
    at: "2:1 CREATE TABLE t",
  },
  "a copy that reads a full-text table": {
    setup: `${PLAIN}; CREATE VIRTUAL TABLE found USING fts5(name, content='t', content_rowid='id'); INSERT INTO found(found) VALUES ('rebuild')`,
    sql: rebuild(
      T.replace("n INT", "n INT, m"),
      "copy m = (SELECT highlight(found, 0, '[', ']') FROM found WHERE found MATCH 'ann' AND found.rowid = t.id)",
    ),
    says: 'it is not certain what this copy would see of the table while that is being filled: it reads the full-text table "found"',
    hint: "read tables only",
    at: "3:1 -- lockstep:copy",
  },
  "a full-text table whose words would be others": {
    setup: `${PLAIN}; CREATE VIRTUAL TABLE found USING fts5(name, content="t", content_rowid="id")`,
    sql: rebuild(T, "copy name = upper(name)"),
    says: 'the full-text table "found" reads the column "name" of "t", which would have other values',
    hint: "create and fill it anew",
    at: "2:1 CREATE TABLE t",
  },
  "a rename while a view is broken": {
    setup: `${PLAIN}; CREATE VIEW v AS SELECT gone FROM t`,
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, title TEXT, n INT)", "renamed title from name"),
    says: 'the column "name" cannot be renamed to "title": error in view v: no such column: gone',
    hint: "mend or drop what it names first",
    at: "2:1 CREATE TABLE t",
  },
  "row ids that cannot be reached": {
    setup: "CREATE TABLE t (rowid, oid, _rowid_ INT); INSERT INTO t VALUES (1, 2, 3)",
    sql: rebuild("CREATE TABLE t (rowid, oid, _rowid_ TEXT)"),
    says: 'the row ids of "t" cannot be kept: columns have taken all of their names',
    hint: "rename the column rowid, oid or _rowid_ first",
    at: "2:1 CREATE TABLE t",
  },
  "a wanted table that SQLite does not take": {
    sql: rebuild(T.replace("n INT", "n INT CHECK (nosuch(n))")),
    code: "statement_failed",
    says: "no such function: nosuch",
    hint: "correct its name; where your application registers it",
    at: "2:65 nosuch",
  },
  "a check of a text in double quotes": {
    sql: rebuild(T.replace("n INT", 'n INT CHECK (name <> "nmae")')),
    code: "statement_failed",
    says: 'no such column: "nmae" - should this be a string literal in single-quotes?',
    hint: "",
    at: '2:73 "nmae"',
  },
};

describeRefusals("a change is refused for its objects", objects);
