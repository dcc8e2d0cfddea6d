/** Random tables for the tests of edits. */
import * as fc from "fast-check";
import { distinctNames, gaps, type WrittenName } from "../support/schema-text.ts";
import {
  TABLE,
  type Key,
  type Piece,
  type Spec,
  type SpecColumn,
  type SpecConstraint,
  type Style,
} from "./edited-table.ts";

/** Conditions over one or two columns. */
export const CONDITIONS: readonly ((a: number, b: number) => readonly Piece[])[] = [
  (a) => [{ column: a }, ">", "0"],
  (a) => [{ column: a }, "IS", "NOT", "NULL"],
  (a) => [TABLE.text, ".", { column: a }, "<>", "'a'"],
  (a) => ["length", "(", { column: a }, ")", "<", "10"],
  (a, b) => [{ column: a }, "IN", "(", "1", ",", { column: b }, ")"],
  (a, b) => ["CASE", { column: a }, "WHEN", "1", "THEN", { column: b }, "ELSE", { column: a }, "END"],
  (a) => ["cast", "(", { column: a }, "AS", "a", ")", "NOT", "LIKE", "'x%'", "ESCAPE", "'e'"],
  (a) => [{ column: a }, "COLLATE", "NOCASE", "<>", "'a'"],
  (a, b) => ["abs", "(", { column: a }, ")", ">=", { column: b }, "AND", "NOT", { column: b }],
  (a) => ["true", "OR", { column: a }, "IS", "NOT", "false"],
  (a, b) => [{ column: a }, "BETWEEN", { column: b }, "AND", "5"],
  (a, b) => ["(", { column: a }, ",", "1", ")", "<", "(", { column: b }, ",", "2", ")"],
  (a) => [{ column: a }, "ISNULL", "OR", "-", { column: a }, "NOT", "NULL"],
  (a, b) => ["coalesce", "(", { column: a }, ",", { column: b }, ")", "GLOB", "'*'", "||", { column: b }],
  (a) => [{ column: a }, "->>", "'$.a'", "IS", "NOT", "DISTINCT", "FROM", "'b'"],
];

export const TYPES: readonly (readonly string[])[] = [
  ["INTEGER"],
  ["TEXT"],
  ["INT"],
  [],
  ["VARCHAR", "(", "10", ")"],
  ["DOUBLE", "PRECISION"],
  ["a"],
];
export const STRICT_TYPES: readonly (readonly string[])[] = [["INTEGER"], ["TEXT"], ["INT"], ["ANY"]];
const DEFAULTS: readonly (readonly string[])[] = [["1"], ["'x'"], ["-", "5"], ["(", "1", "+", "1", ")"], ["NULL"]];
const TAILS: readonly (readonly string[])[] = [
  [],
  ["ON", "DELETE", "CASCADE"],
  ["ON", "UPDATE", "SET", "NULL", "DEFERRABLE", "INITIALLY", "DEFERRED"],
];
const KEY_TAILS: readonly (readonly string[])[] = [
  [],
  [],
  ["DESC"],
  ["COLLATE", "NOCASE"],
  ["COLLATE", "nocase", "ASC"],
];

/** How a text is written. */
export const style: fc.Arbitrary<Style> = fc.record({
  quotes: fc.array(fc.nat(20), { minLength: 11, maxLength: 11 }),
  gaps,
  tight: fc.array(fc.boolean(), { minLength: 13, maxLength: 13 }),
  commas: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
});

/** A table of which SQLite says little against. */
export const spec: fc.Arbitrary<Spec> = fc
  .record({
    // These are names without quotes in some places and not in others.
    names: distinctNames(1, 5).filter((all) => all.every(({ text }) => !/^(?:window|cast|raise)$/.test(text))),
    seeds: fc.array(fc.nat(1_000_000), { minLength: 60, maxLength: 60 }),
    isStrict: fc.boolean(),
    isWithoutRowid: fc.boolean(),
  })
  .map((parts) => new Maker(parts.names, parts.seeds).spec(parts.isStrict, parts.isWithoutRowid));

/** Makes a table by throwing dice that are thrown already. */
class Maker {
  readonly #names: readonly WrittenName[];
  readonly #seeds: readonly number[];
  #at = 0;
  #labels = 0;

  constructor(names: readonly WrittenName[], seeds: readonly number[]) {
    this.#names = names;
    this.#seeds = seeds;
  }

