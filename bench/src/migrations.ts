/** The logical migrations that every tool gets: the same SQL, in whatever kind of file the tool wants. */

/** One migration, before it is written down for a tool. */
export interface LogicalMigration {
  /** From 1, without gaps. */
  readonly number: number;
  /** Words in kebab-case. */
  readonly name: string;
  readonly statements: readonly string[];
}

/** Gives the first `count` migrations. The same count gives the same text, and a longer list begins with a shorter one. */
export function logicalMigrations(count: number): readonly LogicalMigration[] {
  return Array.from({ length: count }, (_, index) => logicalMigration(index + 1));
}

/** How many tables and how many rows of `counter` the first `count` migrations leave, when each one ran exactly once. */
export interface Expectation {
  readonly tableCount: number;
  readonly indexCount: number;
  /** The numbers of the migrations that left a mark. */
  readonly marks: readonly number[];
}

/** Says what must be in the database after the first `count` migrations. */
export function expectationFor(count: number): Expectation {
  const sql = logicalMigrations(count).map(({ number, statements }) => ({
    number,
    text: statements.join(";"),
  }));
  const containing = (words: RegExp): number =>
    sql.reduce((sum, { text }) => sum + (text.match(words)?.length ?? 0), 0);
  return {
    tableCount: containing(/CREATE TABLE/g),
    indexCount: containing(/CREATE (UNIQUE )?INDEX/g),
    marks: sql.filter(({ text }) => text.includes("INTO counter")).map(({ number }) => number),
  };
}

/** Ten migrations make a block: four tables (one with a foreign key), two columns, two indexes, two changes of data. */
function logicalMigration(number: number): LogicalMigration {
  const block = Math.floor((number - 1) / 10);
  const [name, ...statements] = step(block, number);
  // The first one also makes the table in which the changes of data leave a mark: a migration that ran twice shows there.
  const counter = number === 1 ? ["CREATE TABLE counter (migration INTEGER NOT NULL)"] : [];
  return { number, name: `${name}-${block}`, statements: [...counter, ...statements] };
}

function step(block: number, number: number): readonly [name: string, ...statements: string[]] {
  const mark = `INSERT INTO counter (migration) VALUES (${number})`;
  switch ((number - 1) % 10) {
    case 0:
      return [
        "create-account",
        `CREATE TABLE account_${block} (\n  id INTEGER PRIMARY KEY,\n  email TEXT NOT NULL UNIQUE,\n  name TEXT NOT NULL,\n  locale TEXT NOT NULL DEFAULT 'en',\n  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,\n  deleted_at TEXT\n)`,
      ];
    case 1:
      return [
        "create-item",
        `CREATE TABLE item_${block} (\n  id INTEGER PRIMARY KEY,\n  account_id INTEGER NOT NULL REFERENCES account_${block} (id) ON DELETE CASCADE,\n  title TEXT NOT NULL,\n  price INTEGER NOT NULL CHECK (price >= 0),\n  payload BLOB,\n  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP\n)`,
      ];
    case 2:
      return ["index-item-account", `CREATE INDEX item_account_${block} ON item_${block} (account_id)`];
    case 3:
      return [
        "insert-first-rows",
        `INSERT INTO account_${block} (id, email, name) VALUES (1, 'ada@example.com', 'Ada'), (2, 'bob@example.com', 'Bob')`,
        `INSERT INTO item_${block} (account_id, title, price) VALUES (1, 'Lamp', 1200), (2, 'Chair', 4900), (2, 'Desk', 9900)`,
        mark,
      ];
    case 4:
      return ["add-account-status", `ALTER TABLE account_${block} ADD COLUMN status TEXT NOT NULL DEFAULT 'new'`];
    case 5:
      return [
        "create-tag",
        `CREATE TABLE tag_${block} (\n  id INTEGER PRIMARY KEY,\n  label TEXT NOT NULL,\n  color TEXT NOT NULL DEFAULT 'grey'\n)`,
      ];
    case 6:
      return [
        "create-note",
        `CREATE TABLE note_${block} (\n  id INTEGER PRIMARY KEY,\n  body TEXT NOT NULL,\n  author TEXT,\n  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP\n)`,
      ];
    case 7:
      return ["add-item-position", `ALTER TABLE item_${block} ADD COLUMN position INTEGER NOT NULL DEFAULT 0`];
    case 8:
      return ["index-tag-label", `CREATE UNIQUE INDEX tag_label_${block} ON tag_${block} (label)`];
    default:
      return ["update-account-status", `UPDATE account_${block} SET status = 'active' WHERE status = 'new'`, mark];
  }
}
