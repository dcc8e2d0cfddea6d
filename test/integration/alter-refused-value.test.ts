/** A change is refused for the values that it would change or cannot take, by name and place, with the database as it was. */
import { rebuild } from "../support/alter.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { describeRefusals, PLAIN, T, type Refusal } from "./alter-refusal.ts";

useFastFiles();

const values: Readonly<Record<string, Refusal>> = {
  "a text that would become another number": {
    setup:
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, '007'), (2, '7'), (3, 'x'), (4, '1e3')",
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)"),
    code: "lossy_conversion",
    says: "as INTEGER, 2 values of t.a would become another: '007' → 7, '1e3' → 1000",
    hint: "-- lockstep:copy a = …; to let them change: -- lockstep:allow lossy_conversion",
    at: "2:41 a",
  },
  "20 digits that would become a REAL": {
    setup: "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('12345678901234567890')",
    sql: rebuild("CREATE TABLE t (\n  a NUMERIC\n)"),
    code: "lossy_conversion",
    says: /^as NUMERIC, 1 value of t\.a would become another: '12345678901234567890' → 1\.2345678901234\d+e\+19$/,
    hint: "mend the values first",
    at: "3:3 a",
  },
  "an integer that no REAL holds": {
    setup: "CREATE TABLE t (a INT); INSERT INTO t VALUES (9007199254740993), (1), (2)",
    sql: rebuild("CREATE TABLE t (a REAL)"),
    code: "lossy_conversion",
    says: /^as REAL, 1 value of t\.a would become another: 9007199254740993 → 9\.?007\S+$/,
    hint: "mend the values first",
    at: "2:17 a",
  },
  "values of a key that would become others": {
    setup:
      "CREATE TABLE t (a TEXT PRIMARY KEY, b) WITHOUT ROWID; INSERT INTO t VALUES ('9007199254740993', 1), ('x', 2)",
    sql: rebuild("CREATE TABLE t (a REAL PRIMARY KEY, b) WITHOUT ROWID"),
    code: "lossy_conversion",
    says: /^as REAL, 1 value of t\.a would become another: '9007199254740993' → 9\.?007\S+$/,
    hint: "mend the values first",
    at: "2:17 a",
  },
  "values of a table that gets row ids": {
    setup:
      "CREATE TABLE t (k TEXT PRIMARY KEY, a TEXT) WITHOUT ROWID; INSERT INTO t VALUES ('b', '1'), ('a', '02'), ('c', '3')",
    sql: rebuild("CREATE TABLE t (k TEXT, a INT)"),
    code: "lossy_conversion",
    says: "as INT, 1 value of t.a would become another: '02' → 2",
    hint: "mend the values first",
    at: "2:25 a",
  },
  "a text that ANY of a STRICT table held": {
    setup: "CREATE TABLE t (a ANY) STRICT; INSERT INTO t VALUES ('007')",
    sql: rebuild("CREATE TABLE t (a ANY)"),
    code: "lossy_conversion",
    says: "as ANY, 1 value of t.a would become another: '007' → 7",
    hint: "mend the values first",
    at: "2:17 a",
  },
  "long values, shown in part": {
    setup: "CREATE TABLE t (a TEXT); INSERT INTO t VALUES (printf('%0100d', 5))",
    sql: rebuild("CREATE TABLE t (a INT)"),
    code: "lossy_conversion",
    says: `as INT, 1 value of t.a would become another: '${"0".repeat(59)}… → 5`,
    hint: "mend the values first",
    at: "2:17 a",
  },
  "many values, of which three are shown": {
    setup: "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('01'), ('02'), ('03'), ('04')",
    sql: rebuild("CREATE TABLE t (a)".replace("a", "a INT")),
    code: "lossy_conversion",
    says: "as INT, 4 values of t.a would become another: '01' → 1, '02' → 2, '03' → 3, …",
    hint: "mend the values first",
    at: "2:17 a",
  },
  "NULL in what is to be NOT NULL": {
    setup: "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INT); INSERT INTO t VALUES (1, 'a', 1), (2, NULL, 1)",
    sql: rebuild(T.replace("name TEXT", "name TEXT NOT NULL")),
    says: '1 row breaks NOT NULL of "name" of the wanted table',
    hint: "mend the rows first",
    at: "2:1 CREATE TABLE",
  },
  "rows that break new conditions": {
    sql: rebuild(T.replace("n INT", "n INT CHECK (n > 1) CHECK (n -- small\n < 2)")),
    says: "1 row breaks CHECK (n > 1), 1 row breaks CHECK (n -- small\n < 2) of the wanted table",
    hint: "mend the rows first",
    at: "2:1 CREATE TABLE",
  },
  "rows that break a condition in a rebuild": {
    sql: rebuild(T.replace("n INT", "n REAL CHECK (n > 1)")),
    says: "a row is not one of the wanted table: CHECK constraint failed: n > 1",
    hint: "mend the rows first",
    at: "2:1 CREATE TABLE",
  },
  "values that a STRICT table does not take": {
    setup: "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 'x')",
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, n INT) STRICT"),
    says: "a row is not one of the wanted table: cannot store TEXT value in INT column t.n",
    hint: "-- lockstep:copy",
    at: "2:1 CREATE TABLE",
  },
  "values that are there twice": {
    setup: "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t (name) VALUES ('a'), ('A')",
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE UNIQUE)"),
    says: "a row is not one of the wanted table: UNIQUE constraint failed: t.name",
    hint: "mend the rows first",
    at: "2:1 CREATE TABLE",
  },
  "values that a conflict clause would leave out": {
    setup: "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO t (name) VALUES ('a'), ('a')",
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE ON CONFLICT IGNORE)"),
    says: "a row is not one of the wanted table: UNIQUE constraint failed: t.name",
    hint: "mend the rows first",
    at: "2:1 CREATE TABLE",
  },
  "computed values that an index has once": {
    setup: `${PLAIN}; CREATE UNIQUE INDEX i ON t (n)`,
    sql: rebuild(T, "copy n = 5"),
    says: "a row is not one of the wanted table: UNIQUE constraint failed: t.n",
    hint: "mend the rows first",
    at: "2:1 CREATE TABLE",
  },
  "a new column without a value": {
    sql: rebuild(T.replace(")", ",\n  more TEXT NOT NULL)")),
    says: 'the new column "more" refuses NULL, and nothing gives it a value in the 2 rows that are there',
    hint: "-- lockstep:copy more = …",
    at: "3:3 more",
  },
  "NULL that would become a number": {
    setup: "CREATE TABLE t (id INT, n INT); INSERT INTO t VALUES (1, 1), (NULL, 2)",
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, n INT)"),
    says: 'it cannot be told which row of "t" was made from which: their new keys do not follow from the old rows',
    hint: "give each row its key first",
    at: "2:1 CREATE TABLE",
  },
  "a key that is new, of which each row would have the same": {
    setup: "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)",
    sql: rebuild("CREATE TABLE t (k DEFAULT 7 PRIMARY KEY) WITHOUT ROWID", "drop id"),
    says: 'it cannot be told which row of "t" was made from which: their new keys do not follow from the old rows',
    hint: "give each row its key first",
    at: "2:1 CREATE TABLE",
  },
  "a key that is made by chance": {
    sql: rebuild("CREATE TABLE t (id INTEGER, name TEXT, n INT PRIMARY KEY) WITHOUT ROWID", "copy n = random()"),
    says: 'it cannot be told which row of "t" was made from which: their new keys do not follow from the old rows',
    hint: "in a column of its own",
    at: "2:1 CREATE TABLE",
  },
  "a new orphan": {
    setup:
      "CREATE TABLE u (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 7)",
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, n INT REFERENCES u)"),
    code: "foreign_key_violation",
    says: "the migration leaves 1 row of t whose n = 7 is not in u",
    hint: "delete or mend those rows",
    at: "",
  },
  "orphans that a key leaves which is computed anew": {
    setup: `${PLAIN}; CREATE TABLE u (a INT REFERENCES t ON DELETE CASCADE); INSERT INTO u VALUES (1)`,
    sql: rebuild(T, "copy id = id + 10"),
    code: "foreign_key_violation",
    says: "the migration leaves 1 row of u whose a = 1 is not in t",
    hint: "delete or mend those rows",
    at: "",
  },
};

describeRefusals("a change is refused for its values", values);
