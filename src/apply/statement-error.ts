/** The error for a statement that SQLite refused: the word that is wrong, and a better one where there is one near. */
import { findCulprit, type Culprit } from "../core/diagnostic/sqlite-message.ts";
import { suggest } from "../core/diagnostic/suggest.ts";
import { unquoteIdentifier } from "../core/sql/quote.ts";
import type { Script, Statement } from "../core/sql/script.ts";
import type { Token } from "../core/sql/token.ts";
import { wait, type Task } from "../core/task.ts";
import { databaseError } from "../database-error.ts";
import type { Connection } from "../driver/driver.ts";
import { LockstepError } from "../error.ts";
import type { Session } from "../session.ts";
import { placeIn } from "../source/sql-text.ts";

/** Makes the error. It asks the database, so it is called before the transaction is rolled back. */
export function* statementError(
  session: Session,
  { script, position, cause }: { readonly script: Script; readonly position: number; readonly cause: unknown },
): Task<LockstepError> {
  const { connection, database } = session;
  const failure = connection.failure(cause);
  const general =
    failure === undefined ? undefined : databaseError(failure, { database, outcome: "rolled_back", cause });
  if (general !== undefined) return general;
  const message = failure?.message ?? (cause instanceof Error ? cause.message : String(cause));
  const statement = script.statements[position - 1] as Statement;
  const culprit = findCulprit(message);
  const token = culprit === undefined ? undefined : yield* findToken(connection, statement, culprit);
  const better = culprit === undefined ? undefined : yield* findBetterName(connection, statement, culprit);
  const at = token ?? statement.tokens[0];
  return new LockstepError({
    code: "statement_failed",
    problem: message,
    place: placeIn(script, script.file ?? "", at?.offset ?? statement.offset, at?.text.length ?? 1),
    outcome: "rolled_back",
    hint: better === undefined ? adviceFor(message) : `did you mean "${better}"?`,
    statement: { position, total: script.statements.length },
    cause,
  });
}

/** What an application registers belongs to its connection, and a schema may need it. */
function adviceFor(message: string): string {
  if (!/no such (?:function|module|collation sequence): /.test(message))
    return "correct the statement and run it again";
  return "correct its name; where your application registers it, give lockstep the handle that has it, in place of a path";
}

/** How many places are tried for a syntax error, so that a huge INSERT does not take long to fail. */
const TRIES = 50;

/** The token that a message names. Of several equal ones for a syntax error, the one where SQLite itself stops. */
function* findToken(connection: Connection, statement: Statement, { kind, name }: Culprit): Task<Token | undefined> {
  const { tokens } = statement;
  if (kind === "end") return tokens.at(-1);
  const named = tokens.filter((token) => isNamed(token, name));
  if (kind !== "syntax" || named.length < 2) return named[0];
  for (const token of named.slice(0, TRIES)) {
    const prefix = statement.text.slice(0, token.offset - statement.offset + token.text.length);
    // EXPLAIN compiles and runs nothing: a prefix that is already wrong says so at the same token.
    if (yield* stopsAt(connection, `EXPLAIN ${prefix}`, name)) return token;
  }
  return named[0];
}

function* stopsAt(connection: Connection, sql: string, name: string): Task<boolean> {
  try {
    yield* wait(connection.query(sql));
    return false;
  } catch (error) {
    const culprit = findCulprit(connection.failure(error)?.message ?? "");
    return culprit?.kind === "syntax" && culprit.name === name;
  }
}

function isNamed({ kind, text }: Token, name: string): boolean {
  const own = kind === "quoted" ? unquoteIdentifier(text) : text;
  return own === name || text === name || own.toLowerCase() === name.toLowerCase();
}

/** The name that was probably meant: a column of the statement's tables, or a table. */
function* findBetterName(
  connection: Connection,
  statement: Statement,
  { kind, name }: Culprit,
): Task<string | undefined> {
  if (kind !== "column" && kind !== "table") return undefined;
  const rows = yield* wait(connection.query("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"));
  const tables = rows.map((row) => String(row["name"]));
  if (kind === "table") return suggest(name, tables);
  const mentioned = new Set(statement.tokens.map(({ text }) => unquoteIdentifier(text).toLowerCase()));
  const columns: string[] = [];
  for (const table of tables.filter((candidate) => mentioned.has(candidate.toLowerCase()))) {
    const found = yield* wait(connection.query("SELECT name FROM pragma_table_xinfo(?)", [table]));
    columns.push(...found.map((row) => String(row["name"])));
  }
  return suggest(name, columns);
}
