/** The floor: what a careful person writes by hand in thirty lines. Plain `.sql` files, no down, no checks beyond these. */
import { hash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** Opens the database file. */
export function openByHand(path: string): DatabaseSync {
  return new DatabaseSync(path, { timeout: 60_000 });
}

/** Applies what is pending and gives how many that were; throws when an applied file was edited or is gone. */
export function migrateByHand(database: DatabaseSync, directory: string, transaction: "each" | "all"): number {
  database.exec(
    "CREATE TABLE IF NOT EXISTS history (name TEXT PRIMARY KEY, hash TEXT NOT NULL, applied_at TEXT NOT NULL)",
  );
  const rows = database.prepare("SELECT name, hash FROM history").all();
  const applied = new Map(rows.map((row) => [row["name"], row["hash"]]));
  const pending = [];
  for (const name of readdirSync(directory).toSorted()) {
    if (!name.endsWith(".sql")) continue;
    const text = readFileSync(`${directory}/${name}`);
    const digest = hash("sha256", text);
    if (!applied.has(name)) pending.push({ name, digest, sql: text.toString() });
    else if (applied.get(name) !== digest) throw new Error(`${name} was edited after it was applied`);
    applied.delete(name);
  }
  if (applied.size > 0) throw new Error(`applied, and now missing: ${[...applied.keys()].join(", ")}`);
  if (pending.length === 0) return 0;
  const find = database.prepare("SELECT 1 FROM history WHERE name = ?");
  const insert = database.prepare("INSERT INTO history (name, hash, applied_at) VALUES (?, ?, ?)");
  for (const group of transaction === "all" ? [pending] : pending.map((migration) => [migration])) {
    database.exec("BEGIN IMMEDIATE");
    try {
      for (const { name, digest, sql } of group) {
        if (find.get(name) !== undefined) continue; // Another process was first.
        database.exec(sql);
        insert.run(name, digest, new Date().toISOString());
      }
      database.exec("COMMIT");
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }
  return pending.length;
}
