/** One change of a table's text, and the proof that it is the one that was meant. */
import { applyEdits, type Edit } from "../edit.ts";
import { parseObject } from "../parse.ts";
import type { Table } from "../table.ts";
import { differencesOf, outlineOf, type Outline } from "./outline.ts";
import { separate } from "./splice.ts";

/** What is done to the text, and what the text then says. The two are made independently of each other. */
export interface Change {
  readonly edits: readonly Edit[];
  readonly outline: Outline;
}

/** A change of the table as it is when its turn comes. Throws RefusedEdit. */
export type Step = (table: Table) => Change;

/** Thrown where the text does not say what it was meant to: a mistake of lockstep and not of its user. */
export class BrokenEdit extends Error {
  override readonly name = "BrokenEdit";
  /** The text that came out. */
  readonly sql: string;

  constructor(what: string, sql: string) {
    super(`an edit of a table went wrong: ${what}`);
    this.sql = sql;
  }
}

/** Takes all steps, one after the other, and reads the text again after each. Throws RefusedEdit, and BrokenEdit. */
export function takeSteps(table: Table, steps: readonly Step[]): Table {
  let current = table;
  for (const step of steps) current = makeChange(current, step(current));
  return current;
}

function makeChange({ sql }: Table, { edits, outline }: Change): Table {
  const edited = applyEdits(sql, separate(sql, edits));
  const object = parseObject(edited);
  if (object.kind === "unreadable") throw new BrokenEdit(object.what, edited);
  if (object.kind !== "table") throw new BrokenEdit(`it became a ${object.kind}`, edited);
  const differences = differencesOf(outlineOf(object), outline);
  if (differences.length > 0) throw new BrokenEdit(`${differences.join(", ")} came out otherwise`, edited);
  return object;
}
