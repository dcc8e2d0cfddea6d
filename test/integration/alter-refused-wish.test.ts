/** What is wanted of a table is refused where it does not say enough, or contradicts itself, by name and place, with the database as it was. */
import { rebuild } from "../support/alter.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { describeRefusals, LESS, PLAIN, T, type Refusal } from "./alter-refusal.ts";

useFastFiles();

const intents: Readonly<Record<string, Refusal>> = {
  "a column that disappears": {
    sql: rebuild(LESS),
    says: 'the column "n" is not in the wanted table, and nothing says what becomes of its values',
    hint: "if it is to go, write -- lockstep:drop n",
    at: "2:1 CREATE TABLE",
  },
  "a column that disappears while another comes": {
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, years INT)"),
    says: 'the column "n" is not in the wanted table, and nothing says what becomes of its values',
    hint: "if it is now called years, write -- lockstep:renamed years from n",
    at: "2:1 CREATE TABLE",
  },
  "a column of which only a query in a copy speaks": {
    sql: rebuild(LESS, "copy name = name || (SELECT max(n) FROM t)"),
    says: 'the column "n" is not in the wanted table, and nothing says what becomes of its values',
    hint: "-- lockstep:drop n",
    at: "2:1 CREATE TABLE",
  },
  "a column that has the name of a function in a copy": {
    setup: "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, lower TEXT)",
    sql: rebuild(LESS, "copy name = lower(name)"),
    says: 'the column "lower" is not in the wanted table, and nothing says what becomes of its values',
    hint: "-- lockstep:drop lower",
    at: "2:1 CREATE TABLE",
  },
  "values of a column that is to be computed": {
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n AS (id * 2))"),
    says: 'the column "n" is to be generated, and nothing says what becomes of the values that it has',
    hint: "if they are to go, write -- lockstep:drop n",
    at: "2:1 CREATE TABLE",
  },
  "a drop of a column that is not there": {
    sql: rebuild(LESS, "drop nmae"),
    says: 'the table "t" has no column "nmae"',
    hint: 'did you mean "name"?',
    at: "3:1 -- lockstep:drop nmae",
  },
  "a copy into a column that is not there": {
    sql: rebuild(T, "copy nmae = 1"),
    says: 'the wanted table has no column "nmae"',
    hint: 'did you mean "name"?',
    at: "3:1 -- lockstep:copy nmae = 1",
  },
  "a copy into a generated column": {
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INT, g AS (n))", "copy g = 1"),
    says: 'the column "g" is generated, and takes no values',
    hint: "leave the copy out",
    at: "3:1 -- lockstep:copy g = 1",
  },
  "a rename from a column that is not there": {
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, m INT)", "renamed m from k"),
    says: 'the table "t" has no column "k"',
    hint: "its columns are id, name, n",
    at: "3:1 -- lockstep:renamed m from k",
  },
  "a rename to a column that is not there": {
    sql: rebuild(T, "renamed m from n"),
    says: 'the wanted table has no column "m"',
    hint: "its columns are id, name, n",
    at: "3:1 -- lockstep:renamed m from n",
  },
  "a rename from a column that stays": {
    sql: rebuild(T.replace(")", ", m INT)"), "renamed m from n"),
    says: '"n" cannot have become "m": the wanted table still has it',
    hint: "-- lockstep:copy n = …",
    at: "3:1 -- lockstep:renamed m from n",
  },
  "a rename to a column that there is": {
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, n INT)", "renamed n from name"),
    says: '"n" cannot come from "name": the table has a column of that name already',
    hint: "say what becomes of that one: -- lockstep:drop n",
    at: "3:1 -- lockstep:renamed n from name",
  },
  "two renames from one column": {
    sql: rebuild(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, a INT, b INT)",
      "renamed a from n",
      "renamed b from n",
    ),
    says: 'two columns are renamed from "n"',
    hint: "compute the other with -- lockstep:copy",
    at: "3:1 -- lockstep:renamed a from n",
  },
  "a rename from a column that goes": {
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, a INT)", "renamed a from n", "drop n"),
    says: '"n" is dropped, and "a" is to come from it',
    hint: "leave one of the two out",
    at: "3:1 -- lockstep:renamed a from n",
  },
  "two columns of one name": {
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INT, N INT)"),
    says: 'the wanted table has two columns "n"',
    hint: "leave one of the two out",
    at: "2:1 CREATE TABLE",
  },
  "a copy that SQLite cannot compute": {
    sql: rebuild(T, "copy name = upper(nmae)"),
    says: 'the values of "name" cannot be computed: no such column: nmae',
    hint: 'did you mean "name"?',
    at: "3:1 -- lockstep:copy name = upper(nmae)",
  },
  "a copy by a new name": {
    sql: rebuild("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, m INT)", "renamed m from n", "copy name = m"),
    says: 'the values of "name" cannot be computed: no such column: m',
    hint: "write it with the columns as they are before the change",
    at: "4:1 -- lockstep:copy name = m",
  },
  "a copy that makes one row of all": {
    sql: rebuild(T, "copy n = max(n) + 1"),
    says: 'the values of "n" cannot be computed: an aggregate makes one row of all',
    hint: 'put it into a query of its own: (SELECT … FROM "t")',
    at: "3:1 -- lockstep:copy n = max(n) + 1",
  },
  "a copy that reads the table by a view": {
    setup: `${PLAIN}; CREATE VIEW most AS SELECT max(n) AS n FROM t`,
    sql: rebuild(T, "copy n = (SELECT n FROM most)"),
    says: 'it is not certain what this copy would see of the table while that is being filled: it reads the view "most"',
    hint: "read tables only, by their names alone",
    at: "3:1 -- lockstep:copy n = (SELECT n FROM most)",
  },
  "a copy that reads the table past its name": {
    sql: rebuild(T, "copy n = (SELECT max(n) FROM main.t)"),
    says: 'it is not certain what this copy would see of the table while that is being filled: it says "main."',
    hint: "by their names alone",
    at: "3:1 -- lockstep:copy n = (SELECT max(n) FROM main.t)",
  },
};

describeRefusals("a change is refused for what is wanted", intents);
