/** Parses the SQL of a migration: a whole file with its sections, or a text that has none. */
import { attachDirectives } from "./attach-directives.ts";
import { readDirective, type FoundDirective } from "./directive.ts";
import { positionAt, type Script, type Statement } from "./script.ts";
import { splitStatements, type SplitResult } from "./splitter.ts";
import type { Comment, TextProblem } from "./token.ts";
import { tokenize } from "./tokenizer.ts";

/** Why a text is no migration. Lines and columns count from 1; offset and length in UTF-16 units. */
export interface SqlProblem {
  readonly code: "sql_incomplete" | "directive_invalid";
  readonly message: string;
  readonly hint: string;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** What a text says, or the first thing that is wrong with it. */
export type ParsedFile =
  | {
      readonly kind: "parsed";
      readonly up: Script;
      /** Missing where the file has no down section. An empty section is a script without statements. */
      readonly down?: Script;
      /** False where the file says no-transaction. */
      readonly transaction: boolean;
    }
  | { readonly kind: "problem"; readonly problem: SqlProblem };

/**
 * Parses a file that is up as a whole, or has sections after `-- lockstep:up` and `-- lockstep:down`. The text before a
 * `-- lockstep:down` is up where no `-- lockstep:up` exists. `file` is its path as the user should see it.
 */
export function parseMigrationFile(text: string, file?: string): ParsedFile {
  const content = readContent(text);
  if (content.kind === "problem") return content;
  const sections = content.directives.filter((directive) => directive.scope === "section");
  const fault = findSectionFault(content, sections);
  if (fault !== undefined) return refuse(content.text, "directive_invalid", fault);
  const section = (name: "up" | "down"): Script => {
    const own = content.statements.filter(({ offset }) => sectionAt(sections, offset) === name);
    return scriptOf(content, own, file);
  };
  const down = sections.some(({ name }) => name === "down") ? { down: section("down") } : {};
  return { kind: "parsed", up: section("up"), ...down, transaction: content.transaction };
}

/**
 * Parses a text that is one section as a whole: one file of a pair, or a string. Its statements are in `up`, whichever way it
 * leads, and a section directive in it is a problem.
 */
export function parseSql(text: string, file?: string): ParsedFile {
  const content = readContent(text);
  if (content.kind === "problem") return content;
  const section = content.directives.find(({ scope }) => scope === "section");
  if (section !== undefined) {
    const { name, offset, length } = section;
    const message = `"-- lockstep:${name}" has no meaning here: this text is one section as a whole`;
    const hint = "remove it, or put both sections into one file such as 001-name.sql";
    return refuse(content.text, "directive_invalid", { message, hint, offset, length });
  }
  return { kind: "parsed", up: scriptOf(content, content.statements, file), transaction: content.transaction };
}

interface Content {
  readonly kind: "content";
  readonly text: string;
  readonly statements: readonly Statement[];
  readonly directives: readonly FoundDirective[];
  readonly transaction: boolean;
}

interface Refusal {
  readonly kind: "problem";
  readonly problem: SqlProblem;
}

/** What both kinds of text have in common: statements, and directives that stand outside of them. */
function readContent(original: string): Content | Refusal {
  const text = original.startsWith("\uFEFF") ? original.slice(1) : original;
  const { tokens, comments, problem } = tokenize(text);
  if (problem !== undefined) return refuse(text, "sql_incomplete", problem);
  const split = splitStatements(text, tokens);
  if (split.problem !== undefined) return refuse(text, "sql_incomplete", split.problem);
  const found = readDirectives(comments, split);
  if (found.kind === "problem") return refuse(text, "directive_invalid", found.problem);
  const { directives, beside } = found;
  const attached = attachDirectives(split, directives, text);
  if (attached.kind === "problem") return refuse(text, "directive_invalid", attached.problem);
  const stray = findStray(beside, attached.statements);
  if (stray !== undefined) return refuse(text, "directive_invalid", stray);
  const transaction = !directives.some(({ name }) => name === "no-transaction");
  return { kind: "content", text, statements: attached.statements, directives, transaction };
}

type FoundDirectives =
  | {
      readonly kind: "found";
      readonly directives: readonly FoundDirective[];
      /** Those that stand inside a statement, beside a column. */
      readonly beside: readonly BesideColumn[];
    }
  | { readonly kind: "problem"; readonly problem: TextProblem };

interface BesideColumn {
  readonly directive: FoundDirective;
  readonly statement: Statement;
}

function readDirectives(comments: readonly Comment[], { statements, ends }: SplitResult): FoundDirectives {
  const directives: FoundDirective[] = [];
  const beside: BesideColumn[] = [];
  let next = 0;
  for (const comment of comments) {
    const reading = readDirective(comment);
    if (reading.kind === "remark") continue;
    if (reading.kind === "problem") return reading;
    while (next < ends.length && (ends[next] ?? 0) <= comment.offset) next += 1;
    const around = statements[next];
    if (around !== undefined && around.offset < comment.offset) {
      if (reading.name !== "renamed") return { kind: "problem", problem: insideStatement(reading, around) };
      beside.push({ directive: reading, statement: around });
      continue;
    }
    directives.push(reading);
  }
  return { kind: "found", directives, beside };
}

/** Beside a column of a table that is to be rebuilt it is about the column, and read with it. Anywhere else it would say nothing. */
function findStray(beside: readonly BesideColumn[], statements: readonly Statement[]): TextProblem | undefined {
  const isRebuilt = ({ directives }: Statement): boolean => directives.some(({ name }) => name === "rebuild");
  const rebuilt = new Set(statements.filter(isRebuilt).map(({ offset }) => offset));
  const stray = beside.find(({ statement }) => !rebuilt.has(statement.offset));
  return stray === undefined ? undefined : insideStatement(stray.directive, stray.statement);
}

function insideStatement({ name, offset, length }: FoundDirective, statement: Statement): TextProblem {
  return {
    message: `"-- lockstep:${name}" stands inside a statement`,
    hint: `end the statement that begins on line ${statement.line} with ; before it`,
    offset,
    length,
  };
}

function findSectionFault(content: Content, sections: readonly FoundDirective[]): TextProblem | undefined {
  const first = sections[0];
  if (first === undefined) return undefined;
  const again = sections.find((section, index) => sections.findIndex(({ name }) => name === section.name) < index);
  if (again !== undefined) {
    const { name, offset, length } = again;
    const { line } = positionAt(content.text, sections.find((section) => section.name === name)?.offset ?? 0);
    const message = `the section "${name}" is there twice`;
    return { message, hint: `join the two; the first begins on line ${line}`, offset, length };
  }
  const stray = content.statements[0];
  if (stray === undefined || stray.offset > first.offset || !sections.some(({ name }) => name === "up"))
    return undefined;
  return {
    message: "this statement stands before the first section, so it is neither up nor down",
    hint: "move it behind -- lockstep:up",
    offset: stray.offset,
    length: (/^.*/.exec(stray.text)?.[0] ?? "").trimEnd().length,
  };
}

/** The section that an offset lies in. What stands before the first section is up. */
function sectionAt(sections: readonly FoundDirective[], offset: number): string {
  return sections.findLast((section) => section.offset < offset)?.name ?? "up";
}

function scriptOf({ text }: Content, statements: readonly Statement[], file: string | undefined): Script {
  return file === undefined ? { text, statements } : { file, text, statements };
}

function refuse(text: string, code: SqlProblem["code"], problem: TextProblem): Refusal {
  const { message, hint, offset, length } = problem;
  return { kind: "problem", problem: { code, message, hint, offset, ...positionAt(text, offset), length } };
}
