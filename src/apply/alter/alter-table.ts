/** Changes a table into the wanted one, inside the open transaction, and proves the result before anybody commits it. */
import { affectedBy } from "../../core/alter/affected.ts";
import { chooseMethod, editsSchema, type Capabilities, type Method } from "../../core/alter/choose.ts";
import { findStranded } from "../../core/alter/dependents.ts";
import type { AlterIntent } from "../../core/alter/intent.ts";
import { reverseOf } from "../../core/alter/reverse.ts";
import { emptyColumns, matchColumns, type ColumnMatch } from "../../core/alter/match.ts";
import { underName } from "../../core/alter/stored-text.ts";
import { foldIdentifier } from "../../core/sql/quote.ts";
import { wait, type Task } from "../../core/task.ts";
import { readSchema } from "../../inspect/read-schema.ts";
import type { Session } from "../../session.ts";
import { adviseCopy } from "./advice.ts";
import { inAlterMode } from "./alter-mode.ts";
import { orRefuse, refuse, type Altering, type AlterPlace } from "./altering.ts";
import { brokenObjects, refuseBroken } from "./broken-objects.ts";
import { checkCopies } from "./check-copies.ts";
import type { ConvertedValues } from "./compare-rows.ts";
import { countRows } from "./count-rows.ts";
import { editText } from "./edit-text.ts";
import { findTable } from "./find-table.ts";
import { proveTable } from "./prove-table.ts";
import { rebuildTable } from "./rebuild-table.ts";
import { rehearse } from "./rehearse.ts";
import { renameColumns, type Renamed } from "./rename-columns.ts";
import { canEditSchema, editSchema } from "./schema-text.ts";
import { canSetAside } from "./set-aside.ts";
import { refuseHidden } from "./temporary.ts";

/** What was done. */
export interface Alteration {
  readonly table: string;
  readonly method: Method["kind"];
  /** How many rows the table has. */
  readonly rows: number;
  /** The SQL that leads back, where nothing is lost. */
  readonly reverse: string | undefined;
}

/**
 * Changes the table. Throws `rebuild_refused` for what cannot be carried through, `lossy_conversion` for values that would change. What
 * it has done until then is undone with the transaction.
 */
export function* alterTable(
  session: Session,
  wish: AlterIntent,
  place: AlterPlace,
  isPlanned = false,
): Task<Alteration> {
  yield* refuseForeignKeys({ session, intent: wish, place });
  const before = yield* readSchema(session);
  const named = findTable({ session, place }, before, wish.wanted.name);
  // In whatever case it is written here, the table keeps its name.
  const wanted = wish.wanted.name === named.name ? wish.wanted : underName(wish.wanted, named.name);
  const altering: Altering = { session, intent: { ...wish, wanted }, place, isPlanned };
  yield* refuseHidden(altering);
  const match = orRefuse(altering, matchColumns(named, altering.intent));
  const stranded = findStranded({ schema: before, current: named, wanted, match, renames: wish.renames });
  if (stranded !== undefined) throw refuse(altering, stranded);
  yield* checkCopies(altering, before, named);
  const rows = yield* countRows(altering, named.name);
  refuseEmpty(altering, match, rows);
  const broken = yield* brokenObjects(session.connection, affectedBy(before, named.name));
  const renamed = yield* renameColumns(altering, { schema: before, current: named, match });
  const method = yield* choose(altering, renamed);
  // What SQLite itself can do needs no table set aside: then it is only looked at afterwards, whether all objects work.
  const isTried = method.kind !== "native" || (yield* canSetAside(altering, renamed));
  if (method.kind !== "none" && isTried) yield* rehearse(altering, { ...renamed, broken });
  const done = yield* perform(altering, method, { ...renamed, rows });
  const after = yield* readSchema(session);
  yield* refuseBroken(altering, after, broken);
  proveTable(altering, { before: renamed.schema, after, method: done.method });
  return {
    table: wanted.name,
    method: done.method === "none" && renamed.count > 0 ? "native" : done.method,
    rows,
    reverse: done.values === "final" ? undefined : reverseOf(named, match),
  };
}

/** Where foreign keys are on, dropping the old table would delete or empty the rows that refer to it, and new keys go unchecked. */
function* refuseForeignKeys(altering: Altering): Task<void> {
  const [row] = yield* wait(altering.session.connection.query("PRAGMA foreign_keys"));
  if (Number(row?.["foreign_keys"]) === 0) return;
  throw refuse(altering, {
    problem: "foreign keys are on, and a rebuild with them on would run ON DELETE actions",
    hint: 'leave out foreignKeys: "enforce": references are checked before the migration is committed',
  });
}

function* choose({ session, intent }: Altering, { current, match, schema }: Renamed): Task<Method> {
  const { connection } = session;
  const chooseWith = (capabilities: Capabilities): Method =>
    chooseMethod({ current, wanted: intent.wanted, match, capabilities });
  // Each is asked only where it matters.
  const all = chooseWith({ schemaEdit: "possible", dropColumn: "possible" });
  const isDrop = all.kind === "native" && match.dropped.length > 0;
  const isWhole = !isDrop || (yield* brokenObjects(connection, schema)).size === 0;
  const dropColumn = isWhole ? "possible" : "impossible";
  const best = isWhole ? all : chooseWith({ schemaEdit: "possible", dropColumn });
  if (!editsSchema(best) || (yield* canEditSchema(connection))) return best;
  return chooseWith({ schemaEdit: "impossible", dropColumn });
}

interface Done {
  readonly method: Method["kind"];
  readonly values: ConvertedValues;
}

/** Does it, and gives what was done: where an edit of the text would change what rows mean, they are copied. */
function* perform(altering: Altering, method: Method, of: Renamed & { readonly rows: number }): Task<Done> {
  const { connection } = altering.session;
  const { current, rows } = of;
  if (method.kind === "native") {
    // SQLite would find some of the objects that break, and not by their names; all of them are found here.
    yield* inAlterMode(connection, "legacy", function* () {
      for (const sql of method.statements) yield* wait(connection.execute(sql));
    });
    if (method.sql !== undefined) yield* editSchema(connection, { name: current.name, sql: method.sql });
  }
  const isRebuild =
    method.kind === "rebuild" ||
    (method.kind === "schema_edit" && !(yield* editText(altering, { current, edit: method, rows })));
  if (isRebuild) return { method: "rebuild", values: yield* rebuildTable(altering, of) };
  return { method: method.kind, values: "reversible" };
}

/** SQLite would only find it at the first row, and say less. */
function refuseEmpty(altering: Altering, match: ColumnMatch, rows: number): void {
  if (rows === 0) return;
  const { wanted, places } = altering.intent;
  const [empty] = emptyColumns(match, wanted);
  if (empty === undefined) return;
  const { name } = empty;
  const place = places?.get(foldIdentifier(name));
  throw refuse(altering, {
    problem: `the new column "${name}" refuses NULL, and nothing gives it a value in the ${rows} ${rows === 1 ? "row that is" : "rows that are"} there`,
    hint: `give it a DEFAULT, or its values with ${adviseCopy(altering.intent, name)}`,
    ...(place === undefined ? {} : { place }),
  });
}
