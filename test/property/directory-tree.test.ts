/**
 * Any tree as a directory of migrations: folders in folders, links to anywhere, pipes, names that are no text. Each call of the library
 * ends, with a report or with a known error, and what is refused before it runs leaves the file of the database as it was.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Worker } from "node:worker_threads";
import * as fc from "fast-check";
import { errorCodes } from "../../src/error-code.ts";
import { LockstepError, migrate, migrateSync, MigrationRunner, type MigrateOptions } from "../../src/index.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { fingerprint, firstMigration } from "../support/source-refusal.ts";
import { readState, versionOf } from "../support/state.ts";
import { workspace, type FileContent } from "../support/workspace.ts";
import { content, name } from "./directory-arbitrary.ts";
import { tries } from "./tries.ts";

useFastFiles();

/** Something in a directory. */
type Node =
  | { readonly kind: "file"; readonly content: FileContent }
  | { readonly kind: "folder"; readonly nodes: Tree }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "pipe" };

type Tree = readonly (readonly [name: string, node: Node])[];

const file: fc.Arbitrary<Node> = content.map((text) => ({ kind: "file", content: text }));

/** Beside the names of other entries: nowhere, itself, the directory, what is around it, the database, devices without an end. */
const TARGETS = [
  "nowhere",
  ".",
  "..",
  "../app.db",
  "../app.db-journal",
  "../migrations",
  "../outside",
  "../outside/up.sql",
  "/dev/null",
  "/dev/zero",
  "/dev/full",
  "/",
];
const link: fc.Arbitrary<Node> = fc
  .oneof(fc.constantFrom(...TARGETS), name)
  .map((target) => ({ kind: "link", target }) as const);

const leaf = fc.oneof(
  { weight: 12, arbitrary: file },
  { weight: 3, arbitrary: link },
  { weight: 1, arbitrary: fc.constant<Node>({ kind: "pipe" }) },
);

const inner = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("up.sql", "down.sql", "UP.SQL", "up.ts", "up.sql.up.sql", "index.ts") },
  { weight: 1, arbitrary: name },
);

const folder: fc.Arbitrary<Node> = fc
  .uniqueArray(
    fc.tuple(
      inner,
      fc.oneof(
        { weight: 5, arbitrary: leaf },
        { weight: 1, arbitrary: fc.constant<Node>({ kind: "folder", nodes: [] }) },
      ),
    ),
    { selector: ([text]) => text, maxLength: 3 },
  )
  .map((nodes) => ({ kind: "folder", nodes }));

const tree: fc.Arbitrary<Tree> = fc.uniqueArray(
  fc.tuple(name, fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: folder })),
  { selector: ([text]) => text, maxLength: 5 },
);

function plant(directory: string, nodes: Tree): void {
  for (const [text, node] of nodes) {
    const path = join(directory, text);
    switch (node.kind) {
      case "file":
        writeFileSync(path, node.content);
        break;
      case "folder":
        mkdirSync(path);
        plant(path, node.nodes);
        break;
      case "link":
        symlinkSync(node.target, path);
        break;
      case "pipe":
        makePipe(path);
        break;
    }
  }
}

function makePipe(path: string): void {
  try {
    execFileSync("mkfifo", [path]);
  } catch {
    // Where a system has no such thing there is nothing to hang on.
  }
}

/** How a call is made. All of them read the directory; only the first two may write to the database. */
const CALLS: Readonly<Record<string, (options: MigrateOptions) => unknown>> = {
  migrate: (options) => migrate(options),
  migrateSync: (options) => migrateSync(options),
  status: (options) => new MigrationRunner(options).status(),
  plan: (options) => new MigrationRunner(options).plan(),
  loadMigrations: (options) => new MigrationRunner(options).loadMigrations(),
};

const policies = fc.record({
  outOfOrder: fc.constantFrom("refuse" as const, "allow" as const),
  changed: fc.constantFrom("refuse" as const, "allow" as const),
  newerDatabase: fc.constantFrom("refuse" as const, "allow" as const),
});

/** What stands around the database and the migrations, by name. Links are not followed. */
function namesIn(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith("app.db"))
    .flatMap((entry) => {
      const below = entry.isDirectory() ? namesIn(join(root, entry.name)) : [];
      return [entry.name, ...below.map((found) => `${entry.name}/${found}`)];
    })
    .toSorted();
}

let atVersion1: Uint8Array | undefined;

/** A database to which the first migration was applied. */
function databaseAtVersion1(): Uint8Array {
  if (atVersion1 === undefined) {
    const space = workspace(firstMigration);
    migrateSync({ database: space.path("app.db"), migrations: space.path("migrations") });
    atVersion1 = readFileSync(space.path("app.db"));
  }
  return atVersion1;
}

