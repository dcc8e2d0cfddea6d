/** Runs a rebuild of a migration in SQL. */
import { readIntent } from "../../core/alter/read-intent.ts";
import type { Script, Statement } from "../../core/sql/script.ts";
import type { Task } from "../../core/task.ts";
import type { Session } from "../../session.ts";
import { placeIn } from "../../source/sql-text.ts";
import { refuse, type AlterPlace } from "./altering.ts";
import { alterTable, type Alteration } from "./alter-table.ts";

/** Changes the table that the statement wants, in the open transaction. `isPlanned` on an empty copy of a table with rows. */
export function* executeRebuild(
  session: Session,
  script: Script,
  statement: Statement,
  isPlanned = false,
): Task<Alteration> {
  const place: AlterPlace = ({ offset, length } = { offset: statement.offset, length: firstLine(statement.text) }) =>
    placeIn(script, script.file ?? "", offset, length);
  const intent = readIntent(statement);
  if ("problem" in intent) throw refuse({ place }, intent);
  return yield* alterTable(session, intent, place, isPlanned);
}

function firstLine(text: string): number {
  return /^.*/.exec(text)?.[0].length ?? 1;
}
