/** Definitions that are hard to read, each made by a real SQLite: every one is read, agrees with the pragmas and is printed as it was. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { printObject } from "../../src/core/schema/print.ts";
import { inspectSync } from "../../src/inspect-database.ts";
import { driverNames, openHandle, rows } from "../support/handle.ts";

/** Scripts by what they are about. Those that only newer versions of SQLite run say from which one on. */
const CORPUS: Readonly<Record<string, string | { readonly since: string; readonly sql: string }>> = {
  "all four quotings": "CREATE TABLE [a table] (\"a \"\"b\"\"\" INT, `c ``d``` INT, [e f] INT, 'g ''h''' INT)",
  "names of nothing": 'CREATE TABLE "" ("" "" DEFAULT "")',
  "keywords as names": "CREATE TABLE key (action action, do replace, of offset, row rows, end end, left)",
  "names beyond ASCII": "CREATE TABLE größe (ÄÖÜ naïve, 名前 テキスト, 😀 INT)",
  "a name for each kind of object": `CREATE TABLE "x" (a); CREATE INDEX "x y" ON "x" (a);
    CREATE TRIGGER "x" AFTER INSERT ON "x" BEGIN SELECT 1; END; CREATE VIEW [x z] AS SELECT 1`,
  "types of every shape": `CREATE TABLE t (a, b VARCHAR(10), c DECIMAL(10,2), d UNSIGNED BIG INT, e DOUBLE PRECISION(-1, +2.5e3),
    f "my type", g [a b](3), h 'text', i x /* y */ z, j FLOATING POINT (0x10), k "a""b" (1), l \`INT\`)`,
  "a type that ends as a generated column begins": `CREATE TABLE t (a INT GENERATED, b INT GENERATED ALWAYS, c INT ALWAYS,
    d GENERATED ALWAYS AS (a), e generated as (a), f INT(3) GENERATED ALWAYS AS (a) STORED, g LONG TYPE NAME ALWAYS,
    h INT GENERATED /* why */ ALWAYS AS (1))`,
  "defaults of every shape": `CREATE TABLE t (a DEFAULT 1, b DEFAULT -1.5e-3, c DEFAULT + /* plus */ 0x1F, d DEFAULT 'it''s', e DEFAULT x'00',
    f DEFAULT NULL, g DEFAULT true, h DEFAULT CURRENT_TIMESTAMP, i DEFAULT (1 + (2)), j DEFAULT ( /* c */ strftime('%s') /* d */ ),
    k DEFAULT word, l DEFAULT "quoted", m DEFAULT key NOT NULL, n DEFAULT 1_000, o DEFAULT 1 DEFAULT 2)`,
  "every constraint of a column at once": `CREATE TABLE p (x UNIQUE); CREATE TABLE t (a TEXT
    CONSTRAINT "not null" NOT NULL ON CONFLICT IGNORE CONSTRAINT u UNIQUE ON CONFLICT REPLACE CONSTRAINT c1 CHECK (a <> '')
    CONSTRAINT c2 CHECK (length(a) < 10) CONSTRAINT d DEFAULT 'x' CONSTRAINT co COLLATE nocase
    CONSTRAINT f REFERENCES p (x) ON DELETE CASCADE ON UPDATE SET DEFAULT MATCH FULL NOT DEFERRABLE INITIALLY DEFERRED)`,
  "constraints without spaces": `CREATE TABLE t(a INT NOT NULL DEFAULT(1)CHECK(a>0)UNIQUE,b"x"DEFAULT'y'COLLATE"nocase",UNIQUE(a)CHECK(a)PRIMARY KEY(b))`,
  "constraints that do nothing":
    "CREATE TABLE t (a NULL, b NULL ON CONFLICT FAIL, c CONSTRAINT alone, d DEFERRABLE, CONSTRAINT n CONSTRAINT m)",
  "constraints beside the columns without commas":
    "CREATE TABLE t (a, b, CONSTRAINT x CHECK (a) CHECK (b) UNIQUE (a) PRIMARY KEY (b))",
  "keys of every shape": `CREATE TABLE t (a, b COLLATE nocase, c, UNIQUE (a COLLATE rtrim DESC, ((b)), 'c' ASC), UNIQUE (A, a),
    PRIMARY KEY ("c" COLLATE nocase, a) ON CONFLICT ROLLBACK)`,
  "keys that share an index": `CREATE TABLE t (a UNIQUE PRIMARY KEY, b UNIQUE UNIQUE, UNIQUE (b), UNIQUE (b, a), UNIQUE (B, A), UNIQUE (b DESC))`,
  "every kind of rowid": `CREATE TABLE a (x INTEGER PRIMARY KEY); CREATE TABLE b (x INTEGER PRIMARY KEY DESC);
    CREATE TABLE c (x INTEGER, PRIMARY KEY (x DESC)); CREATE TABLE d (x INT PRIMARY KEY); CREATE TABLE e (x "INTEGER" PRIMARY KEY);
    CREATE TABLE f (x INTEGER PRIMARY KEY ASC ON CONFLICT ABORT AUTOINCREMENT); CREATE TABLE g (x INTEGER, PRIMARY KEY (x AUTOINCREMENT));
    CREATE TABLE h ("x" "INTEGER" "" PRIMARY KEY); CREATE TABLE i (rowid, oid, _rowid_)`,
  "tables without rowid": `CREATE TABLE a (x INTEGER PRIMARY KEY, y UNIQUE) WITHOUT ROWID; CREATE TABLE b (x INTEGER PRIMARY KEY, UNIQUE (x)) WITHOUT ROWID;
    CREATE TABLE c (x INTEGER PRIMARY KEY DESC) WITHOUT ROWID; CREATE TABLE d (x INTEGER, PRIMARY KEY (x COLLATE nocase DESC)) WITHOUT ROWID;
    CREATE TABLE e (x, y, z, PRIMARY KEY (x, y, x, x COLLATE nocase, y)) WITHOUT ROWID; CREATE TABLE f (x PRIMARY KEY) without rowid`,
  "strict tables": `CREATE TABLE a (x INTEGER PRIMARY KEY, y TEXT, z ANY) STRICT; CREATE TABLE b (x TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE c (x INT, y INT, PRIMARY KEY (x, y)) strict, STRICT; CREATE TABLE d (x BLOB), STRICT`,
  "generated columns": `CREATE TABLE t (a INT, b AS (a + 1), c INT GENERATED ALWAYS AS (a || ')') VIRTUAL NOT NULL, d TEXT AS (a) stored UNIQUE,
    e AS (CASE a WHEN 1 THEN 'x' ELSE (b) END) CHECK (e), CHECK (b > a)); CREATE INDEX i ON t (b, d DESC)`,
  "foreign keys of every shape": `CREATE TABLE p (x PRIMARY KEY, y, z, UNIQUE (y, z)); CREATE TABLE t (a REFERENCES p, b REFERENCES "p" ("x") DEFERRABLE,
    c REFERENCES p ON DELETE SET NULL ON UPDATE NO ACTION ON INSERT CASCADE ON DELETE RESTRICT MATCH 'simple' MATCH x NOT NULL DEFERRABLE INITIALLY DEFERRED,
    d, e, FOREIGN KEY (d, E) REFERENCES P (y, Z) ON UPDATE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT self FOREIGN KEY (a) REFERENCES t (b) NOT DEFERRABLE, CONSTRAINT lost FOREIGN KEY (b) REFERENCES nowhere)`,
  "comments everywhere": `CREATE TABLE /* 1 */ t /* 2 */ ( -- 3 ) ,
    a /* 4 */ INT /* 5 */ NOT /* 6 */ NULL /* /* 7 ' */ , -- 8 "
    /* 9 ; */ b TEXT PRIMARY /* 10 */ KEY -- 10
    , -- 11
    /**/ CHECK ( /* 12 */ a /* 13 ) */ > 1 ) -- 14
    -- 15
    ) /* 16 */ WITHOUT /* 17 */ ROWID /* 18 */`,
  "line ends of every kind": "CREATE TABLE t (\r\n  a INT, -- x\r\n  b INT,\r  c INT -- y\r\n)",
  "indexes of every shape": `CREATE TABLE t (a, b COLLATE nocase, "c d", desc, "end"); CREATE INDEX i1 ON t (a); CREATE UNIQUE INDEX i2 ON t (a DESC, b ASC, "c d");
    CREATE INDEX i3 ON t (b COLLATE rtrim, (a)); CREATE INDEX i4 ON t (lower(a), a + 1 DESC, -a, a || b COLLATE nocase, a COLLATE nocase);
    CREATE INDEX i5 ON t (desc, desc DESC, "end" COLLATE nocase DESC); CREATE INDEX i6 ON t (a) WHERE b > 1 AND ("c d" IS NOT NULL OR a IN (1, 2));
    CREATE INDEX i7 ON t (CASE a WHEN 1 THEN b END DESC, a IS NULL, a NOT NULL DESC, a ISNULL, a BETWEEN 1 AND desc DESC);
    CREATE INDEX i8 ON t ('a', "b", [c d], 5, 'it' || 's', CAST(a AS TEXT) COLLATE nocase, abs(a) COLLATE rtrim DESC);
    CREATE INDEX i9 ON t (a LIKE b, a COLLATE nocase LIKE b DESC, NOT a DESC, +a COLLATE nocase)`,
  "an index on what is no column":
    "CREATE TABLE t (a); CREATE INDEX i ON t (true, false DESC, a); CREATE INDEX j ON t (null)",
  "views of every shape": `CREATE VIEW a AS SELECT 1 -- one
    ; CREATE VIEW b (x, "y z", 'w') AS SELECT 1, 2, 3; CREATE VIEW c AS WITH r AS (SELECT 1) SELECT * FROM r; CREATE VIEW d AS VALUES (1), (2);
    CREATE VIEW broken AS SELECT * FROM nowhere; CREATE VIEW e AS SELECT 1 AS x UNION ALL SELECT ';' ORDER BY 1`,
  "triggers of every shape": `CREATE TABLE t (a, begin, "b c"); CREATE VIEW v AS SELECT * FROM t;
    CREATE TRIGGER r1 INSERT ON t BEGIN SELECT 1; END; CREATE TRIGGER r2 BEFORE UPDATE OF a, [b c] ON t FOR EACH ROW BEGIN SELECT CASE WHEN 1 THEN 2 END; END;
    CREATE TRIGGER r3 AFTER DELETE ON t WHEN old.begin > 1 BEGIN DELETE FROM t WHERE a = old.a; INSERT INTO t (a) VALUES (';'); END;
    CREATE TRIGGER r4 INSTEAD OF INSERT ON v WHEN new.begin BEGIN UPDATE t SET begin = CASE begin WHEN 1 THEN 2 END; -- END;
    END; CREATE TRIGGER after AFTER INSERT ON t WHEN new.a IS NOT NULL AND EXISTS (SELECT 1 WHERE 0) BEGIN WITH x AS (SELECT 1) SELECT * FROM x; END;
    CREATE TRIGGER lost AFTER INSERT ON t BEGIN INSERT INTO nowhere VALUES (1); END`,
  "IF NOT EXISTS, TEMP and a schema in front": `CREATE TABLE IF NOT EXISTS main.t (a); CREATE INDEX IF NOT EXISTS main.i ON t (a);
    CREATE VIEW IF NOT EXISTS main.v AS SELECT 1; CREATE TRIGGER IF NOT EXISTS main.r INSERT ON t BEGIN SELECT 1; END;
    CREATE TEMP TABLE t (b, c); CREATE TEMPORARY VIEW tv AS SELECT 1; CREATE TEMP TRIGGER tr INSERT ON main.t BEGIN SELECT 1; END`,
  "a table made from a query": `CREATE TABLE s (id INTEGER PRIMARY KEY, b TEXT, c REAL, d BLOB, e NUMERIC, f, "g h" VARCHAR(3), [select]);
    CREATE TABLE t AS SELECT *, b || c, count(*), 1 AS "x ""y""", 'z' AS 'z z' FROM s`,
  "tables that ALTER TABLE changed": `CREATE TABLE t (a INT, -- the a
      b TEXT, -- the b
      d, -- the d
      CHECK (a > 0) -- about a
    ); ALTER TABLE t ADD COLUMN c TEXT DEFAULT 'x' COLLATE nocase REFERENCES t (a); ALTER TABLE t RENAME b TO "b 2";
    ALTER TABLE t RENAME COLUMN a TO [key]; ALTER TABLE t ADD e AS (c || ')') VIRTUAL; ALTER TABLE t DROP COLUMN d; ALTER TABLE t RENAME TO "t 2";
    CREATE TABLE u (a, b) ; ALTER TABLE u ADD c; ALTER TABLE u ADD COLUMN d INTEGER NOT NULL DEFAULT 0; ALTER TABLE u RENAME TO [U 2]`,
  "references that ALTER TABLE changed": `CREATE TABLE p (id INTEGER PRIMARY KEY, x UNIQUE); CREATE TABLE c (a REFERENCES p (x), FOREIGN KEY (a) REFERENCES p);
    CREATE INDEX i ON p (x, lower(x)) WHERE x > 1; CREATE VIEW v AS SELECT x FROM p; CREATE TRIGGER r UPDATE OF x ON p BEGIN SELECT new.x; END;
    ALTER TABLE p RENAME x TO "y z"; ALTER TABLE p RENAME TO "q r"`,
  "constraints that ALTER TABLE added and dropped": {
    since: "3.53",
    sql: `CREATE TABLE t (a INT, b TEXT -- the b
      ); ALTER TABLE t ALTER COLUMN a SET NOT NULL; ALTER TABLE t ALTER b SET NOT NULL ON CONFLICT IGNORE;
      ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0); ALTER TABLE t ADD CHECK (b <> '') ; ALTER TABLE t ADD COLUMN c;
      ALTER TABLE t ALTER a DROP NOT NULL; ALTER TABLE t ADD CONSTRAINT [x y] CHECK (c) ON CONFLICT FAIL; ALTER TABLE t DROP CONSTRAINT positive`,
  },
  "virtual tables": `CREATE VIRTUAL TABLE docs USING fts5(title, body, tokenize = 'porter ascii', prefix='2 3');
    CREATE VIRTUAL TABLE "map points" USING rtree(id, "x min", xmax, +note TEXT); CREATE VIRTUAL TABLE old USING fts4(a, b, tokenize=simple);
    CREATE VIRTUAL TABLE [none] USING fts5(x, content=''); CREATE TABLE docs_other (a); CREATE TABLE t (a);
    CREATE VIRTUAL TABLE IF NOT EXISTS main.ext USING fts5(a, content='t', content_rowid='rowid')`,
  "SQLite's own tables":
    "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b); CREATE INDEX i ON t (b); INSERT INTO t (b) VALUES (1); ANALYZE",
};

function isSince(version: string, since: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = since.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

for (const driver of driverNames) {
  describe(`a schema, with ${driver}`, () => {
    for (const [about, entry] of Object.entries(CORPUS)) {
      const { since, sql } = typeof entry === "string" ? { since: "3.0", sql: entry } : entry;
      it(`is read with ${about}`, (context) => {
        const handle = openHandle(driver, ":memory:");
        const [{ version } = {}] = rows(handle, "SELECT sqlite_version() AS version");
        if (!isSince(String(version), since)) return context.skip(`SQLite ${String(version)} does not run it`);
        handle.exec(sql);
        const schema = inspectSync({ database: handle });
        const stored = rows(
          handle,
          "SELECT sql FROM sqlite_schema WHERE sql <> '' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY sql",
        );
        const shadows = schema.virtualTables.flatMap(({ shadowTables }) => shadowTables);
        const all = [
          ...schema.tables,
          ...shadows,
          ...schema.virtualTables,
          ...schema.indexes,
          ...schema.views,
          ...schema.triggers,
        ];
        assert.deepEqual(all.map(printObject).toSorted(), stored.map((row) => String(row["sql"])).toSorted());
        handle.close();
      });
    }
  });
}