interface Case {
  readonly nodes: Tree;
  readonly isNew: boolean;
  readonly hasFirst: boolean;
  readonly call: string;
  readonly options: Partial<MigrateOptions>;
}

/** Makes the tree, makes the call, and looks at what is left. */
async function tryTree({ nodes, isNew, hasFirst, call, options }: Case): Promise<void> {
  const space = workspace({ "migrations/": "", "outside/up.sql": "CREATE TABLE outside (x)" });
  plant(space.path("migrations"), nodes);
  if (hasFirst) space.write(firstMigration);
  if (!isNew) space.write({ "app.db": databaseAtVersion1() });
  const database = space.path("app.db");
  const before = { file: fingerprint(database), names: namesIn(space.root) };
  const state = isNew ? undefined : readState(database);
  try {
    await CALLS[call]?.({ database, migrations: space.path("migrations"), ...options });
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const { code, message, details } = error;
    assert.ok(errorCodes.includes(code) && code !== "internal_invariant", message);
    assert.ok(details.problem !== "" && details.hint !== "", message);
    const hasRun = (details.completed ?? []).length > 0;
    if (details.outcome === "unchanged" && !hasRun) assert.deepEqual(fingerprint(database), before.file, message);
    else if (details.outcome === "rolled_back" && !hasRun && state !== undefined)
      assert.deepEqual(readState(database), state);
    else assert.notEqual(details.outcome, "unknown", message);
  }
  // A call that only looks makes no database, and none touches anything beside it.
  if (!call.startsWith("migrate")) assert.deepEqual(fingerprint(database), before.file);
  if (fingerprint(database).content !== null) assert.ok(versionOf(readState(database)) >= (isNew ? 0 : 1));
  assert.deepEqual(namesIn(space.root), before.names);
  space.remove();
}

/** Ends this process if a call has not come to its end for two minutes: a hang cannot be noticed in the thread that hangs. */
function startWatchdog(told: string): { beat(): void; stop(): Promise<unknown> } {
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(
    `const { beats, told } = require("node:worker_threads").workerData;
    let last = -1;
    setInterval(() => {
      const now = Atomics.load(beats, 0);
      if (now === last) {
        require("node:fs").writeSync(2, \`a call hangs: \${told}\\n\`);
        process.kill(process.pid, "SIGKILL");
      }
      last = now;
    }, 120_000);`,
    { eval: true, workerData: { beats, told } },
  );
  return { beat: () => Atomics.add(beats, 0, 1), stop: () => worker.terminate() };
}

describe("a tree of anything as a directory of migrations", () => {
  it("is applied, shown or refused by a known error, and what is refused has touched nothing", async () => {
    const cases: fc.Arbitrary<Case> = fc.record({
      nodes: tree,
      isNew: fc.boolean(),
      hasFirst: fc.constantFrom(true, true, false),
      call: fc.constantFrom("migrate", "migrateSync", ...Object.keys(CALLS)),
      options: policies,
    });
    const settings = { seed: Date.now() | 0, ...tries(700) };
    const watchdog = startWatchdog(JSON.stringify(settings));
    try {
      await fc.assert(
        fc.asyncProperty(cases, async (one) => {
          watchdog.beat();
          await tryTree(one);
        }),
        settings,
      );
    } finally {
      await watchdog.stop();
    }
  });

  // Names that no text can hold: JavaScript sees other ones, under which there is nothing.
  for (const [title, bytes] of [
    ["a byte that is no letter", [0x30, 0x31, 0x2d, 0xff, 0x2e, 0x73, 0x71, 0x6c]],
    ["half a letter", [0x30, 0x31, 0x2d, 0xc3, 0x2e, 0x73, 0x71, 0x6c]],
    ["a lone surrogate", [0x30, 0x31, 0x2d, 0xed, 0xa0, 0x80, 0x2e, 0x73, 0x71, 0x6c]],
    ["no number and no text", [0xfe, 0xfd]],
  ] as const) {
    it(`is refused or ignored where a name has ${title}`, async () => {
      const space = workspace({ "migrations/": "" });
      const path = Buffer.concat([Buffer.from(`${space.path("migrations")}/`), Buffer.from(bytes)]);
      try {
        writeFileSync(path, "CREATE TABLE t (x)");
      } catch {
        // Some file systems do not take it either.
        return;
      }
      const database = space.path("app.db");
      for (const call of Object.keys(CALLS)) {
        try {
          await CALLS[call]?.({ database, migrations: space.path("migrations") });
        } catch (error) {
          assert.ok(error instanceof LockstepError);
          assert.equal(error.code, "migration_unreadable");
        }
        assert.equal(fingerprint(database).content, null);
      }
    });
  }
});
