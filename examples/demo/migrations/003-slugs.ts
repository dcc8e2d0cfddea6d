/** Gives every book the last part of its address: code, since SQLite has no regular expressions. */
import type { DatabaseSync } from "node:sqlite";

export const name = "A slug for every book";

export function up(db: DatabaseSync): void {
  db.exec("ALTER TABLE books ADD COLUMN slug TEXT");
  const update = db.prepare("UPDATE books SET slug = ? WHERE id = ?");
  for (const { id, title } of db.prepare("SELECT id, title FROM books").all()) {
    const slug = String(title)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-");
    update.run(slug, Number(id));
  }
}

export function down(db: DatabaseSync): void {
  db.exec("ALTER TABLE books DROP COLUMN slug");
}
