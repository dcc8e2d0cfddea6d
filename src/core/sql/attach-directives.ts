/** Gives each statement the directives that are about it. */
import type { FoundDirective } from "./directive.ts";
import { positionAt, type Directive, type Statement } from "./script.ts";
import type { SplitResult } from "./splitter.ts";
import type { TextProblem } from "./token.ts";

/** The statements with their directives, or a directive that is about none. */
export type Attached =
  | { readonly kind: "attached"; readonly statements: readonly Statement[] }
  | { readonly kind: "problem"; readonly problem: TextProblem };

/**
 * `rebuild` is about the statement behind it; what says more of a rebuild stands behind that, before anything else. `allow` is about the
 * statement whose last line it shares, else about the next one; what only a rebuild can allow may stand behind that, too.
 */
export function attachDirectives(
  { statements, ends }: SplitResult,
  directives: readonly FoundDirective[],
  text: string,
): Attached {
  const own = new Map<Statement, Directive[]>();
  // The end of a statement up to which it can still be spoken of: behind a section or another rebuild nobody would look for it.
  let closed = -1;
  for (const found of directives) {
    if (found.scope === "file") continue;
    const behind = ends.findLastIndex((end) => end <= found.offset);
    const last = statements[behind];
    const isSaidOfRebuild = last !== undefined && behind > closed && isRebuild(own.get(last));
    const isAboutLast =
      found.scope === "rebuild" ||
      (found.scope === "statement" &&
        ((isSaidOfRebuild && ALLOWED_BY_REBUILDS.test(found.argument)) ||
          (last !== undefined && !text.slice(ends[behind], found.offset).includes("\n"))));
    if (isAboutLast) {
      if (last === undefined || (found.scope === "rebuild" && !isSaidOfRebuild))
        return { kind: "problem", problem: stray(found) };
      own.set(last, [...(own.get(last) ?? []), toDirective(found, text)]);
      continue;
    }
    closed = behind;
    if (found.scope === "section") continue;
    const statement = statements[behind + 1];
    const isCutOff = directives.some(
      ({ scope, offset }) => scope === "section" && offset > found.offset && offset < (statement?.offset ?? 0),
    );
    if (statement === undefined || isCutOff || (found.scope === "next" && !isCreateTable(statement)))
      return { kind: "problem", problem: stray(found) };
    if (found.scope === "next" && isRebuild(own.get(statement))) return { kind: "problem", problem: twice(found) };
    own.set(statement, [...(own.get(statement) ?? []), toDirective(found, text)]);
  }
  if (own.size === 0) return { kind: "attached", statements };
  return {
    kind: "attached",
    statements: statements.map((statement) => {
      const about = own.get(statement);
      return about === undefined ? statement : { ...statement, directives: about };
    }),
  };
}

/** What nothing but a rebuild can allow. */
const ALLOWED_BY_REBUILDS = /^lossy_conversion$/i;

function isRebuild(directives: readonly Directive[] | undefined): boolean {
  return directives?.some(({ name }) => name === "rebuild") === true;
}

function toDirective({ name, argument, offset }: FoundDirective, text: string): Directive {
  return { name, argument, offset, ...positionAt(text, offset) };
}

function isCreateTable({ tokens: [create, table] }: Statement): boolean {
  return create?.text.toUpperCase() === "CREATE" && table?.text.toUpperCase() === "TABLE";
}

function stray({ name, offset, length }: FoundDirective): TextProblem {
  if (name === "allow") {
    return {
      message: '"-- lockstep:allow" is about no statement',
      hint: "write it on the line in front of the statement that may do it",
      offset,
      length,
    };
  }
  return name === "rebuild"
    ? {
        message: "behind -- lockstep:rebuild stands no CREATE TABLE",
        hint: "write the table as it is to be on the next line; only tables of the main database can be rebuilt",
        offset,
        length,
      }
    : {
        message: `"-- lockstep:${name}" stands behind no rebuild`,
        hint: "write it behind the CREATE TABLE that -- lockstep:rebuild stands in front of",
        offset,
        length,
      };
}

function twice({ offset, length }: FoundDirective): TextProblem {
  return {
    message: "this statement is to be rebuilt twice",
    hint: "leave one of the two directives out",
    offset,
    length,
  };
}
