/** Loads one migration: reads its text or imports its module, and checks everything that can be checked before it runs. */
import { path, util } from "../node.ts";
import { checksum } from "../core/migration/checksum.ts";
import type { Script } from "../core/sql/script.ts";
import type { ListedMigration, LoadedMigration, MigrationBody, MigrationEntry } from "../core/migration/migration.ts";
import { isPromise, wait, type Task } from "../core/task.ts";
import { LockstepError, type ErrorDetails } from "../error.ts";
import type { ErrorCode } from "../error-code.ts";
import { sha256 } from "../hash.ts";
import type { Mode } from "../mode.ts";
import { importMigration, type Definition } from "./module.ts";
import { loadSquash, squashedAway } from "./squash-file.ts";
import { readSqlFile, readSqlText, type SqlSections } from "./sql-text.ts";
import { checkStatements } from "./statement-check.ts";

/** Loads a migration, from wherever it comes. */
export function* loadMigration(entry: MigrationEntry, mode: Mode): Task<LoadedMigration> {
  const { file = "", layout, definition, downFile } = entry;
  switch (layout) {
    case "listed":
      return fromDefinition(entry, definition as unknown as Definition);
    case "code":
      return fromDefinition(entry, yield* wait(importMigration(path.resolve(file), file, mode)));
    case "squash":
      return loadSquash(entry);
    case "squashed":
      throw squashedAway(entry);
    case "sql":
      return fromSections(entry, readSqlFile(file, "sections"));
    case "pair":
    case "folder": {
      const up = readSqlFile(file, "whole");
      if (downFile === undefined) return fromSections(entry, up);
      const down = readSqlFile(downFile, layout === "folder" ? "whole_if_there" : "whole");
      return fromSections(entry, down === undefined ? up : { ...up, down: down.up });
    }
  }
}

/** The checksum of a migration's SQL as it is now; null for code. Statements that a run would refuse do not matter here. */
export function readChecksum({ layout, definition, file = "", version, squashed }: MigrationEntry): string | null {
  if (layout === "code" || layout === "squash") return null;
  if (layout === "squashed") return squashed?.checksum ?? null;
  if (layout !== "listed") return checksumOf(readSqlFile(file, layout === "sql" ? "sections" : "whole"));
  return typeof definition?.up === "string" ? checksumOf(readSqlText(definition.up, `version ${version}, up`)) : null;
}

function checksumOf({ up }: SqlSections): string {
  return checksum(up.statements, sha256);
}

/** Reads and checks SQL that the history table has kept, as that of a file would be. `name` says which, in messages. */
export function readStored(sql: string, name: string, transaction: boolean): Script {
  const { up } = readSqlText(sql, name);
  checkStatements(up, { file: up.file ?? "", transaction });
  return up;
}

function fromSections(entry: MigrationEntry, sections: SqlSections): LoadedMigration {
  const { up, down, transaction } = sections;
  if (isEmpty(up)) throw empty(entry);
  const file = up.file ?? entry.file ?? "";
  checkStatements(up, { file, transaction });
  if (down !== undefined) checkStatements(down, { file: down.file ?? file, transaction });
  return {
    version: entry.version,
    name: entry.name,
    ...fileOf(entry),
    transaction,
    foreignKeys: "check",
    checksum: checksumOf(sections),
    up: { kind: "sql", script: up },
    ...(down === undefined || isEmpty(down) ? {} : { down: { kind: "sql", script: down } }),
  };
}

/** A section, file or text that nobody has written in yet is no way down: it would undo nothing and call it undone. */
function isEmpty({ statements }: Script): boolean {
  return statements.length === 0;
}

