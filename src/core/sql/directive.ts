/** The directives of migration files: comments such as `-- lockstep:down` that say something to lockstep. */
import { suggest } from "../diagnostic/suggest.ts";
import type { Comment, TextProblem } from "./token.ts";

/**
 * `section`: what follows belongs to this section. `file`: says something about the whole file. `next`: about the statement that
 * follows. `rebuild`: about the rebuild in front of it, with an argument. `statement`: about any statement, with an argument.
 */
type DirectiveScope = "section" | "file" | "next" | "rebuild" | "statement";

/** The name of a directive that exists. */
export type DirectiveName = "up" | "down" | "no-transaction" | "rebuild" | "copy" | "drop" | "renamed" | "allow";

/** The table of directives. */
const DIRECTIVES: Readonly<Record<DirectiveName, DirectiveScope>> = {
  up: "section",
  down: "section",
  "no-transaction": "file",
  rebuild: "next",
  copy: "rebuild",
  drop: "rebuild",
  renamed: "rebuild",
  allow: "statement",
};

/** A directive that was found in a comment. */
export interface FoundDirective {
  readonly kind: "directive";
  readonly name: DirectiveName;
  readonly scope: DirectiveScope;
  /** What stands behind the name; empty for those that take no argument. */
  readonly argument: string;
  /** The UTF-16 offset of its comment. */
  readonly offset: number;
  /** The length of its comment. */
  readonly length: number;
}

/** What a comment is to lockstep. */
export type CommentReading =
  | { readonly kind: "remark" }
  | FoundDirective
  | { readonly kind: "problem"; readonly problem: TextProblem };

const REMARK: CommentReading = { kind: "remark" };

const EXACT = /^--[ \t]*lockstep:(\S*)(.*)$/s;

/**
 * What was probably meant as a directive: another case, blanks at the colon, a block comment with nothing else in it. Words
 * behind a blank and a name make it prose, such as "Lockstep: up to here".
 */
const ALMOST = /^(?:--[-\s]*|\/\*[*\s]*)lockstep\s*:(?:([\w-]+)|\s*([\w-]+)[*\s]*(?:\*\/)?$)/i;

/** How dbmate, goose, sql-migrate and node-pg-migrate mark the same two sections. */
const FOREIGN = /^--\s*(?:migrate:(up|down)\b|\+(?:goose|migrate)\s+(up|down)\b|(up|down) migration\s*$)/i;

/** Reads one comment. What nearly is a directive is a problem: taken for a remark, it would let "down" run as part of "up". */
export function readDirective(comment: Comment): CommentReading {
  const exact = EXACT.exec(comment.text);
  if (exact !== null) return readExact(comment, exact[1] ?? "", (exact[2] ?? "").trim());
  const foreign = FOREIGN.exec(comment.text)
    ?.slice(1)
    .find((name) => name !== undefined);
  if (foreign !== undefined) {
    return refuse(
      comment,
      "this comment marks a section for another tool",
      `write it as -- lockstep:${foreign.toLowerCase()}; as it is, the way down would run as part of the way up`,
    );
  }
  const parts = ALMOST.exec(comment.text);
  const almost = (parts?.[1] ?? parts?.[2])?.toLowerCase().replaceAll("_", "-");
  if (almost === undefined || !isDirectiveName(almost)) return REMARK;
  return refuse(
    comment,
    "this comment looks like a directive but is not written like one",
    `write it on a line of its own as -- lockstep:${almost}, or reword the comment`,
  );
}

function readExact(comment: Comment, name: string, argument: string): CommentReading {
  if (!isDirectiveName(name)) return refuseUnknown(comment, name, argument);
  const scope = DIRECTIVES[name];
  const takesArgument = scope === "rebuild" || scope === "statement";
  if (takesArgument && argument === "") {
    return refuse(comment, `the directive "${name}" says nothing`, "write behind it what it is about");
  }
  if (!takesArgument && argument !== "") {
    return refuse(
      comment,
      `the directive "${name}" takes no argument`,
      "move the rest of the line to a line of its own",
    );
  }
  return { kind: "directive", name, scope, argument, offset: comment.offset, length: comment.text.length };
}

function refuseUnknown(comment: Comment, name: string, argument: string): CommentReading {
  const names = Object.keys(DIRECTIVES);
  // With a blank behind the colon the name itself is empty, and what was meant follows.
  const meant = suggest(name === "" ? argument : name, names);
  const hint = meant === undefined ? `the directives are ${names.join(", ")}` : `did you mean -- lockstep:${meant}?`;
  const message = name === "" ? "this directive has no name" : `there is no directive "${name}"`;
  return refuse(comment, message, hint);
}

function refuse({ text, offset }: Comment, message: string, hint: string): CommentReading {
  const newline = text.indexOf("\n");
  const line = newline < 0 ? text : text.slice(0, newline);
  return { kind: "problem", problem: { message, hint, offset, length: line.trimEnd().length } };
}

function isDirectiveName(name: string): name is DirectiveName {
  return Object.hasOwn(DIRECTIVES, name);
}
