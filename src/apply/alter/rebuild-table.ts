/** Rebuilds a table: sets it aside, makes it anew, copies its rows, compares them, and gives it back all that belonged to it. */
import { createInMain } from "../../core/alter/create.ts";
import { compareTables } from "../../core/alter/compare.ts";
import { planRebuild } from "../../core/alter/rebuild.ts";
import { wait, type Task } from "../../core/task.ts";
import { inAlterMode } from "./alter-mode.ts";
import { orRefuse, type Altering } from "./altering.ts";
import { compareRows, type ConvertedValues } from "./compare-rows.ts";
import { acceptRows, copyRows } from "./copy-rows.ts";
import { checkCount } from "./count-rows.ts";
import { forgetStatistics, giveSequence, readSequence } from "./kept-numbers.ts";
import { belongingTo, namesOf } from "./names.ts";
import { checkIntegrity } from "./prove-table.ts";
import type { Renamed } from "./rename-columns.ts";
import { setAside } from "./set-aside.ts";
import { refuseTemporaryTriggers } from "./temporary.ts";

/** What is rebuilt. Its columns have their new names already. */
export interface RebuildOf extends Renamed {
  /** How many rows it has. */
  readonly rows: number;
}

/** Rebuilds the table. Throws where a row cannot be carried over as it is. Gives whether a new type has made values others for good. */
export function* rebuildTable(
  altering: Altering,
  { schema, current, match, oldNames, rows }: RebuildOf,
): Task<ConvertedValues> {
  const { connection } = altering.session;
  const { wanted } = altering.intent;
  const taken = namesOf(schema);
  const plan = orRefuse(altering, planRebuild({ current, wanted, match, oldNames, taken }));
  yield* refuseTemporaryTriggers(altering);
  yield* checkCount(altering, current.name, rows);
  const sequence = yield* readSequence(connection, current);
  let values: ConvertedValues = "reversible";
  yield* inAlterMode(connection, "legacy", function* () {
    yield* setAside(altering, { schema, current, sql: plan.setAside, kind: "change" });
    yield* wait(connection.execute(plan.create));
    // Not of an empty table: INSERT of no rows already notes a last id for AUTOINCREMENT.
    if (rows > 0 || altering.isPlanned === true) yield* copyRows(altering, plan, rows);
    if (rows > 0) {
      values = yield* compareRows(altering, {
        comparison: compareTables({ current, wanted, match, rebuild: plan }),
        plan,
        rows,
      });
      // Before it has its indexes: SQLite makes those of the rows that are checked here.
      yield* checkIntegrity(altering);
    }
    yield* wait(connection.execute(plan.dropOld));
  });
  for (const index of belongingTo(schema.indexes, current)) yield* acceptRows(altering, createInMain(index));
  for (const trigger of belongingTo(schema.triggers, current)) yield* wait(connection.execute(createInMain(trigger)));
  yield* giveSequence(connection, wanted, { last: sequence, ids: plan.pairing.kind === "rowid" ? "kept" : "others" });
  yield* forgetStatistics(connection, { schema, current, wanted });
  return values;
}
