/** Checks that a database is what the migrations must have made of it: each ran exactly once. */
import { DatabaseSync } from "node:sqlite";
import { expectationFor } from "./migrations.ts";

/** Says what is wrong after `count` migrations, or undefined where each ran exactly once. */
export function defect(database: string, count: number): string | undefined {
  const handle = new DatabaseSync(database, { readOnly: true, timeout: 60_000 });
  try {
    const expected = expectationFor(count);
    const found = (kind: string): number => numberOf(handle, kind);
    const tables = found("type = 'table' AND (name GLOB '*_[0-9]*' OR name = 'counter')");
    if (tables !== expected.tableCount) return `${tables} of ${expected.tableCount} tables`;
    const indexes = found("type = 'index' AND sql IS NOT NULL AND name GLOB '*_[0-9]*'");
    if (indexes !== expected.indexCount) return `${indexes} of ${expected.indexCount} indexes`;
    const rows = handle.prepare("SELECT migration FROM counter ORDER BY migration").all();
    const marks = rows.map((row) => Number(row["migration"]));
    if (marks.join() !== expected.marks.join())
      return `marks ${marks.join(" ")} instead of ${expected.marks.join(" ")}`;
    return undefined;
  } finally {
    handle.close();
  }
}

function numberOf(handle: DatabaseSync, condition: string): number {
  return Number(handle.prepare(`SELECT count(*) AS n FROM sqlite_schema WHERE ${condition}`).get()?.["n"]);
}
