/** What a rebuild keeps: everything that hangs on a table, and what SQLite keeps about it elsewhere. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { migrate, type DriverName } from "../../src/index.ts";
import { ask, databaseOf, rebuild, textOf } from "../support/alter.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { driverNames, openHandle, rows } from "../support/handle.ts";
import { rejection } from "../support/rejection.ts";

useFastFiles();

/** A thing that is kept, and how it shows. */
interface Case {
  readonly setup: string;
  readonly wanted: string;
  readonly directives?: readonly string[];
  /** What gives the same before and after. */
  readonly same?: readonly string[];
  /** What gives this afterwards. */
  readonly shows?: Readonly<Record<string, readonly unknown[]>>;
}

/** Another type for `n`, which nothing but a rebuild can give. */
const PLAIN = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INT)";
const REBUILT = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n REAL)";
const ROWS = "INSERT INTO t (id, name, n) VALUES (1, 'ann', 1), (5, 'bob', NULL), (-3, '', 3)";
const OTHERS =
  "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT IN ('t', 'metadata', 'lockstep_history') ORDER BY 1";

const cases: Readonly<Record<string, Case>> = {
  "rows of every kind of value": {
    setup: `CREATE TABLE t (id INTEGER PRIMARY KEY, v, n INT);
      INSERT INTO t (v) VALUES (NULL), (1), (9223372036854775807), (-9223372036854775808), (9007199254740993), (0.1 + 0.2),
        (9e999), (''), ('007'), (CAST(X'6100620063' AS TEXT)), (X''), (X'00ff'), (zeroblob(70000)), (printf('%.70000c', 'x'))`,
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY, v, n REAL)",
    same: ["SELECT id, typeof(v) AS type, hex(v) AS bytes, length(v) AS size FROM t"],
  },
  "CHECKs and partial indexes that name the table itself": {
    setup: `CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n INT, CONSTRAINT c CHECK ("t"."n" >= 0), CHECK (main.t.id > 0));
      CREATE INDEX few ON t (name) WHERE t.n > 1;
      INSERT INTO t VALUES (1, 'ann', 1), (5, 'bob', 7)`,
    wanted:
      'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n REAL, CONSTRAINT c CHECK ("t"."n" >= 0), CHECK (main.t.id > 0))',
    same: ["SELECT id, name FROM t", "SELECT name FROM t WHERE t.n > 1", OTHERS],
  },
  "row ids of a table without a key": {
    setup: `CREATE TABLE t (a, n INT);
      INSERT INTO t (rowid, a) VALUES (7, 'x'), (3, 'x'), (-1, 'y'), (9223372036854775807, 'z'), (-9223372036854775808, 'w')`,
    wanted: "CREATE TABLE t (a, n REAL)",
    same: ["SELECT CAST(rowid AS TEXT) AS id, a FROM t ORDER BY rowid"],
  },
  "row ids where columns have taken their usual names": {
    setup: "CREATE TABLE t (rowid TEXT, _rowid_ TEXT, n INT); INSERT INTO t (oid, rowid) VALUES (7, 'x'), (3, 'y')",
    wanted: "CREATE TABLE t (rowid TEXT, _rowid_ TEXT, n REAL)",
    same: ["SELECT oid, rowid AS name FROM t ORDER BY oid"],
  },
  "row ids where a column takes the name by which they were reached": {
    setup: "CREATE TABLE t (a, n INT); INSERT INTO t (rowid, a) VALUES (7, 'x'), (3, 'y')",
    wanted: "CREATE TABLE t (a, rowid TEXT, n REAL)",
    same: ["SELECT oid, a FROM t ORDER BY oid"],
  },
  "row ids in the column that becomes the key": {
    setup: "CREATE TABLE t (a, n INT); INSERT INTO t (rowid, a) VALUES (7, 'x'), (3, 'y')",
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY NOT NULL, a, n INT)",
    same: ["SELECT rowid AS own, a FROM t ORDER BY 1"],
    shows: {
      "SELECT id, a FROM t": [
        { id: 3, a: "y" },
        { id: 7, a: "x" },
      ],
    },
  },
  "the last id of AUTOINCREMENT": {
    setup: `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n INT); CREATE TABLE u (id INTEGER PRIMARY KEY AUTOINCREMENT);
      INSERT INTO u VALUES (7); INSERT INTO t VALUES (1, 1), (50, 2); DELETE FROM t WHERE id = 50`,
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n REAL)",
    same: ["SELECT * FROM sqlite_sequence ORDER BY name"],
  },
  "the last id of an empty table": {
    setup: `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n INT); INSERT INTO t VALUES (50, 2); DELETE FROM t`,
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n REAL)",
    same: ["SELECT * FROM sqlite_sequence"],
  },
  "the greatest last id there is": {
    setup: `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n INT); INSERT INTO t VALUES (9223372036854775807, 2);
      DELETE FROM t; INSERT INTO t SELECT 5, 5 WHERE 0`,
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n REAL)",
    same: ["SELECT name, CAST(seq AS TEXT) AS seq FROM sqlite_sequence"],
  },
  "indexes of all kinds": {
    setup: `${PLAIN}; ${ROWS}; CREATE INDEX one ON t (name DESC, n); CREATE UNIQUE INDEX "two words" ON "t" (n) WHERE n > 1;
      CREATE INDEX three ON t (lower(name) COLLATE NOCASE, n + 1); CREATE INDEX [four] ON T (name) /* why */`,
    wanted: REBUILT,
    same: [OTHERS, "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1"],
  },
  "triggers on it": {
    setup: `${PLAIN}; ${ROWS}; CREATE TABLE log (what);
      CREATE TRIGGER one AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.name); END;
      CREATE TRIGGER [two] BEFORE UPDATE OF n, name ON T WHEN new.n > 1 BEGIN SELECT RAISE(ABORT, 'no;'); END;
      CREATE TRIGGER three AFTER DELETE ON t BEGIN /* why */ DELETE FROM log; END`,
    wanted: REBUILT,
    same: [OTHERS, "SELECT * FROM log"],
  },
  "the order in which triggers fire, which is that of the newest first": {
    setup: `${PLAIN}; CREATE TABLE log (what); CREATE TABLE u (x);
      CREATE TRIGGER m AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('m'); END;
      CREATE TRIGGER z AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('z'); END;
      CREATE TRIGGER other AFTER INSERT ON u BEGIN INSERT INTO t (n) VALUES (new.x); END;
      CREATE TRIGGER a AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('a'); END;
      CREATE TRIGGER b AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('b'); END;
      DROP TRIGGER m; CREATE TRIGGER m AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('m'); END; INSERT INTO u VALUES (1)`,
    wanted: REBUILT,
    same: ["INSERT INTO u VALUES (2) RETURNING x", "SELECT what FROM log ORDER BY rowid DESC LIMIT 4"],
    shows: {
      "SELECT group_concat(what, ' ') AS fired FROM (SELECT what FROM log ORDER BY rowid)": [
        { fired: "m b a z m b a z m b a z" },
      ],
    },
  },
  "a trigger that fills it by names, or by an order that stays": {
    setup: `${PLAIN}; CREATE TABLE u (x); CREATE TABLE w (y);
      CREATE TRIGGER one AFTER INSERT ON u BEGIN INSERT INTO t (n, name) VALUES (new.x, 'cid'); END;
      CREATE TRIGGER two AFTER INSERT ON w BEGIN INSERT INTO w VALUES (1), (2); END`,
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, name TEXT)",
    same: [OTHERS, "INSERT INTO u VALUES (9) RETURNING x"],
    shows: { "SELECT n, name FROM t WHERE n = 9 LIMIT 1": [{ n: 9, name: "cid" }] },
  },
  "views and triggers of others that name it": {
    setup: `${PLAIN}; ${ROWS}; CREATE TABLE u (x); CREATE VIEW v AS SELECT name, n FROM t; CREATE VIEW w (a, b) AS SELECT * FROM v;
      CREATE TRIGGER through INSTEAD OF UPDATE ON v BEGIN UPDATE t SET n = new.n WHERE name = old.name; END;
      CREATE TRIGGER other AFTER INSERT ON u BEGIN UPDATE t SET n = new.x WHERE id = 1; END`,
    wanted: REBUILT,
    same: [OTHERS, "SELECT * FROM w"],
  },
  "children with every action, and their rows": {
    setup: `${PLAIN}; ${ROWS};
      CREATE TABLE a (t INT REFERENCES t ON DELETE CASCADE); INSERT INTO a VALUES (1), (5);
      CREATE TABLE b (t INT REFERENCES t (id) ON DELETE SET NULL ON UPDATE CASCADE); INSERT INTO b VALUES (1), (-3);
      CREATE TABLE c (t INT DEFAULT 1 REFERENCES "T" ON DELETE SET DEFAULT); INSERT INTO c VALUES (5);
      CREATE TABLE d (t INT REFERENCES t DEFERRABLE INITIALLY DEFERRED); INSERT INTO d VALUES (5)`,
    wanted: REBUILT,
    same: [OTHERS, "SELECT * FROM a", "SELECT * FROM b", "SELECT * FROM c", "SELECT * FROM d"],
  },
  "references to itself": {
    setup: `CREATE TABLE t (id INTEGER PRIMARY KEY, up INT REFERENCES t ON DELETE CASCADE, n INT); INSERT INTO t VALUES (1, NULL, 1), (2, 1, 1), (3, 2, 1)`,
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY, up INT REFERENCES t ON DELETE CASCADE, n REAL)",
    same: ["SELECT id, up FROM t", "SELECT * FROM pragma_foreign_key_list('t')"],
  },
  "old orphans, which do not block it": {
    setup: `${PLAIN}; ${ROWS}; CREATE TABLE a (t INT REFERENCES t ON DELETE CASCADE); INSERT INTO a VALUES (99)`,
    wanted: REBUILT,
    same: ["SELECT * FROM a"],
  },
  "constraints of all kinds": {
    setup: `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE UNIQUE ON CONFLICT REPLACE NOT NULL ON CONFLICT FAIL,
      b INT CONSTRAINT big CHECK (b > 1) DEFAULT (1 + 1), n INT, CONSTRAINT both UNIQUE (a, b) ON CONFLICT IGNORE);
      INSERT INTO t (a) VALUES ('x'), ('y')`,
    wanted: `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE UNIQUE ON CONFLICT REPLACE NOT NULL ON CONFLICT FAIL,
      b INT CONSTRAINT big CHECK (b > 1) DEFAULT (1 + 1), n REAL, CONSTRAINT both UNIQUE (a, b) ON CONFLICT IGNORE)`,
    same: ["SELECT id, a, b FROM t", "SELECT * FROM pragma_index_list('t')"],
  },
  "generated columns, virtual and stored": {
    setup: `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, v AS (upper(a)), s AS (a || v) STORED, n INT);
      INSERT INTO t (a) VALUES ('x'), ('y'); CREATE INDEX i ON t (v, s)`,
    wanted: "CREATE TABLE t (id INTEGER PRIMARY KEY, v AS (upper(a)), a TEXT, s AS (a || v) STORED, n REAL)",
    same: ["SELECT id, a, v, s FROM t"],
  },
  "STRICT and WITHOUT ROWID": {
    setup:
      "CREATE TABLE t (a TEXT, b ANY, n INT, PRIMARY KEY (b, a DESC)) STRICT, WITHOUT ROWID; INSERT INTO t VALUES ('x', '007', 1), ('y', 7, 1), ('z', X'00', 1)",
    wanted: "CREATE TABLE t (a TEXT, b ANY, n REAL, PRIMARY KEY (b, a DESC)) STRICT, WITHOUT ROWID",
    same: ["SELECT a, quote(b) AS b FROM t", "SELECT wr, strict FROM pragma_table_list WHERE name = 't'"],
  },
  "an external full-text index": {
    setup: `CREATE TABLE t (title TEXT, n INT); INSERT INTO t (rowid, title) VALUES (7, 'red fox'), (90, 'blue fox');
      CREATE VIRTUAL TABLE found USING fts5(title, content='t'); INSERT INTO found(found) VALUES ('rebuild');
      CREATE TRIGGER more AFTER INSERT ON t BEGIN INSERT INTO found (rowid, title) VALUES (new.rowid, new.title); END`,
    wanted: "CREATE TABLE t (title TEXT NOT NULL, n REAL)",
    same: [
      "SELECT rowid AS id, title FROM found WHERE found MATCH 'fox' ORDER BY 1",
      "SELECT * FROM t, found WHERE t.rowid = found.rowid",
    ],
  },
  "a full-text index by a column": {
    setup: `CREATE TABLE t (id INT UNIQUE, title TEXT, n INT); INSERT INTO t VALUES (7, 'red fox', 1), (9, 'blue fox', 2);
      CREATE VIRTUAL TABLE found USING fts5(title, content="t", content_rowid=id); INSERT INTO found(found) VALUES ('rebuild')`,
    wanted: "CREATE TABLE t (n INT, id INT PRIMARY KEY, title TEXT) WITHOUT ROWID",
    same: ["SELECT rowid AS id, title FROM found WHERE found MATCH 'fox' ORDER BY 1"],
  },
  "what ANALYZE has counted": {
    setup: `${PLAIN}; ${ROWS}; CREATE INDEX one ON t (name); CREATE TABLE u (a); CREATE INDEX two ON u (a); INSERT INTO u VALUES (1); ANALYZE`,
    wanted: REBUILT,
    same: ["SELECT * FROM sqlite_stat1 ORDER BY 1, 2"],
  },
  "comments in its text": {
    setup: `${PLAIN}; ${ROWS}`,
    wanted:
      "CREATE TABLE t (\n  id INTEGER PRIMARY KEY, -- the number\n  name TEXT, /* of a person */\n  n REAL -- how many\n)",
    shows: {
      "SELECT sql FROM sqlite_schema WHERE name = 't'": [
        {
          sql: "CREATE TABLE t (\n  id INTEGER PRIMARY KEY, -- the number\n  name TEXT, /* of a person */\n  n REAL -- how many\n)",
        },
      ],
    },
  },
  "other tables whose names begin with its name": {
    setup: `${PLAIN}; ${ROWS}; CREATE TABLE t2 (id INTEGER PRIMARY KEY AUTOINCREMENT, t INT REFERENCES t); CREATE INDEX t_name ON t2 (t);
      CREATE TABLE t_ (a); CREATE TRIGGER t3 AFTER INSERT ON t2 BEGIN DELETE FROM t_; END; INSERT INTO t2 VALUES (4, 1);
      CREATE TABLE lockstep_old_t (a); INSERT INTO lockstep_old_t VALUES (1); CREATE VIEW lockstep_aside AS SELECT 1`,
    wanted: REBUILT,
    same: [OTHERS, "SELECT * FROM t2", "SELECT * FROM lockstep_old_t", "SELECT * FROM sqlite_sequence"],
  },
  "a table whose name is a keyword": {
    setup: `CREATE TABLE "group" (id INTEGER PRIMARY KEY, "order" TEXT, "select" INT); INSERT INTO [group] VALUES (1, 'a', 1);
      CREATE INDEX "index" ON "group" ("order"); CREATE VIEW "view" AS SELECT "order" FROM "group"`,
    wanted: 'CREATE TABLE "group" (id INTEGER PRIMARY KEY, [order] TEXT, `select` REAL)',
    same: ['SELECT id, "order" FROM "group"', 'SELECT * FROM "view"'],
  },
  "a table whose name has quotes of all kinds": {
    setup: `CREATE TABLE "a ""b"" \`c\` [d] 'e'" (id INTEGER PRIMARY KEY AUTOINCREMENT, "x""y" TEXT, n INT); INSERT INTO "a ""b"" \`c\` [d] 'e'" VALUES (1, 'a', 1)`,
    wanted: `CREATE TABLE main.\`a "b" \`\`c\`\` [d] 'e'\` (id INTEGER PRIMARY KEY AUTOINCREMENT, "x""y" TEXT, n REAL)`,
    same: [`SELECT id, "x""y" AS xy FROM "a ""b"" \`c\` [d] 'e'"`, "SELECT * FROM sqlite_sequence"],
  },
  "the name of the table, however it is written": {
    setup: "CREATE TABLE Users (id INTEGER PRIMARY KEY AUTOINCREMENT, n INT); INSERT INTO users VALUES (5, 1)",
    wanted: "CREATE TABLE IF NOT EXISTS MAIN.uSERS (id INTEGER PRIMARY KEY AUTOINCREMENT, n REAL)",
    shows: {
      "SELECT name, tbl_name, sql FROM sqlite_schema WHERE name LIKE 'users'": [
        {
          name: "Users",
          tbl_name: "Users",
          sql: 'CREATE TABLE "Users" (id INTEGER PRIMARY KEY AUTOINCREMENT, n REAL)',
        },
      ],
      "SELECT * FROM sqlite_sequence": [{ name: "Users", seq: 5 }],
    },
  },
  "names of columns, as they are written": {
    setup: `${PLAIN}; ${ROWS}; CREATE INDEX i ON t (NAME); CREATE VIEW v AS SELECT nAmE FROM t`,
    wanted: "CREATE TABLE t (ID INTEGER PRIMARY KEY, Name TEXT, n REAL)",
    same: ["SELECT sql FROM sqlite_schema WHERE name IN ('i', 'v') ORDER BY name"],
    shows: { "SELECT name FROM pragma_table_info('t')": [{ name: "ID" }, { name: "Name" }, { name: "n" }] },
  },
};

