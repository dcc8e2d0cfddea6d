/** Version 2: who a session belongs to, from the `user` field of the requests. */
import type { DatabaseSync } from "node:sqlite";

export const name = "Add user field";
export const version = 2;

/** Can run on a database that has the column: the rollback of the hand-written runner dropped only the index. */
export function up(db: DatabaseSync): void {
  const columns = db.prepare("PRAGMA table_info(sessions)").all();
  if (!columns.some((column) => column["name"] === "user_id")) {
    db.exec("ALTER TABLE sessions ADD COLUMN user_id TEXT");
  }
  db.exec("CREATE INDEX IF NOT EXISTS idx_sessions_user_id ON sessions (user_id)");
}

/** Undoes all of it. Where sessions have a user, lockstep refuses this until the loss is allowed. */
export function down(db: DatabaseSync): void {
  db.exec("DROP INDEX IF EXISTS idx_sessions_user_id");
  db.exec("ALTER TABLE sessions DROP COLUMN user_id");
}
