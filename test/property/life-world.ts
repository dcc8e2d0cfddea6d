/** The migrations of a random life as their authors keep them: merged late, edited, removed; in an array or in a directory of files. */
import type { ListedMigration } from "../../src/index.ts";
import type { OpenHandle } from "../support/handle.ts";
import { workspace, type Files } from "../support/workspace.ts";
import { BASE, statementsOf, type Change } from "./life-change.ts";

/** How a migration is written. */
export type Form = "sql" | "code" | "code that takes its time";

/** A migration as it is drawn. */
export interface Drawn {
  readonly change: Change;
  readonly form: Form;
  readonly wantsBare: boolean;
  readonly hasDown: boolean;
  /** Between it and the one before. */
  readonly gap: number;
  /** Merged later, if ever. */
  readonly isLate: boolean;
}

/** A migration of the world. */
export interface Definition {
  readonly version: number;
  readonly form: Form;
  readonly isBare: boolean;
  readonly up: readonly string[];
  readonly down: readonly string[] | undefined;
  isPresent: boolean;
  /** 0 as it was written; another number for another text of the same effect. */
  edition: number;
  /** Remarks, blanks and line ends, which change nothing. */
  style: number;
}

/** What is to fail: the statement before which a broken one stands, in one way of one version. For this one call only. */
export interface Sabotage {
  readonly version: number;
  readonly direction: "up" | "down";
  readonly at: number;
}

/** Makes the world: the base first, then what was drawn. */
export function makeWorld(drawn: readonly Drawn[]): readonly Definition[] {
  let version = 0;
  return [{ change: BASE, form: "sql", wantsBare: false, hasDown: true, gap: 1, isLate: false } as const, ...drawn].map(
    ({ change, form, wantsBare, hasDown, gap, isLate }): Definition => {
      version += gap;
      const canBeBare = change.bare === "sql_and_code" || (change.bare === "sql" && form === "sql");
      return {
        version,
        form,
        isBare: wantsBare && canBeBare,
        up: statementsOf(change.up, version),
        down: hasDown ? statementsOf(change.down, version) : undefined,
        isPresent: !isLate,
        edition: 0,
        style: 0,
      };
    },
  );
}

/** The statements of one way, as they are now. */
export function textOf({ up, down, edition }: Definition, direction: "up" | "down"): readonly string[] | undefined {
  if (direction === "down") return down;
  return edition === 0 ? up : [...up, `SELECT 'edition ${edition}'`];
}

const BROKEN = "INSERT INTO missing VALUES (1)";

/** The statements as they are handed over: with a broken one where there is to be one. */
export function sabotaged(
  definition: Definition,
  direction: "up" | "down",
  sabotage: Sabotage | undefined,
): readonly string[] | undefined {
  const statements = textOf(definition, direction);
  if (sabotage?.version !== definition.version || sabotage.direction !== direction) return statements;
  return statements?.toSpliced(sabotage.at, 0, BROKEN);
}

/** The present migrations as an array. */
export function toArray(world: readonly Definition[], sabotage?: Sabotage): readonly ListedMigration[] {
  const body = (definition: Definition, statements: readonly string[]): ListedMigration["up"] => {
    if (definition.form === "sql") return toSql(definition, statements);
    if (definition.form === "code") return (db: OpenHandle) => statements.forEach((sql) => db.exec(sql));
    return async (db: OpenHandle) => {
      for (const sql of statements) {
        await new Promise((resolve) => setImmediate(resolve));
        db.exec(sql);
      }
    };
  };
  return world
    .filter(({ isPresent }) => isPresent)
    .map((definition) => {
      const down = sabotaged(definition, "down", sabotage);
      return {
        version: definition.version,
        transaction: !definition.isBare,
        up: body(definition, sabotaged(definition, "up", sabotage) ?? []),
        ...(down === undefined ? {} : { down: body(definition, down) }),
      };
    });
}

/** The present migrations as a new directory, in the layouts in turn. New each time, since a module is imported only once. */
export function toDirectory(world: readonly Definition[], sabotage?: Sabotage): string {
  const space = workspace({ "migrations/": "" });
  for (const definition of world) if (definition.isPresent) space.write(toFiles(definition, sabotage));
  return space.path("migrations");
}

function toFiles(definition: Definition, sabotage: Sabotage | undefined): Files {
  const { version, form, isBare } = definition;
  const up = sabotaged(definition, "up", sabotage) ?? [];
  const down = sabotaged(definition, "down", sabotage);
  const stem = `migrations/${String(version).padStart(3, "0")}-step`;
  if (form !== "sql") {
    const wait = form === "code" ? "" : "await new Promise((resolve) => setImmediate(resolve));";
    const body = (name: string, statements: readonly string[]): string =>
      `export ${form === "code" ? "" : "async "}function ${name}(db) { for (const sql of ${JSON.stringify(statements)}) { ${wait} db.exec(sql); } }\n`;
    const text = body("up", up) + (down === undefined ? "" : body("down", down));
    return { [`${stem}.mjs`]: `${text}export const transaction = ${!isBare};\n` };
  }
  const directive = isBare ? "-- lockstep:no-transaction\n" : "";
  const upText = directive + toSql(definition, up);
  const downText = down === undefined ? undefined : toSql(definition, down);
  if (version % 3 === 0) {
    return { [`${stem}.sql`]: upText + (downText === undefined ? "" : `\n;-- lockstep:down\n${downText}`) };
  }
  const [upFile, downFile] =
    version % 3 === 1 ? [`${stem}.up.sql`, `${stem}.down.sql`] : [`${stem}/up.sql`, `${stem}/down.sql`];
  return { [upFile]: upText, ...(downText === undefined ? {} : { [downFile]: downText }) };
}

function toSql({ style }: Definition, statements: readonly string[]): string {
  const [before = "", between = ";\n"] = STYLES[style % STYLES.length] ?? [];
  return before + statements.join(between);
}

const STYLES: readonly (readonly [before: string, between: string])[] = [
  ["", ";\n"],
  ["/* a licence; and more */\n\n", ";\r\n\r\n-- what follows; is a step\r\n"],
  ["\n;;\n", " ;\t/* ; */ ;\n"],
];