describe("a rebuild keeps", () => {
  for (const [what, { setup, wanted, directives = [], same = [], shows = {} }] of Object.entries(cases)) {
    for (const driver of driverNames) {
      it(`${what}, with ${driver}`, async () => {
        for (const by of ["path", "handle"] as const) {
          const database = databaseOf(setup, driver);
          const before = same.map((sql) => ask(database, sql));
          await run(database, rebuild(wanted, ...directives), { driver, by });
          for (const [index, sql] of same.entries())
            assert.deepEqual(ask(database, sql), before[index], `${by}: ${sql}`);
          for (const [sql, expected] of Object.entries(shows)) assert.deepEqual(ask(database, sql), expected);
          assert.deepEqual(ask(database, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
        }
      });
    }
  }
});

/** Runs the change on a path, or on a handle that has foreign keys on. */
async function run(
  database: string,
  up: string,
  { driver, by }: { readonly driver: DriverName; readonly by: "path" | "handle" },
): Promise<void> {
  const migrations = [{ version: 1, up }];
  if (by === "path") {
    await migrate({ database, driver, migrations });
    return;
  }
  const handle = openHandle(driver, database);
  handle.exec("PRAGMA foreign_keys = ON");
  await migrate({ database: handle, migrations });
  handle.close();
}

describe("a handle that is shared", () => {
  const setup = `${PLAIN}; ${ROWS}; CREATE INDEX i ON t (name);
    CREATE TRIGGER one AFTER INSERT ON t BEGIN UPDATE t SET n = 7 WHERE id = new.id; END`;

  for (const driver of driverNames) {
    it(`keeps its TEMP view, with ${driver}`, async () => {
      const database = databaseOf(setup, driver);
      const handle = openHandle(driver, database);
      handle.exec("CREATE TEMP VIEW mine AS SELECT name FROM t");
      await migrate({ database: handle, migrations: [{ version: 1, up: rebuild(REBUILT) }] });
      assert.equal(rows(handle, "SELECT * FROM mine").length, 3);
      handle.close();
    });
  }
});

describe("values that the old table never stored", () => {
  const setup = `CREATE TABLE t (id INTEGER PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 1), (2, 2);
    ALTER TABLE t ADD COLUMN a TEXT; ALTER TABLE t ADD COLUMN b TEXT DEFAULT 'old'; INSERT INTO t VALUES (3, 3, 'a', 'b');
    CREATE INDEX i ON t (a, b)`;
  const wanted: Readonly<Record<string, string>> = {
    "another default": "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, a TEXT DEFAULT 'new', b TEXT DEFAULT 'new')",
    "no default": "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, a TEXT, b TEXT)",
    "a default that is computed":
      "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, a TEXT DEFAULT (1 + 1), b TEXT DEFAULT (1 + 1))",
  };

  for (const [what, sql] of Object.entries(wanted)) {
    it(`stay what they are with ${what}`, async () => {
      const database = databaseOf(setup);
      const before = ask(database, "SELECT * FROM t");
      await migrate({ database, migrations: [{ version: 1, up: rebuild(sql) }] });
      assert.deepEqual(ask(database, "SELECT * FROM t"), before);
      assert.deepEqual(ask(database, "SELECT count(*) AS n FROM t WHERE a IS NULL"), [{ n: 2 }]);
      assert.deepEqual(ask(database, "PRAGMA integrity_check"), [{ integrity_check: "ok" }]);
      assert.match(String(textOf(database, "t")), /^CREATE TABLE t/);
    });
  }
});

describe("a table with nearly as many columns as SQLite allows", () => {
  const names = Array.from({ length: 1990 }, (_, index) => `c${index}`);
  const table = (type: string): string =>
    `CREATE TABLE t (id INTEGER PRIMARY KEY, ${names.map((name) => `${name} ${type}`).join(", ")})`;

  it("is rebuilt", async () => {
    const database = databaseOf(`${table("TEXT")}; INSERT INTO t (id, c0, c1989) VALUES (1, '1', '2')`);
    await migrate({ database, migrations: [{ version: 1, up: rebuild(table("INT")) }] });
    assert.deepEqual(ask(database, "SELECT c0, c1, c1989 FROM t"), [{ c0: 1, c1: null, c1989: 2 }]);
  });

  it("is not rebuilt where a value of its last column would become another", async () => {
    const database = databaseOf(`${table("TEXT")}; INSERT INTO t (id, c1989) VALUES (1, '007')`);
    const before = ask(database, "SELECT sql, c1989 FROM t, sqlite_schema WHERE name = 't'");
    const migrations = [{ version: 1, up: rebuild(table("INT")) }];
    const error = await rejection(migrate({ database, migrations }), "lossy_conversion");
    assert.match(error.message, /1 value of t\.c1989 would become another: '007' → 7/);
    assert.deepEqual(ask(database, "SELECT sql, c1989 FROM t, sqlite_schema WHERE name = 't'"), before);
  });
});
