/** A mirror of the schema during a run: kept up at the cost of what changes, asked for its hash and for what decides a check. */
import { canonicalText } from "../core/sql/canonical.ts";
import { foldIdentifier } from "../core/sql/quote.ts";
import { readTableFacts, type Reach, type SchemaFacts, type TableFacts } from "../core/sql/reach.ts";
import { tokenize } from "../core/sql/tokenizer.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection, Row } from "../driver/driver.ts";
import { sha256 } from "../hash.ts";
import type { HistoryTables } from "../history/tables.ts";

/** The format's number in front of a schema hash; docs/format.md says how it is made. */
const FORMAT = "1:";

/** An object of the schema. */
interface MirroredObject {
  /** Of its row in the schema. A new object gets one above all others. */
  readonly rowid: number;
  readonly type: string;
  readonly table: string;
  readonly sql: string;
  readonly digest: readonly number[];
  readonly facts: Omit<TableFacts, "hasTriggers">;
}

/** SQLite's own objects have no text, or a name that nobody else may take. */
const READ =
  "SELECT rowid AS place, type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'";

/**
 * Without it, a thousand migrations would each read a thousand objects. The hash is a sum over the objects, so that one more or
 * less needs no look at the others.
 */
export class SchemaMirror implements SchemaFacts {
  readonly #connection: Connection;
  readonly #own: ReadonlySet<string>;
  /** By type and folded name: a trigger may have the name of a table. */
  readonly #objects = new Map<string, MirroredObject>();
  /** The tables that have foreign keys, with their parents. */
  readonly #referring = new Map<string, ReadonlySet<string>>();
  /** How many triggers each table has. */
  readonly #triggers = new Map<string, number>();
  readonly #sum: number[] = [0, 0, 0, 0, 0, 0, 0, 0];
  #cookie: number | undefined;
  /** The largest rowid of the schema's table. */
  #newest = 0;

  constructor(connection: Connection, tables: HistoryTables) {
    this.#connection = connection;
    this.#own = new Set([foldIdentifier(tables.metadata), foldIdentifier(tables.history)]);
  }

  /** Takes over what has changed since the last call, which can only be `changed`. */
  *update(changed: Reach = "any"): Task<void> {
    // The schema cookie moves with every change of the schema, and with nothing else that matters here.
    const [row] = yield* wait(this.#connection.query("PRAGMA schema_version"));
    const cookie = Number(row?.["schema_version"]);
    if (this.#cookie === cookie) return;
    const isPartial = this.#cookie !== undefined && changed !== "any";
    const condition = isPartial ? ` AND (rowid > ? OR rowid IN (${this.#rowidsOf(changed).join(", ")}))` : "";
    const rows = yield* wait(this.#connection.query(READ + condition, isPartial ? [this.#newest] : []));
    this.#replace(rows, isPartial ? changed : "any");
    this.#cookie = cookie;
  }

  /** The hash of the schema as of the last update. */
  get hash(): string {
    return FORMAT + this.#sum.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  table(name: string): TableFacts | undefined {
    const object = this.#objects.get(`table ${name}`) ?? this.#objects.get(`view ${name}`);
    if (object === undefined) return undefined;
    const isPlain = object.type === "table" && !/^CREATE\s+VIRTUAL/i.test(object.sql);
    return { ...object.facts, hasTriggers: !isPlain || (this.#triggers.get(name) ?? 0) > 0 };
  }

  children(name: string): readonly string[] {
    return [...this.#referring].filter(([, parents]) => parents.has(name)).map(([table]) => table);
  }

  indexed(name: string): string | undefined {
    return this.#objects.get(`index ${name}`)?.table;
  }

  /** The tables that have foreign keys, all of them or those of `reach`. */
  referring(reach: Reach): readonly string[] {
    if (reach === "any") return [...this.#referring.keys()];
    return [...reach].filter((table) => this.#referring.has(table));
  }

  /** Where the objects of these names stand: found there at once, where a search by name reads the whole schema. */
  #rowidsOf(names: ReadonlySet<string>): readonly number[] {
    return [...names].flatMap((name) => {
      const objects = TYPES.map((type) => this.#objects.get(`${type} ${name}`));
      return objects.flatMap((object) => (object === undefined ? [] : [object.rowid]));
    });
  }

  /** Takes the rows for all that there is now of the changed objects. */
  #replace(rows: readonly Row[], changed: Reach): void {
    const gone = new Set(
      changed === "any" ? this.#objects.keys() : [...changed].flatMap((name) => TYPES.map((type) => `${type} ${name}`)),
    );
    if (changed === "any") this.#newest = 0;
    for (const row of rows) {
      const rowid = Number(row["place"]);
      this.#newest = Math.max(this.#newest, rowid);
      const table = foldIdentifier(String(row["tbl_name"]));
      if (this.#own.has(table)) continue;
      const key = `${String(row["type"])} ${foldIdentifier(String(row["name"]))}`;
      gone.delete(key);
      const before = this.#objects.get(key);
      if (before?.sql === row["sql"] && before?.rowid === rowid) continue;
      this.#remove(key);
      this.#add(key, { rowid, type: String(row["type"]), table, sql: String(row["sql"]) });
    }
    for (const key of gone) this.#remove(key);
  }

  #add(key: string, object: Pick<MirroredObject, "rowid" | "type" | "table" | "sql">): void {
    const { tokens } = tokenize(object.sql);
    const digest = wordsOf(sha256(canonicalText(tokens)));
    const facts = readTableFacts(object.type === "table" ? tokens : []);
    this.#objects.set(key, { ...object, digest, facts });
    if (facts.parents.size > 0) this.#referring.set(object.table, facts.parents);
    this.#countTrigger(object, 1);
    this.#sumUp(digest, 1);
  }

  #remove(key: string): void {
    const known = this.#objects.get(key);
    if (known === undefined) return;
    this.#sumUp(known.digest, -1);
    this.#countTrigger(known, -1);
    if (known.type === "table") this.#referring.delete(known.table);
    this.#objects.delete(key);
  }

  #countTrigger({ type, table }: Pick<MirroredObject, "type" | "table">, change: 1 | -1): void {
    if (type === "trigger") this.#triggers.set(table, (this.#triggers.get(table) ?? 0) + change);
  }

  #sumUp(digest: readonly number[], sign: 1 | -1): void {
    digest.forEach((word, index) => {
      this.#sum[index] = ((this.#sum[index] ?? 0) + sign * word) | 0;
    });
  }
}

const TYPES = ["table", "index", "view", "trigger"] as const;

/** The eight words of a digest. */
function wordsOf(digest: string): readonly number[] {
  return Array.from({ length: 8 }, (_, index) => Number.parseInt(digest.slice(index * 8, index * 8 + 8), 16) | 0);
}
