/** TEMP objects of the connection, which only its owner knows. */
import { isSameName } from "../../core/sql/quote.ts";
import { wait, type Task } from "../../core/task.ts";
import type { Row } from "../../driver/driver.ts";
import { refuse, type Altering } from "./altering.ts";

/** Refuses a table that a TEMP one hides: SQLite itself takes one for the other when it renames them. */
export function* refuseHidden(altering: Altering): Task<void> {
  const { name } = altering.intent.wanted;
  const hiding = (yield* readTemporary(altering)).find(
    (row) => row["type"] !== "trigger" && row["type"] !== "index" && isSame(row["name"], name),
  );
  if (hiding === undefined) return;
  throw refuse(altering, {
    problem: `a TEMP ${String(hiding["type"])} of this connection is called "${String(hiding["name"])}" too`,
    hint: "drop it before",
  });
}

/** Refuses a rebuild of a table with a TEMP trigger, which goes with the table that it is on. */
export function* refuseTemporaryTriggers(altering: Altering): Task<void> {
  const { name } = altering.intent.wanted;
  const own = (yield* readTemporary(altering)).find((row) => row["type"] === "trigger" && isSame(row["on"], name));
  if (own === undefined) return;
  throw refuse(altering, {
    problem: `the TEMP trigger "${String(own["name"])}" of this connection is on the table, and would go with it`,
    hint: "drop it before, and create it anew afterwards",
  });
}

function readTemporary({ session: { connection } }: Altering): Task<readonly Row[]> {
  return wait(connection.query('SELECT type, name, tbl_name AS "on" FROM sqlite_temp_schema'));
}

function isSame(value: unknown, name: string): boolean {
  return typeof value === "string" && isSameName(value, name);
}
