/** The recorder: writes each exchange into `sessions`, `requests` and `responses`. */
import type { DatabaseSync, StatementSync } from "node:sqlite";

/** What a client asked. */
interface RecordedRequest {
  readonly sessionId: string;
  /** The `user` field of the request. */
  readonly userId: string | null;
  readonly model: string | null;
  readonly stream: boolean;
  /** The JSON as it was sent. */
  readonly body: string;
}

/** `aborted`: the client left, or this server stopped. `failed`: the upstream could not be reached or broke off. */
type Outcome = "complete" | "aborted" | "failed";

/** An exchange whose request is recorded and whose response is to come. */
export interface Exchange {
  /** There is a response: its HTTP status, and how to get what has come of its body at any later moment. */
  answer(status: number, readBody: () => string | null): void;
  /** Records the response. Only the first call counts: an end is often noticed in more than one place. Never throws. */
  finish(outcome: Outcome, error: string | null): void;
}

/** Writes through statements that are prepared once; the database must be at the newest version by then. */
export class Recorder {
  readonly #database: DatabaseSync;
  readonly #saveSession: StatementSync;
  readonly #saveRequest: StatementSync;
  readonly #saveResponse: StatementSync;
  readonly #open = new Set<Exchange>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#saveSession = database.prepare(`
      INSERT INTO sessions (id, user_id, created_at, last_used_at) VALUES (:id, :userId, :now, :now)
      ON CONFLICT (id) DO UPDATE SET
        user_id = coalesce(excluded.user_id, user_id),
        last_used_at = excluded.last_used_at
    `);
    this.#saveRequest = database.prepare(`
      INSERT INTO requests (session_id, model, stream, body, created_at) VALUES (:sessionId, :model, :stream, :body, :now)
    `);
    // The token counts are read from the JSON just as migration 3 reads them for older rows.
    this.#saveResponse = database.prepare(`
      INSERT INTO responses (request_id, outcome, status, body, error, duration_ms, created_at, prompt_tokens, completion_tokens)
      VALUES (:requestId, :outcome, :status, :body, :error, :durationMs, :now,
        CASE WHEN json_valid(:body) THEN json_extract(:body, '$.usage.prompt_tokens') END,
        CASE WHEN json_valid(:body) THEN json_extract(:body, '$.usage.completion_tokens') END)
    `);
  }

  /** Records a request. Throws what the database throws; nothing is recorded then. */
  begin(request: RecordedRequest): Exchange {
    const requestId = this.#write(request);
    const startedAt = performance.now();
    let status: number | null = null;
    let readBody = (): string | null => null;
    const exchange: Exchange = {
      answer: (...known) => {
        [status, readBody] = known;
      },
      finish: (outcome, error) => {
        if (!this.#open.delete(exchange)) return;
        const durationMs = Math.round(performance.now() - startedAt);
        try {
          this.#saveResponse.run({ requestId, outcome, status, body: readBody(), error, durationMs, now: now() });
        } catch (failure) {
          // The client has its answer; only the record of it is lost.
          console.error(`The response to request ${requestId} was not recorded:`, failure);
        }
      },
    };
    this.#open.add(exchange);
    return exchange;
  }

  /** Records every exchange that is still open as aborted, for the end of the process. */
  close(): void {
    for (const exchange of this.#open) exchange.finish("aborted", "the server stopped");
  }

  #write({ sessionId, userId, model, stream, body }: RecordedRequest): number | bigint {
    const time = now();
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      this.#saveSession.run({ id: sessionId, userId, now: time });
      const { lastInsertRowid } = this.#saveRequest.run({ sessionId, model, stream: stream ? 1 : 0, body, now: time });
      this.#database.exec("COMMIT");
      return lastInsertRowid;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}

function now(): string {
  return new Date().toISOString();
}