  spec(isStrict: boolean, isWithoutRowid: boolean): Spec {
    const keyKind = this.#of(isWithoutRowid ? ["column", "table"] : ["none", "column", "table", "increment"]);
    const columns = this.#names.map((name, id) => this.#column({ id, name, isStrict, keyKind }));
    const constraints = Array.from({ length: this.#dice(4) }, () => this.#tableConstraint());
    const key: SpecConstraint = {
      ...this.#label(),
      kind: "primary_key",
      keys: this.#keys(
        columns.filter(({ constraints: all }) => !all.some(({ kind }) => kind === "generated")).map(({ id }) => id),
      ),
      conflict: this.#of([[], [], ["ON", "CONFLICT", "REPLACE"]]),
      autoincrement: false,
    };
    return {
      columns,
      constraints: keyKind === "table" ? [...constraints, key] : constraints,
      isStrict,
      isWithoutRowid,
    };
  }

  #column(about: {
    readonly id: number;
    readonly name: WrittenName;
    readonly isStrict: boolean;
    readonly keyKind: string;
  }): SpecColumn {
    const { id, name, isStrict, keyKind } = about;
    const isKey = id === 0 && (keyKind === "column" || keyKind === "increment");
    const type = isKey && keyKind === "increment" ? ["INTEGER"] : this.#of(isStrict ? STRICT_TYPES : TYPES);
    const constraints: SpecConstraint[] = [];
    if (isKey) {
      constraints.push({
        ...this.#label(),
        kind: "primary_key",
        keys: [{ column: id, tail: keyKind === "column" ? this.#of([[], ["DESC"], ["ASC"]]) : [] }],
        conflict: this.#of([[], [], ["ON", "CONFLICT", "IGNORE"]]),
        autoincrement: keyKind === "increment",
      });
    }
    // The first column is never computed: a table needs one that is not.
    if (id > 0 && this.#dice(5) === 0) {
      constraints.push({ kind: "generated", pieces: this.#condition(this.#dice(id), this.#dice(id)) });
    } else if (this.#dice(3) === 0) {
      constraints.push({ ...this.#label(), kind: "default", tokens: this.#of(DEFAULTS) });
    }
    if (this.#dice(3) === 0) constraints.push({ ...this.#label(), kind: this.#of(["not_null", "not_null", "null"]) });
    if (this.#dice(4) === 0)
      constraints.push({ ...this.#label(), kind: "check", pieces: this.#condition(id, this.#id()) });
    if (this.#dice(8) === 0) constraints.push({ kind: "check", pieces: this.#condition(this.#id(), this.#id()) });
    if (this.#dice(5) === 0) {
      constraints.push({ ...this.#label(), kind: "unique", keys: [{ column: id, tail: [] }], conflict: [] });
    }
    if (this.#dice(5) === 0) constraints.push({ kind: "collate", collation: this.#of(["NOCASE", '"rtrim"']) });
    if (this.#dice(4) === 0) constraints.push(this.#foreignKey([id]));
    const first = this.#dice(constraints.length + 1);
    return { id, name, type, constraints: [...constraints.slice(first), ...constraints.slice(0, first)] };
  }

  #tableConstraint(): SpecConstraint {
    const kind = this.#of(["check", "unique", "foreign_key"]);
    if (kind === "check") return { ...this.#label(), kind, pieces: this.#condition(this.#id(), this.#id()) };
    if (kind === "unique") return { ...this.#label(), kind, keys: this.#keys(this.#ids()), conflict: [] };
    return this.#foreignKey(this.#keys(this.#ids()).map(({ column }) => column));
  }

  #foreignKey(columns: readonly number[]): SpecConstraint {
    const parents = this.#of<readonly number[] | readonly string[] | undefined>([
      undefined,
      columns.map(() => this.#id()),
      columns.map((_, index) => `p${index}`),
    ]);
    return { ...this.#label(), kind: "foreign_key", columns, parentColumns: parents, tail: this.#of(TAILS) };
  }

  #condition(a: number, b: number): readonly Piece[] {
    return this.#of(CONDITIONS)(a, b);
  }

  #keys(ids: readonly number[]): readonly Key[] {
    const from = this.#dice(ids.length);
    const count = 1 + this.#dice(Math.min(2, ids.length - from));
    return ids.slice(from, from + count).map((column) => ({ column, tail: this.#of(KEY_TAILS) }));
  }

  #label(): { readonly name?: string } {
    this.#labels += 1;
    return this.#dice(3) === 0 ? { name: `label ${this.#labels}` } : {};
  }

  #ids(): readonly number[] {
    return this.#names.map((_, id) => id);
  }

  #id(): number {
    return this.#dice(this.#names.length);
  }

  #of<Item>(items: readonly Item[]): Item {
    return items[this.#dice(items.length)] as Item;
  }

  #dice(sides: number): number {
    this.#at += 1;
    return (this.#seeds[this.#at % this.#seeds.length] ?? 0) % sides;
  }
}
