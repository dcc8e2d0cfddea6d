/** Finds where two descriptions of the same thing differ, and says it in a sentence. */

/** What is known of one part of a table, by what it is called in a message: `type`, `columns`. */
export type Facts = Readonly<Record<string, string | number | null>>;

/** The parts of a table, by what they are called in a message: `the column "email"`. */
export type Parts = ReadonlyMap<string, Facts>;

/** The first difference between what the text says and what SQLite says; undefined where there is none. */
export function firstDifference(text: Parts, sqlite: Parts): string | undefined {
  for (const [part, facts] of text) {
    const others = sqlite.get(part);
    if (others === undefined) return `SQLite knows nothing of ${part}`;
    for (const [fact, value] of Object.entries(facts)) {
      const other = others[fact] ?? null;
      if (value !== other) return `of ${part} the text says ${fact} ${show(value)}, and SQLite ${show(other)}`;
    }
  }
  const unknown = [...sqlite.keys()].find((part) => !text.has(part));
  return unknown === undefined ? undefined : `only SQLite knows of ${unknown}`;
}

function show(value: string | number | null): string {
  return value === null ? "none" : JSON.stringify(value);
}
