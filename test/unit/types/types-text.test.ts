/** The types of a schema: which value has which type, what may be left out, and which names are used. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isTypes, typesText } from "../../../src/core/types/types-text.ts";
import { valueType } from "../../../src/core/types/value-type.ts";
import { propertyName, typeNames } from "../../../src/core/types/type-name.ts";
import { schemaOf } from "../../support/parsed-schema.ts";

/** What stands behind the helper types. */
function typesOf(...statements: readonly string[]): string {
  const text = typesText({ schema: schemaOf(statements), viewColumns: new Map() });
  return text.slice(text.indexOf("/** A row of"));
}

/** The members of the only interface of rows. */
function rowOf(sql: string): string {
  return /\{\n([^}]*)\}/.exec(typesOf(sql))?.[1]?.replaceAll(/^ {2}/gm, "").trim() ?? "";
}

/** The line of the only table in Database. */
function entryOf(sql: string): string {
  return /interface Database \{\n {2}(.*);\n\}/.exec(typesOf(sql))?.[1] ?? "";
}

describe("the type of a value", () => {
  const cases: Readonly<Record<string, string>> = {
    "": "SqlValue",
    any: "SqlValue",
    INTEGER: "number",
    "BIG INT": "number",
    "VARCHAR(20)": "string",
    clob: "string",
    BLOB: "Uint8Array",
    "DOUBLE PRECISION": "number",
    FLOAT: "number",
    "DECIMAL(10,2)": "number",
    boolean: "number",
    DATETIME: "number | string",
    JSON: "number | string",
    STRING: "number | string",
    // The first rule that fits counts, as for SQLite's affinity.
    "FLOATING POINT": "number",
    CHARINT: "number",
  };
  for (const [declared, type] of Object.entries(cases)) {
    it(`is ${type} for ${declared === "" ? "no declared type" : declared}`, () => {
      assert.equal(valueType(declared, "flexible"), type);
    });
  }

  it("is any value for BLOB in a view, which SQLite also says of what it does not know", () => {
    assert.equal(valueType("BLOB", "view"), "SqlValue");
    assert.equal(valueType("BLOB", "strict"), "Uint8Array");
  });
});

describe("NULL", () => {
  it("is possible where NOT NULL does not stand, also in a primary key that is no rowid", () => {
    assert.equal(
      rowOf("CREATE TABLE t (k TEXT PRIMARY KEY, a INT NOT NULL, b INT)"),
      ["k: string | null;", "a: number;", "b: number | null;"].join("\n"),
    );
  });

  it("is not in the rowid, nor in a primary key that is STRICT or WITHOUT ROWID", () => {
    assert.equal(rowOf("CREATE TABLE t (id INTEGER PRIMARY KEY)"), "id: number;");
    assert.equal(rowOf("CREATE TABLE t (k TEXT PRIMARY KEY) STRICT"), "k: string;");
    assert.equal(rowOf("CREATE TABLE t (k TEXT PRIMARY KEY) WITHOUT ROWID"), "k: string;");
  });

  it("is possible in INTEGER PRIMARY KEY DESC, which is no rowid", () => {
    assert.equal(rowOf("CREATE TABLE t (id INTEGER PRIMARY KEY DESC)"), "id: number | null;");
  });

  it("is taken out of any value where NOT NULL stands", () => {
    assert.equal(rowOf("CREATE TABLE t (a ANY NOT NULL, b) "), "a: NonNullable<SqlValue>;\nb: SqlValue;");
  });
});

describe("INSERT", () => {
  it("can leave out the rowid and what has a default", () => {
    const sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT NOT NULL DEFAULT 0, c INT DEFAULT 1)";
    assert.equal(entryOf(sql), 't: Table<T, "id" | "b">');
  });

  it("needs a NOT NULL column whose default is NULL", () => {
    assert.equal(entryOf("CREATE TABLE t (a TEXT NOT NULL DEFAULT NULL)"), "t: Table<T>");
    assert.equal(entryOf("CREATE TABLE t (a TEXT NOT NULL DEFAULT (null))"), "t: Table<T>");
  });

  it("needs the key of a table WITHOUT ROWID", () => {
    assert.equal(entryOf("CREATE TABLE t (id INTEGER PRIMARY KEY) WITHOUT ROWID"), "t: Table<T>");
  });

  it("cannot write a generated column", () => {
    const sql = "CREATE TABLE t (a INT, b INT AS (a + 1), c INT NOT NULL AS (1) STORED)";
    assert.equal(entryOf(sql), 't: Table<T, never, "b" | "c">');
  });
});

