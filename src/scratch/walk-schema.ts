/** Walks a script on scratch databases, and knows the schema in front of and behind each of its statements. */
import { executeStatement } from "../apply/execute.ts";
import { neighbourhood } from "../core/lint/neighbourhood.ts";
import { SchemaModel, type StoredText } from "../core/lint/schema-model.ts";
import type { Script, Statement } from "../core/sql/script.ts";
import { classify, type StatementKind } from "../core/sql/statement-kind.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";
import { LockstepError } from "../error.ts";
import { onConnection, type Session } from "../session.ts";

/** A statement with the schemas around it. */
export interface WalkedStatement {
  readonly before: SchemaModel;
  readonly after: SchemaModel;
  /** What SQLite says, where it refuses the statement on tables without rows. */
  readonly failure?: string;
}

/** A script as it was walked. */
export interface Walk {
  readonly statements: readonly WalkedStatement[];
  /** `unknown`: not all of the schema could be copied, so that what fails may only fail on the copy. */
  readonly schema: "known" | "unknown";
}

/** Longer ones are not tried: they are data, and compiling them takes as long as running them. */
const LONGEST_TRIED = 100_000;

/** So many statements share a copy: more would bring more tables into it, which makes each ALTER TABLE slower. */
const TOGETHER = 16;

/** The statements of a script, in its order, from a schema that `model` tells of. */
export function* walkScript(session: Session, script: Script, model: SchemaModel): Task<Walk> {
  const walked: WalkedStatement[] = [];
  let schema: Walk["schema"] = "known";
  const size = script.statements.some(staysOpen) ? script.statements.length : TOGETHER;
  for (let first = 0; first < script.statements.length; first += size) {
    const part = script.statements.slice(first, first + size);
    // What neither changes the schema nor has to be compiled needs no copy.
    if (!part.some(isTried)) {
      const before = walked.at(-1)?.after ?? model;
      walked.push(...part.map(() => ({ before, after: before })));
      continue;
    }
    const connection = session.openScratch();
    try {
      const scratch = onConnection(session, connection);
      const start = walked.at(-1)?.after ?? model;
      if ((yield* fill(connection, start, part)) === "incomplete") schema = "unknown";
      const copied = yield* readTexts(connection);
      for (const [at, statement] of part.entries()) {
        const before = walked.at(-1)?.after ?? model;
        const kind = classify(statement);
        const failure = yield* tryStatement(scratch, { script, index: first + at, statement, kind });
        const after = failure === undefined ? yield* schemaAfter(connection, { kind, before, copied }) : before;
        walked.push({ before, after, ...(failure === undefined ? {} : { failure }) });
      }
    } finally {
      yield* wait(connection.close());
    }
  }
  return { statements: walked, schema };
}

/** What lives on a connection is gone with it. */
function staysOpen(statement: Statement): boolean {
  const kind = classify(statement);
  return isSetting(kind) || (kind.kind === "schema" && kind.schema?.toLowerCase() === "temp");
}

function isSetting(kind: StatementKind): boolean {
  return kind.kind === "pragma" && kind.name === "legacy_alter_table";
}

function isTried(statement: Statement): boolean {
  const kind = classify(statement);
  if (kind.kind === "schema" || kind.kind === "rebuild" || isSetting(kind)) return true;
  const isExplain = statement.tokens[0]?.text.toUpperCase() === "EXPLAIN";
  return (kind.kind === "data" || kind.kind === "query") && statement.text.length < LONGEST_TRIED && !isExplain;
}

/** Makes what the statements can have to do with. */
function* fill(
  connection: Connection,
  model: SchemaModel,
  statements: readonly Statement[],
): Task<"complete" | "incomplete"> {
  yield* wait(connection.query("PRAGMA foreign_keys = OFF"));
  let result: "complete" | "incomplete" = "complete";
  for (const { sql } of neighbourhood(model, statements)) {
    try {
      yield* wait(connection.execute(sql));
    } catch (error) {
      if (connection.failure(error) === undefined) throw error;
      result = "incomplete";
    }
  }
  return result;
}

interface Tried {
  readonly script: Script;
  readonly index: number;
  readonly statement: Statement;
  readonly kind: StatementKind;
}

/** Runs what changes the schema, and compiles what changes rows. */
function* tryStatement(scratch: Session, { script, index, statement, kind }: Tried): Task<string | undefined> {
  const { connection } = scratch;
  if (!isTried(statement)) return undefined;
  try {
    if (kind.kind === "data" || kind.kind === "query") yield* wait(connection.query(`EXPLAIN ${statement.text}`));
    else yield* executeStatement(scratch, script, index + 1);
    return undefined;
  } catch (error) {
    if (error instanceof LockstepError) return error.details.problem;
    const failure = connection.failure(error);
    if (failure === undefined) throw error;
    return failure.message;
  }
}

// The tables of modules are asked for once, and not for each object: with 1,000 tables that is the difference of a second.
const ALL = `SELECT name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'
  AND name NOT IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow') ORDER BY type <> 'table', rowid`;
const ONE = "SELECT name, sql FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE AND sql IS NOT NULL";

/** The schema of a database, without SQLite's own tables and the rows of modules. */
export function* readModel(connection: Connection): Task<SchemaModel> {
  return SchemaModel.empty.with(yield* readTexts(connection));
}

function* readTexts(connection: Connection): Task<readonly StoredText[]> {
  return (yield* wait(connection.query(ALL))).map((row) => ({ name: String(row["name"]), sql: String(row["sql"]) }));
}

interface Step {
  readonly kind: StatementKind;
  readonly before: SchemaModel;
  /** What the copy had at its beginning. */
  readonly copied: readonly StoredText[];
}

/** Reads again only what the statement can have changed. */
function* schemaAfter(connection: Connection, { kind, before, copied }: Step): Task<SchemaModel> {
  if (kind.kind === "rebuild") return before.replaced(copied, yield* readTexts(connection));
  if (kind.kind !== "schema" || kind.name === undefined) return before;
  if (kind.verb === "REINDEX" || kind.verb === "ANALYZE") return before;
  if (kind.schema !== undefined && kind.schema.toLowerCase() !== "main") return before;
  if (kind.verb === "DROP") return before.without(kind.name);
  const { alteration } = kind;
  if (alteration === "rename_table" || alteration === "rename_column" || alteration === "other")
    return before.replaced(copied, yield* readTexts(connection));
  const rows = yield* wait(connection.query(ONE, [kind.name]));
  return before.with(rows.map((row) => ({ name: String(row["name"]), sql: String(row["sql"]) })));
}
