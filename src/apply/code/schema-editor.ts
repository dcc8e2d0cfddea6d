/** The `schema` of a migration in code: collects what it wants of a table, and has it done at once. */
import type { AlterIntent } from "../../core/alter/intent.ts";
import type { AlterOptions, SchemaEditor } from "../../core/migration/context.ts";
import { editTable } from "../../core/schema/edit/edit-table.ts";
import type { TableEditor } from "../../core/schema/edit/editor.ts";
import type { WantedTable } from "../../core/schema/edit/wanted-table.ts";
import { parseObject } from "../../core/schema/parse.ts";
import { foldIdentifier, quoteIdentifier } from "../../core/sql/quote.ts";
import type { Statement } from "../../core/sql/script.ts";
import { splitStatements } from "../../core/sql/splitter.ts";
import { tokenize } from "../../core/sql/tokenizer.ts";
import { runSync, type Task } from "../../core/task.ts";
import { assert, LockstepError, type Place } from "../../error.ts";
import { readSchema } from "../../inspect/read-schema.ts";
import type { Session } from "../../session.ts";
import { alterTable } from "../alter/alter-table.ts";
import { findTable } from "../alter/find-table.ts";
import type { CodeManner } from "./call.ts";
import type { CodeRun } from "./code-run.ts";
import { callWithin } from "./context.ts";
import { readStack, stackAbove } from "./stack.ts";

/** Makes the editor for one call of a migration. */
export function schemaEditor(
  session: Session,
  run: CodeRun,
  { file, kind, observe, watch }: CodeManner & { readonly file: string | undefined },
): SchemaEditor {
  const alter = (name: string, change: (table: TableEditor) => unknown, { allow = [] }: AlterOptions = {}): void => {
    run.enter(alter);
    const { place } = stackAbove(alter, file);
    if (kind === "bare") throw outsideError(place);
    const table = now(function* () {
      return findTable({ session, place: () => place }, yield* readSchema(session), name);
    });
    const edited = editTable(table.sql, (editor) => void change(editor));
    if (edited.kind === "problem") throw refusedEdit(edited, file);
    const intent = toIntent(edited.wanted, allow);
    callWithin(undefined, () => observe?.(droppingStatements(table.name)));
    watch?.altered(table.name);
    now(() => alterTable(session, intent, () => place));
    run.leave();
  };
  return { alterTable: alter };
}

/** Runs a task at once. What lockstep itself asks the database for is not the migration's. */
function now<T>(task: () => Task<T>): T {
  return callWithin(undefined, () => runSync(task(), asynchronousError));
}

function toIntent({ sql, renames, drops, copies }: WantedTable, allow: readonly "lossy_conversion"[]): AlterIntent {
  const wanted = parseObject(sql);
  assert(wanted.kind === "table", "an edited table is a table");
  const place = { offset: 0, length: 1 };
  return {
    wanted,
    copies: new Map([...copies].map(([name, expression]) => [foldIdentifier(name), { expression, place }])),
    renames: new Map([...renames].map(([name, from]) => [foldIdentifier(name), { from: foldIdentifier(from), place }])),
    drops: new Map([...drops].map((name) => [foldIdentifier(name), { place }])),
    allows: new Set(allow),
  };
}

/** Whatever is done to the table, it reaches no further than dropping it would. */
function droppingStatements(table: string): readonly Statement[] {
  const text = `DROP TABLE ${quoteIdentifier(table)}`;
  return splitStatements(text, tokenize(text).tokens).statements;
}

function refusedEdit(
  { problem, cause }: Extract<ReturnType<typeof editTable>, { kind: "problem" }>,
  file: string | undefined,
): LockstepError {
  const { message, hint } = problem;
  const { place } = readStack(cause, file);
  return new LockstepError({ code: "rebuild_refused", problem: message, place, outcome: "rolled_back", hint });
}

function outsideError(place: Place): LockstepError {
  return new LockstepError({
    code: "transaction_impossible",
    problem: "a table is changed in the transaction of its migration, and this one has none",
    place,
    outcome: "rolled_back",
    hint: "move the change to a migration of its own that does not export transaction = false",
  });
}

function asynchronousError(): LockstepError {
  return new LockstepError({
    code: "synchronous_only",
    problem: "schema.alterTable() needs a driver that answers at once",
    place: { kind: "argument", argument: "schema" },
    outcome: "rolled_back",
    hint: "write the change in SQL, behind -- lockstep:rebuild",
  });
}
