/** What else a thing was called before, in a run of statements that rename things. */

/** The names that were given, in their order. Names are folded as SQLite folds them. */
export class Aliases {
  #given: (readonly [from: string, to: string])[] = [];

  /** Notes a new name. */
  note(from: string, to: string): void {
    this.#given.push([from, to]);
  }

  /** A name with all those that led to it. */
  of(name: string): Set<string> {
    const names = new Set([name]);
    for (const [from, to] of this.#given.toReversed()) if (names.has(to)) names.add(from);
    return names;
  }

  /** A name with all those that it led to. */
  from(name: string): Set<string> {
    const names = new Set([name]);
    for (const [from, to] of this.#given) if (names.has(from)) names.add(to);
    return names;
  }

  /** What is called so is gone: another thing that is called so later was never called as this one was. */
  forget(name: string): void {
    this.#given = this.#given.filter(([, to]) => to !== name);
  }
}
