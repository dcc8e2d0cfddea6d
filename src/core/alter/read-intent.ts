/** Reads what a migration in SQL wants of a table: CREATE TABLE as it is to be, and the directives about it. */
import { parseObject } from "../schema/parse.ts";
import type { Column, Table } from "../schema/table.ts";
import { readDirective } from "../sql/directive.ts";
import { foldIdentifier, unquoteIdentifier } from "../sql/quote.ts";
import type { Directive, Statement } from "../sql/script.ts";
import type { Comment, Token } from "../sql/token.ts";
import { tokenize } from "../sql/tokenizer.ts";
import { expressionFault } from "./copy.ts";
import type { Allowance, AlterIntent, Copy, Rename } from "./intent.ts";
import { isName, readList, readNames } from "./names.ts";
import { alterProblem, type AlterProblem, type TextPlace } from "./problem.ts";
import { asStored } from "./stored-text.ts";

/** The parts of an intent, as they are collected. */
interface Draft {
  readonly copies: Map<string, Copy>;
  readonly renames: Map<string, Rename>;
  readonly drops: Map<string, { readonly place: TextPlace }>;
  readonly allows: Set<Allowance>;
}

/** Reads the intent of a statement behind `-- lockstep:rebuild`. Places are in the script that the statement stands in. */
export function readIntent(statement: Statement): AlterIntent | AlterProblem {
  const { text, offset, directives } = statement;
  const written = parseObject(text);
  if (written.kind === "unreadable") {
    return alterProblem(
      `the wanted table cannot be read: ${written.what}`,
      "write CREATE TABLE as SQLite reads it; lockstep's parser names the first place that it does not know",
      { offset: offset + written.offset, length: 1 },
    );
  }
  if (written.kind !== "table") {
    return alterProblem(
      "behind -- lockstep:rebuild stands no CREATE TABLE",
      "write the table as it is to be",
      placeOf(statement),
    );
  }
  const { schema } = written.source;
  if (schema !== undefined && foldIdentifier(schema) !== "main") {
    return alterProblem(
      `the wanted table is in "${schema}"`,
      "only tables of the main database can be rebuilt",
      placeOf(statement),
    );
  }
  const draft: Draft = { copies: new Map(), renames: new Map(), drops: new Map(), allows: new Set() };
  for (const comment of tokenize(text).comments) {
    const problem = readBeside(draft, written, { ...comment, offset: comment.offset + offset }, offset);
    if (problem !== undefined) return problem;
  }
  for (const directive of directives) {
    const problem = READERS[directive.name]?.(draft, directive);
    if (problem !== undefined) return problem;
  }
  return { ...draft, wanted: asStored(written), places: placesOf(written, offset) };
}

/** `-- lockstep:renamed from old` beside a column. `start` is where the table's text begins. */
function readBeside(draft: Draft, table: Table, comment: Comment, start: number): AlterProblem | undefined {
  const reading = readDirective(comment);
  if (reading.kind !== "directive") return undefined;
  const place = { offset: comment.offset, length: comment.text.trimEnd().length };
  const from = reading.name === "renamed" ? readNames(reading.argument, ["from", "NAME"]) : undefined;
  if (from === undefined) return misread("-- lockstep:renamed from old_name", place);
  const column = table.columns.find(({ comments }) => comments.some((own) => own.offset + start === comment.offset));
  if (column !== undefined) return addRename(draft, column.name, { from: from[0] ?? "", place });
  return alterProblem(
    "this directive stands beside no column",
    "write it at the end of the column's line, or behind the statement as -- lockstep:renamed new_name from old_name",
    place,
  );
}

type Reader = (draft: Draft, directive: Directive) => AlterProblem | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  copy(draft, directive) {
    const { tokens, problem } = tokenize(directive.argument);
    const [name, equals, first] = tokens;
    const place = placeOfDirective(directive);
    if (problem !== undefined) return alterProblem(`the copy cannot be read: ${problem.message}`, problem.hint, place);
    if (name === undefined || equals?.text !== "=" || first === undefined || !isName(name)) {
      return misread("-- lockstep:copy column = expression", place);
    }
    const fault = expressionFault(tokens.slice(2));
    if (fault !== undefined)
      return alterProblem(`the copy is no expression: ${fault}`, "write one expression over the old columns", place);
    const column = unquoteIdentifier(name.text);
    const key = foldIdentifier(column);
    if (draft.copies.has(key))
      return alterProblem(`the column "${column}" is computed twice`, "leave one of the two out", place);
    // A comment at its end would swallow what is written behind the expression.
    const last = tokens.at(-1) as Token;
    const expression = directive.argument.slice(first.offset, last.offset + last.text.length);
    draft.copies.set(key, { expression, place });
    return undefined;
  },
  drop(draft, directive) {
    const place = placeOfDirective(directive);
    const names = readList(directive.argument);
    if (names === undefined) return misread("-- lockstep:drop column, column", place);
    for (const name of names) draft.drops.set(foldIdentifier(name), { place });
    return undefined;
  },
  renamed(draft, directive) {
    const names = readNames(directive.argument, ["NAME", "from", "NAME"]);
    const place = placeOfDirective(directive);
    return names === undefined
      ? misread("-- lockstep:renamed new_name from old_name", place)
      : addRename(draft, names[0] ?? "", { from: names[1] ?? "", place });
  },
  allow(draft, directive) {
    const place = placeOfDirective(directive);
    const names = readList(directive.argument);
    if (names === undefined) return misread("-- lockstep:allow lossy_conversion", place);
    // Other codes are of those who warn of a statement.
    if (names.includes("lossy_conversion")) draft.allows.add("lossy_conversion");
    return undefined;
  },
};

function addRename({ renames }: Draft, name: string, { from, place }: Rename): AlterProblem | undefined {
  const key = foldIdentifier(name);
  if (renames.has(key)) return alterProblem(`the column "${name}" is renamed twice`, "leave one of the two out", place);
  renames.set(key, { from: foldIdentifier(from), place });
  return undefined;
}

function misread(form: string, place: TextPlace): AlterProblem {
  return alterProblem("this directive is not written as it has to be", `write it as ${form}`, place);
}

/** The first line of a statement. */
function placeOf({ offset, text }: Statement): TextPlace {
  return { offset, length: /^.*/.exec(text)?.[0].length ?? 1 };
}

function placeOfDirective({ offset, name, argument }: Directive): TextPlace {
  return { offset, length: `-- lockstep:${name} ${argument}`.length };
}

function placesOf({ columns }: Table, start: number): ReadonlyMap<string, TextPlace> {
  const placeOfColumn = ({ source: { name } }: Column): TextPlace => ({
    offset: start + name.start,
    length: name.end - name.start,
  });
  return new Map(columns.map((column) => [foldIdentifier(column.name), placeOfColumn(column)]));
}
