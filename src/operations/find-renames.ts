/** Finds out what has been renamed: by the annotations of the wanted schema, else by asking. Nothing is guessed. */
import {
  ancestors,
  columnQuestions,
  settleAnnotations,
  tableQuestions,
  type RenameQuestion,
} from "../core/diff/ambiguity.ts";
import type { Rename } from "../core/diff/change.ts";
import { nameText } from "../core/schema/edit/name-text.ts";
import { foldIdentifier } from "../core/sql/quote.ts";
import { wait, type Task } from "../core/task.ts";
import { LockstepError } from "../error.ts";
import type { DiffOptions } from "../options.ts";
import type { SchemaSource } from "./schema-source.ts";

/** All renames, those of tables first. Throws `rename_ambiguous` where nobody says, and `directive_invalid` for a mistaken annotation. */
export function* findRenames(
  from: SchemaSource,
  to: SchemaSource,
  options: Pick<DiffOptions, "rename" | "allow">,
): Task<readonly Rename[]> {
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
  let renames = settled.renames;
  const ask = (questions: () => readonly RenameQuestion[]): Task<void> =>
    askAll({ questions, options, to }, (rename) => (renames = [...renames, rename]));
  yield* ask(() => tableQuestions(from.schema, to.schema, renames));
  yield* ask(() => columnQuestions(from.schema, to.schema, renames));
  return [...renames, ...caseRenames(from.schema, to.schema, renames)];
}

interface Asking {
  /** What is open by now. */
  readonly questions: () => readonly RenameQuestion[];
  readonly options: Pick<DiffOptions, "rename" | "allow">;
  readonly to: SchemaSource;
}

function* askAll({ questions, options, to }: Asking, answer: (rename: Rename) => void): Task<void> {
  const keyOf = (one: RenameQuestion): string => JSON.stringify([one.kind === "column" ? one.table : "", one.from]);
  const asked = new Set<string>();
  for (;;) {
    // With each answer there is less to choose from.
    const question = questions().find((one) => !asked.has(keyOf(one)));
    if (question === undefined) return;
    asked.add(keyOf(question));
    if (options.rename === undefined) {
      if (options.allow?.includes(`drop_${question.kind}`) === true) continue;
      throw ambiguous(question, to);
    }
    const said = yield* wait(options.rename(question));
    if (said === undefined) continue;
    const next = question.candidates.find((name) => foldIdentifier(name) === foldIdentifier(said));
    if (next === undefined) throw ambiguous(question, to);
    const { from } = question;
    answer(
      question.kind === "table"
        ? { kind: "table", from, to: next }
        : { kind: "column", table: question.table, from, to: next },
    );
  }
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
      const next = wanted.columns.find((column) => foldIdentifier(column.name) === foldIdentifier(name))?.name;
      return next === undefined || next === name ? [] : [{ kind: "column", table: wanted.name, from: name, to: next }];
    });
  });
}
