/**
 * npm run demo: a bookshop's database goes from version 0 to the newest, survives a migration that fails, and goes back. What it
 * says about the database is read from it, and a line that would not be true ends the demo with an error.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { styleText } from "node:util";

const root = join(import.meta.dirname, "..");
const bin = join(root, "bin", "lockstep.js");
const shop = join(root, "examples", "demo");
const folder = mkdtempSync(join(tmpdir(), "lockstep-demo-"));
const database = join(folder, "shop.db");
const keeps = process.argv.includes("--keep");

/** Who is on the shelf: name, year of birth, books. */
const SHELF: readonly (readonly [name: string, born: number, titles: readonly string[]])[] = [
  ["Ursula K. Le Guin", 1929, ["The Dispossessed", "The Left Hand of Darkness", "Lavinia"]],
  ["Italo Calvino", 1923, ["Invisible Cities", "The Baron in the Trees"]],
  ["Octavia E. Butler", 1947, ["Kindred", "Parable of the Sower"]],
];

/** How many fresh processes the start-up is measured in: an odd number has a middle. */
const STARTS = 11;

/** A table's name and how many rows it has, for each table of the shop. */
type Counts = Readonly<Record<string, number>>;

const startedAt = performance.now();
try {
  for (const file of ["migrations", "lockstep.config.ts"])
    cpSync(join(shop, file), join(folder, file), { recursive: true });
  showEmpty();
  openShop();
  fillSlugs();
  failAndMend();
  goBack();
  await runTwo();
  startUp();
  say("");
  say(`That took ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
} finally {
  if (keeps) say(`The folder stays: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

function showEmpty(): void {
  title("A bookshop, its migrations, and no database yet");
  say(`in ${folder}`);
  say("");
  for (const name of readdirSync(join(folder, "migrations")).toSorted()) say(`  migrations/${name}`);
  lockstep("status");
}

function openShop(): void {
  title("The first tables, and the shop opens");
  lockstep("up --to 2");
  withDatabase(database, (db) => {
    const author = db.prepare("INSERT INTO authors (name, born) VALUES (?, ?)");
    const book = db.prepare("INSERT INTO books (author_id, title, price_cents) VALUES (?, ?, ?)");
    const review = db.prepare("INSERT INTO reviews (book_id, stars, text) VALUES (?, ?, ?)");
    for (const [name, born, titles] of SHELF) {
      const { lastInsertRowid: authorId } = author.run(name, born);
      for (const bookTitle of titles) {
        const { lastInsertRowid: bookId } = book.run(authorId, bookTitle, 900 + 10 * bookTitle.length);
        for (const stars of [5, 4]) review.run(bookId, stars, stars === 5 ? "Read it twice." : "Good.");
      }
    }
  });
  say("");
  say(`The shop writes its own rows: ${inWords(countRows())}.`);
}

function fillSlugs(): void {
  title("A migration in code fills a column");
  lockstep("up --to 3");
  const filled = number("SELECT count(slug) FROM books");
  const empty = number("SELECT count(*) FROM books WHERE slug IS NULL");
  fact(empty === 0 && filled > 0, `${filled} books have a slug, ${empty} have none`);
  say(`  such as ${text("SELECT slug FROM books ORDER BY id LIMIT 1")}`);
}

function failAndMend(): void {
  title("A migration that fails changes nothing");
  say("The next one rebuilds authors, the table that all others hang on: create,");
  say("copy, drop, rename. Its last statement has a slip of the pen, and by then");
  say("the old table is gone.");
  const file = join(folder, "migrations", "004-stricter-authors.sql");
  const right = readFileSync(file, "utf8");
  writeFileSync(file, right.replace("books (author_id)", "books (autor_id)"));
  lockstep("plan");
  const [hash, schema, rows] = [hashOf(database), hashOfSchema(), countRows()];
  lockstep("up", 1);
  say("");
  fact(hashOf(database) === hash, `the database file is the same, byte for byte: sha256 ${hash.slice(0, 12)}…`);
  fact(
    hashOfSchema() === schema && inWords(countRows()) === inWords(rows),
    `so are its schema and its rows: ${inWords(rows)}`,
  );

  title("Mended, it runs, and keeps every child of the table that it drops");
  const byHand = join(folder, "by-hand.db");
  cpSync(database, byHand);
  writeFileSync(file, right);
  lockstep("up");
  say("");
  say(`  before: ${inWords(rows)}`);
  say(`  after:  ${inWords(countRows())}`);
  fact(inWords(countRows()) === inWords(rows), "no row is lost");
  const orphans = number("SELECT count(*) FROM pragma_foreign_key_check");
  fact(orphans === 0, `${orphans} rows point at an author that is not there`);
  runByHand(byHand, right);
  lockstep("status");
}

/** The same SQL on a copy, by a program that has foreign keys on, as node:sqlite does unless told otherwise. */
function runByHand(file: string, migration: string): void {
  const [up = ""] = migration.split("-- lockstep:down");
  withDatabase(file, (db) => db.exec(`BEGIN; ${up}; COMMIT;`));
  say("");
  say("The same SQL run on a copy by a connection with foreign keys on, where DROP");
  say("TABLE deletes the rows first and ON DELETE CASCADE follows them:");
  say(`  after:  ${inWords(countRows(file))}`);
}

function goBack(): void {
  title("The way back is measured before it is gone");
  const [hash, rows] = [hashOf(database), countRows()];
  lockstep("down --to 1", 1);
  say("");
  fact(hashOf(database) === hash, `it was refused, and the file is the same: sha256 ${hash.slice(0, 12)}…`);
  say("");
  say("One step back loses nothing, and needs no --yes:");
  lockstep("down");
  fact(inWords(countRows()) === inWords(rows), `still ${inWords(rows)}`);
  say("");
  say("The next one loses the slugs; a migration can fill them again, so --yes:");
  lockstep("down --yes");
  lockstep("up");
  const filled = number("SELECT count(slug) FROM books");
  fact(filled === rows["books"], `${filled} slugs are back`);
}

async function runTwo(): Promise<void> {
  title("Two processes start at once on a new database");
  const second = join(folder, "second.db");
  say(styleText("cyan", "$ lockstep up -d second.db & lockstep up -d second.db"));
  const started = await Promise.all([1, 2].map(() => applied(second)));
  const all = started.flat().toSorted((left, right) => left - right);
  const history = withDatabase(second, (db) =>
    db.prepare("SELECT version FROM lockstep_history ORDER BY version").all(),
  );
  const recorded = history.map(({ version }) => Number(version));
  fact(
    new Set(all).size === all.length && all.join() === recorded.join(),
    `together they applied ${all.join(", ")}: each migration once`,
  );
}

/** The versions that a process of its own applied. */
async function applied(file: string): Promise<readonly number[]> {
  const child = spawn(process.execPath, [bin, "up", "-d", file, "--json"], { cwd: folder });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  const exitCode = await new Promise((resolve) => child.once("close", resolve));
  if (exitCode !== 0) throw new Error(`a process ended with ${String(exitCode)}: ${output}`);
  return (JSON.parse(output) as { applied: readonly { version: number }[] }).applied.map(({ version }) => version);
}

function startUp(): void {
  title("A server starts with nothing to do");
  say('await migrate({ database: "shop.db", migrations: "migrations" });');
  say("");
  const starts = Array.from({ length: STARTS }, () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(shop, "start-up.ts")], {
      cwd: folder,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Record<"applied" | "toVersion" | "importMs" | "migrateMs", number>;
  });
  const newest = number("SELECT value FROM metadata WHERE key = 'schema_version'");
  fact(
    starts.every((start) => start.applied === 0 && start.toVersion === newest),
    `${starts.length} fresh processes found version ${newest} and applied nothing`,
  );
  for (const [label, key] of [
    ["that call", "migrateMs"],
    ["importing lockstep before it", "importMs"],
  ] as const) {
    const times = starts.map((start) => start[key]).toSorted((left, right) => left - right);
    const [least = 0, middle = 0, most = 0] = [times[0], times[(STARTS - 1) / 2], times.at(-1)];
    say(`  ${label}: median ${middle.toFixed(1)} ms, ${least.toFixed(1)} to ${most.toFixed(1)} ms`);
  }
}

/** Runs the command line as a user would, in the folder of the shop. Nobody is there to answer a question. */
function lockstep(line: string, wanted: 0 | 1 = 0): void {
  say("");
  say(styleText("cyan", `$ lockstep ${line}`));
  const { status } = spawnSync(process.execPath, [bin, ...line.split(" ")], {
    cwd: folder,
    // Errors too go to stdout: here they are part of the story.
    stdio: ["ignore", 1, 1],
  });
  if (wanted !== 0) say(styleText("dim", `exit code ${status}`));
  if (status !== wanted) throw new Error(`lockstep ${line} ended with ${status}, not ${wanted}`);
}

function withDatabase<T>(file: string, body: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file);
  try {
    return body(db);
  } finally {
    db.close();
  }
}

/** The one value of a query. */
function text(sql: string, file: string = database): string {
  return withDatabase(file, (db) => String(Object.values(db.prepare(sql).get() ?? {})[0]));
}

function number(sql: string, file: string = database): number {
  return Number(text(sql, file));
}

function countRows(file: string = database): Counts {
  const tables = ["authors", "books", "reviews"];
  return Object.fromEntries(tables.map((table) => [table, number(`SELECT count(*) FROM ${table}`, file)]));
}

function inWords(counts: Counts): string {
  return Object.entries(counts)
    .map(([table, count]) => `${count} ${table}`)
    .join(", ");
}

function hashOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function hashOfSchema(): string {
  const rows = withDatabase(database, (db) =>
    db.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").all(),
  );
  return createHash("sha256").update(JSON.stringify(rows)).digest("hex");
}

/** Prints what is true, and ends the demo where it is not. */
function fact(isTrue: boolean, claim: string): void {
  if (!isTrue) throw new Error(`this is not true: ${claim}`);
  say(`${styleText("green", "✓")} ${claim}`);
}

function title(words: string): void {
  say("");
  say(styleText("bold", words));
  say(styleText("dim", "─".repeat(words.length)));
}

function say(line: string): void {
  console.log(line);
}
