/** The start of a way up: a look, and the end of it where there is nothing to do. */
import { resolve } from "./core/history/resolve.ts";
import { selectUp } from "./core/plan/select.ts";
import { wait, type Task } from "./core/task.ts";
import { look } from "./look.ts";
import { requireFile } from "./mode.ts";
import type { MigrateReport } from "./report.ts";
import type { Session } from "./session.ts";

/** Applies what is pending. Where nothing is: one directory listing, one query, no file read, no lock, no write. */
export function* up(session: Session, to?: number): Task<MigrateReport> {
  const known = yield* look(session, to);
  const { entries, snapshot } = known;
  const selection = selectUp(resolve(entries, snapshot), snapshot.version, { to, policies: session.policies });
  if (selection.kind === "selected" && selection.standings.length === 0) {
    const { version } = snapshot;
    return { database: session.database, fromVersion: version, toVersion: version, applied: [] };
  }
  const { applyPending } = yield* operations(session);
  return yield* applyPending(session, known, to);
}

type Operations = typeof import("./operations/index.ts");

/** Everything that a start with nothing to do does not need: a file of its own in the package, loaded by its first use. */
export function* operations({ mode }: Session): Task<Operations> {
  if (mode.kind === "asynchronous") return yield* wait(import("./operations/index.ts"));
  // The bundler sees only the `import()` above, so that the built file is named here.
  return requireFile(
    import.meta.url,
    import.meta.url.endsWith(".ts") ? "./operations/index.ts" : "./operations.js",
  ) as Operations;
}
