/** Finds out what has been renamed: by the annotations of the wanted schema, else by asking. Nothing is guessed. */
import { ancestors } from "../core/diff/ancestors.ts";
import type { Rename } from "../core/diff/change.ts";
import { columnQuestions, tableQuestions, type RenameQuestion } from "../core/diff/rename-question.ts";
import { settleAnnotations } from "../core/diff/settle-annotations.ts";
import { nameText } from "../core/schema/edit/name-text.ts";
import { isSameName } from "../core/sql/quote.ts";
import { wait, type Task } from "../core/task.ts";
import { LockstepError } from "../error.ts";
import type { DiffOptions } from "../options.ts";
import type { SchemaSource } from "./schema-source.ts";

/** Who answers, and what may go without an answer. */
type RenameOptions = Pick<DiffOptions, "rename" | "allow">;

/** All renames, those of tables first. Throws `rename_ambiguous` where nobody says, and `directive_invalid` for a mistaken annotation. */
export function* findRenames(from: SchemaSource, to: SchemaSource, options: RenameOptions): Task<readonly Rename[]> {
  const settled = settleAnnotations(
    from.schema,
    to.schema,
    to.annotations.map(({ rename }) => rename),
  );
  if (settled.kind === "mistaken") {
    const { problem, hint, rename } = settled;
    const place = to.annotations.find((one) => one.rename === rename)?.place ?? to.place;
    throw new LockstepError({ code: "directive_invalid", problem, place, outcome: "unchanged", hint });
  }
  const asking: Asking = { from, to, options };
  const ofTables = yield* askAll(tableQuestions, asking, settled.renames);
  const renames = yield* askAll(columnQuestions, asking, ofTables);
  return [...renames, ...caseRenames(from.schema, to.schema, renames)];
}

interface Asking {
  readonly from: SchemaSource;
  readonly to: SchemaSource;
  readonly options: RenameOptions;
}

/** Asks what is open, and gives all that is known then. */
function* askAll(
  questions: typeof tableQuestions,
  { from, to, options }: Asking,
  known: readonly Rename[],
): Task<readonly Rename[]> {
  let renames = known;
  const keyOf = (one: RenameQuestion): string => JSON.stringify([one.kind === "column" ? one.table : "", one.from]);
  const asked = new Set<string>();
  for (;;) {
    // With each answer there is less to choose from.
    const question = questions(from.schema, to.schema, renames).find((one) => !asked.has(keyOf(one)));
    if (question === undefined) return renames;
    asked.add(keyOf(question));
    if (options.rename === undefined) {
      if (options.allow?.includes(`drop_${question.kind}`) === true) continue;
      throw ambiguous(question, to);
    }
    const said = yield* wait(options.rename(question));
    if (said === undefined) continue;
    const next = question.candidates.find((name) => isSameName(name, said));
    if (next === undefined) throw ambiguous(question, to);
    renames = [...renames, toRename(question, next)];
  }
}

function toRename(question: RenameQuestion, to: string): Rename {
  const { from } = question;
  return question.kind === "table" ? { kind: "table", from, to } : { kind: "column", table: question.table, from, to };
}

function ambiguous(question: RenameQuestion, { place }: SchemaSource): LockstepError {
  const { kind, from, candidates } = question;
  const names = candidates.map(nameText);
  const next = names.join(" or ");
  const owner = question.kind === "table" ? "" : ` of ${nameText(question.table)}`;
  const where = kind === "table" ? `in front of CREATE TABLE ${next}` : `beside ${next}`;
  return new LockstepError({
    code: "rename_ambiguous",
    problem: `the ${kind} ${nameText(from)}${owner} is gone, and ${names.join(" and ")} ${names.length === 1 ? "is" : "are"} new: renamed, or dropped and added?`,
    place,
    outcome: "unchanged",
    hint: `if renamed, write ${where}: -- lockstep:renamed from ${nameText(from)}; if what it holds is to go, say --allow drop_${kind}`,
  });
}

/** Columns that are written in another case: SQLite takes the two for one, and results are called by it. */
function caseRenames(
  from: SchemaSource["schema"],
  to: SchemaSource["schema"],
  renames: readonly Rename[],
): readonly Rename[] {
  const ancestorOf = ancestors(from, renames);
  return to.tables.flatMap((wanted) => {
    const current = ancestorOf(wanted);
    return (current?.columns ?? []).flatMap(({ name }): readonly Rename[] => {
      const next = wanted.columns.find((column) => isSameName(column.name, name))?.name;
      return next === undefined || next === name ? [] : [{ kind: "column", table: wanted.name, from: name, to: next }];
    });
  });
}