describe("the comments beside a column", () => {
  it("are its doc comment", () => {
    const sql = `CREATE TABLE t (
      -- in cents
      price INT, /* never
       * negative */
      name TEXT -- as on the cover
    )`;
    assert.equal(
      rowOf(sql),
      [
        "/**",
        " * in cents",
        " * never",
        " * negative",
        " */",
        "price: number | null;",
        "/** as on the cover */",
        "name: string | null;",
      ].join("\n"),
    );
  });

  it("cannot end the comment that they stand in", () => {
    const sql = "CREATE TABLE t (a INT -- */ } export const x = 1; /*\n)";
    assert.equal(rowOf(sql.replace("}", "")), "/** *\\/  export const x = 1; /* */\na: number | null;");
  });

  it("lose what an editor would not show", () => {
    const sql = "CREATE TABLE t (a INT -- red \u001B[31m\u0007 end\n)";
    assert.equal(rowOf(sql), "/** red  [31m  end */\na: number | null;");
  });
});

describe("names", () => {
  it("are made of the words of a table, and numbered where two are the same", () => {
    assert.deepEqual(
      [...typeNames(["order items", "order_items", "users", "USERS2", "1st", "", "日本", "table", "Uint8Array"])],
      [
        ["order items", "OrderItems"],
        ["order_items", "OrderItems2"],
        ["users", "Users"],
        ["USERS2", "USERS2"],
        ["1st", "Table1st"],
        ["", "Table2"],
        ["日本", "日本"],
        ["table", "Table3"],
        ["Uint8Array", "Uint8Array2"],
      ],
    );
  });

  it("of columns are quoted where they are no identifiers", () => {
    assert.deepEqual(["id", "class", "full name", 'a"b', "1", "é", "", "__proto__"].map(propertyName), [
      "id",
      "class",
      '"full name"',
      '"a\\"b"',
      '"1"',
      "é",
      '""',
      "__proto__",
    ]);
  });
});

describe("the text", () => {
  it("is the same for the same schema, in whatever order its objects were made", () => {
    const [a, b] = ["CREATE TABLE a (x INT)", "CREATE TABLE B (y INT)"];
    assert.equal(typesOf(a, b), typesOf(b, a));
  });

  it("tells which views have no type", () => {
    const text = typesText({ schema: schemaOf(["CREATE VIEW v AS SELECT gone FROM nothing"]), viewColumns: new Map() });
    assert.match(text, /^\/\/ There is no type for the view "v": SQLite cannot run its query\.$/m);
  });

  it("lets a view be written only where a trigger takes what is written", () => {
    const view = "CREATE VIEW v AS SELECT 1 AS a";
    const trigger = "CREATE TRIGGER w INSTEAD OF INSERT ON V BEGIN SELECT 1; END";
    const viewColumns = new Map([["v", [{ name: "a", type: "INT" }]]]);
    assert.match(typesText({ schema: schemaOf([view]), viewColumns }), /^ {2}v: ReadOnly<V>;$/m);
    assert.match(typesText({ schema: schemaOf([view, trigger]), viewColumns }), /^ {2}v: Table<V>;$/m);
  });
});

describe("a types file", () => {
  const types = typesText({ schema: schemaOf(["CREATE TABLE t (a INT)"]), viewColumns: new Map() });

  it("is known as one that lockstep wrote, with the line ends of any system, and also when a merge has gone wrong", () => {
    assert.equal(isTypes(types), true);
    assert.equal(isTypes(types.replaceAll("\n", "\r\n")), true);
    assert.equal(isTypes(`<<<<<<< ours\n${types}>>>>>>> theirs\n`), true);
  });

  it("is not taken for one where somebody else wrote it", () => {
    assert.equal(isTypes("export interface Users {}\n"), false);
    assert.equal(isTypes(""), false);
  });
});