function fromDefinition(entry: MigrationEntry, definition: Definition): LoadedMigration {
  checkShape(entry, definition);
  const { name, transaction = true, foreignKeys = "check" } = definition as Partial<ListedMigration>;
  const up = toBody(entry, definition, "up");
  const down = definition["down"] === undefined ? undefined : toBody(entry, definition, "down");
  for (const body of [up, down]) {
    if (body?.kind === "sql") checkStatements(body.script, { file: body.script.file ?? "", transaction });
  }
  if (up.kind === "sql" && isEmpty(up.script)) throw empty(entry);
  return {
    version: entry.version,
    name: name ?? entry.name,
    ...fileOf(entry),
    transaction,
    foreignKeys,
    checksum: up.kind === "sql" ? checksum(up.script.statements, sha256) : null,
    up,
    ...(down === undefined || (down.kind === "sql" && isEmpty(down.script)) ? {} : { down }),
  };
}

function toBody(entry: MigrationEntry, definition: Definition, member: "up" | "down"): MigrationBody {
  const value = definition[member];
  if (typeof value !== "function") {
    return { kind: "sql", script: readSqlText(String(value), `version ${entry.version}, ${member}`).up };
  }
  // Called on its object: a migration may be an instance of a class, or use its own members.
  return { kind: "code", run: (db, context) => Reflect.apply(value, definition, [db, context]) as unknown };
}

/** Checks the type of every member of a definition; the message names the member and what it is. */
function checkShape(entry: MigrationEntry, definition: Definition): void {
  const { version, name, up, down, transaction, foreignKeys } = definition;
  const sqlAllowed = entry.layout === "listed";
  const isBody = (value: unknown): boolean => typeof value === "function" || (sqlAllowed && typeof value === "string");
  const body = sqlAllowed ? "a function or SQL text" : "a function";
  const rules: readonly (readonly [member: string, isRight: boolean, value: unknown, wanted: string])[] = [
    ["up", isBody(up), up, body],
    ["down", down === undefined || isBody(down), down, body],
    ["name", name === undefined || typeof name === "string", name, "a text"],
    ["transaction", transaction === undefined || typeof transaction === "boolean", transaction, "true or false"],
    [
      "foreignKeys",
      ["check", "enforce", undefined].includes(foreignKeys as string),
      foreignKeys,
      '"check" or "enforce"',
    ],
  ];
  for (const [member, isRight, value, wanted] of rules) {
    if (isRight) continue;
    throw invalid("migration_invalid", entry, {
      problem:
        value === undefined
          ? `the migration exports no "${member}"`
          : `the migration's "${member}" is ${describeValue(value)}, not ${wanted}`,
      hint:
        member === "up"
          ? `export ${body} named up, by name or in the default export`
          : `make it ${wanted}, or leave it out`,
    });
  }
  if (version !== undefined && version !== entry.version) {
    throw invalid("version_mismatch", entry, {
      problem: `the file's name says version ${entry.version}, its export says ${describeValue(version)}`,
      hint: "the name decides; correct the export or leave it out",
    });
  }
}

function describeValue(value: unknown): string {
  if (value === null) return "null";
  if (isPromise(value)) return "a promise";
  if (typeof value === "object") return "an object";
  if (typeof value === "function") return "a function";
  return `${typeof value} ${typeof value === "string" ? JSON.stringify(value) : util.inspect(value)}`;
}

function empty(entry: MigrationEntry): LockstepError {
  return invalid("migration_empty", entry, {
    problem: "the migration has no statement",
    hint: "write what it should do, or delete the file",
  });
}

function invalid(code: ErrorCode, entry: MigrationEntry, text: Pick<ErrorDetails, "problem" | "hint">): LockstepError {
  return new LockstepError({
    code,
    ...text,
    place:
      entry.file === undefined
        ? { kind: "argument", argument: `migrations, version ${entry.version}` }
        : { kind: "file", file: entry.file },
    outcome: "unchanged",
    migration: { version: entry.version, name: entry.name, ...fileOf(entry) },
  });
}

function fileOf(entry: MigrationEntry): { readonly file?: string } {
  return entry.file === undefined ? {} : { file: entry.file };
}
