/** Walks a script on a scratch database, and knows the schema in front of and behind each of its statements. */
import { executeStatement } from "../apply/execute.ts";
import { SchemaModel, type StoredText } from "../core/lint/schema-model.ts";
import type { Script, Statement } from "../core/sql/script.ts";
import { classify, type StatementKind } from "../core/sql/statement-kind.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";
import { LockstepError } from "../error.ts";
import type { Session } from "../session.ts";

/** A statement with the schemas around it. */
export interface WalkedStatement {
  readonly before: SchemaModel;
  readonly after: SchemaModel;
  /** What SQLite says, where it refuses the statement on tables without rows. */
  readonly failure?: string;
}

/** Longer ones are not tried: they are data, and compiling them takes as long as running them. */
const LONGEST_TRIED = 100_000;

/** The statements of a script, in its order. The scratch database has the schema that `model` tells of, and is changed. */
export function* walkScript(scratch: Session, script: Script, model: SchemaModel): Task<readonly WalkedStatement[]> {
  const walked: WalkedStatement[] = [];
  let before = model;
  for (const [index, statement] of script.statements.entries()) {
    const kind = classify(statement);
    const failure = yield* tryStatement(scratch, { script, index, statement, kind });
    const after = failure === undefined ? yield* schemaAfter(scratch.connection, kind, before) : before;
    walked.push({ before, after, ...(failure === undefined ? {} : { failure }) });
    before = after;
  }
  return walked;
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
  const isSetting = kind.kind === "pragma" && kind.name === "legacy_alter_table";
  try {
    if (kind.kind === "schema" || kind.kind === "rebuild" || isSetting)
      yield* executeStatement(scratch, script, index + 1);
    else if (
      (kind.kind === "data" || kind.kind === "query") &&
      statement.text.length < LONGEST_TRIED &&
      !isExplain(statement)
    )
      yield* wait(connection.query(`EXPLAIN ${statement.text}`));
    return undefined;
  } catch (error) {
    if (error instanceof LockstepError) return error.details.problem;
    const failure = connection.failure(error);
    if (failure === undefined) throw error;
    return failure.message;
  }
}

function isExplain({ tokens }: Statement): boolean {
  return tokens[0]?.text.toUpperCase() === "EXPLAIN";
}

const ALL = `SELECT stored.name AS name, sql FROM main.sqlite_schema AS stored
  LEFT JOIN pragma_table_list AS list ON list.schema = 'main' AND list.name = stored.name AND stored.type IN ('table', 'view')
  WHERE sql IS NOT NULL AND substr(stored.name, 1, 7) <> 'sqlite_' AND list.type IS NOT 'shadow' ORDER BY stored.type <> 'table', stored.rowid`;
const ONE = "SELECT name, sql FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE AND sql IS NOT NULL";

/** The schema of a scratch database. */
export function* readModel(connection: Connection, known: SchemaModel): Task<SchemaModel> {
  return known.replacedBy((yield* wait(connection.query(ALL))).map(toText));
}

/** Reads again only what the statement can have changed: with 1,000 tables and 1,000 statements, all of it would be too much. */
function* schemaAfter(connection: Connection, kind: StatementKind, before: SchemaModel): Task<SchemaModel> {
  if (kind.kind === "rebuild") return yield* readModel(connection, before);
  if (kind.kind !== "schema" || kind.name === undefined || kind.verb === "REINDEX" || kind.verb === "ANALYZE")
    return before;
  if (kind.schema !== undefined && kind.schema.toLowerCase() !== "main") return before;
  if (kind.verb === "DROP") return before.without(kind.name);
  const isWide =
    kind.alteration === "rename_table" || kind.alteration === "rename_column" || kind.alteration === "other";
  if (isWide) return yield* readModel(connection, before);
  const rows = yield* wait(connection.query(ONE, [kind.name]));
  return before.with(rows.map(toText));
}

function toText(row: { readonly [column: string]: unknown }): StoredText {
  return { name: String(row["name"]), sql: String(row["sql"]) };
}
