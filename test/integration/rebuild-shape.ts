/** The rebuild of a table as other tools write it: the same four steps, each with its own names, quotes, pragmas and order. */
import { PARENT_COLUMNS, PARENTS_INDEX, parentsSql, type Storage } from "./rebuild-family.ts";

/** What a rebuild of `parents` leads to. */
export interface Rebuild {
  readonly storage: Storage;
  /** Columns of the new table beside those that it has always had. */
  readonly more: readonly string[];
}

/** The statements of a rebuild, without `;`. */
export type Shape = (rebuild: Rebuild) => readonly string[];

const NAMES = PARENT_COLUMNS.join(", ");
const DOUBLE = PARENT_COLUMNS.map((name) => `"${name}"`).join(", ");
const BACKTICKS = PARENT_COLUMNS.map((name) => `\`${name}\``).join(", ");

/** By the tool that writes it so. */
export const shapes: Readonly<Record<string, Shape>> = {
  "SQLite's own documentation": (rebuild) => [
    "PRAGMA foreign_keys=OFF",
    parentsSql("new_parents", rebuild),
    `INSERT INTO new_parents (${NAMES}) SELECT ${NAMES} FROM parents`,
    "DROP TABLE parents",
    "ALTER TABLE new_parents RENAME TO parents",
    PARENTS_INDEX,
    "PRAGMA foreign_key_check",
    "PRAGMA foreign_keys=ON",
  ],
  "drizzle-kit": (rebuild) => [
    "PRAGMA foreign_keys=OFF",
    parentsSql("__new_parents", rebuild).replaceAll('"', "`"),
    `INSERT INTO \`__new_parents\`(${DOUBLE}) SELECT ${DOUBLE} FROM \`parents\``,
    "DROP TABLE `parents`",
    "ALTER TABLE `__new_parents` RENAME TO `parents`",
    "PRAGMA foreign_keys=ON",
    PARENTS_INDEX,
  ],
  Knex: (rebuild) => [
    "PRAGMA foreign_keys = OFF",
    parentsSql("_knex_temp_alter427", rebuild).replaceAll('"', "`"),
    `INSERT INTO "_knex_temp_alter427" (${NAMES}) SELECT ${NAMES} FROM "parents"`,
    'DROP TABLE "parents"',
    'ALTER TABLE "_knex_temp_alter427" RENAME TO "parents"',
    PARENTS_INDEX,
    "PRAGMA foreign_key_check",
    "PRAGMA foreign_keys = ON",
  ],
  TypeORM: (rebuild) => [
    'DROP INDEX "parents_tenant"',
    parentsSql("temporary_parents", rebuild),
    `INSERT INTO "temporary_parents"(${DOUBLE}) SELECT ${DOUBLE} FROM "parents"`,
    'DROP TABLE "parents"',
    'ALTER TABLE "temporary_parents" RENAME TO "parents"',
    PARENTS_INDEX,
  ],
  MikroORM: (rebuild) => [
    "pragma foreign_keys = off",
    parentsSql("parents__temp_alter", rebuild).replaceAll('"', "`"),
    `insert into \`parents__temp_alter\` (${BACKTICKS}) select ${BACKTICKS} from \`parents\``,
    "drop table `parents`",
    "alter table `parents__temp_alter` rename to `parents`",
    "create index `parents_tenant` on `parents` (`tenant`)",
    "pragma foreign_keys = on",
  ],
  Prisma: (rebuild) => [
    "PRAGMA defer_foreign_keys=ON",
    "PRAGMA foreign_keys=OFF",
    parentsSql("new_parents", rebuild),
    `INSERT INTO "new_parents" (${DOUBLE}) SELECT ${DOUBLE} FROM "parents"`,
    'DROP TABLE "parents"',
    'ALTER TABLE "new_parents" RENAME TO "parents"',
    PARENTS_INDEX,
    'PRAGMA foreign_key_check("parents")',
    "PRAGMA foreign_keys=ON",
    "PRAGMA defer_foreign_keys=OFF",
  ],
  // Copies away and back, and never renames.
  Rails: (rebuild) => [
    "PRAGMA foreign_keys",
    "PRAGMA defer_foreign_keys = ON",
    "PRAGMA foreign_keys = OFF",
    `CREATE TEMPORARY TABLE "aparents" (${NAMES})`,
    `INSERT INTO "aparents" (${DOUBLE}) SELECT ${DOUBLE} FROM "parents"`,
    'DROP TABLE "parents"',
    parentsSql("parents", rebuild),
    PARENTS_INDEX,
    `INSERT INTO "parents" (${DOUBLE}) SELECT ${DOUBLE} FROM "aparents"`,
    'DROP TABLE "aparents"',
    "PRAGMA defer_foreign_keys = 0",
    "PRAGMA foreign_keys = 1",
  ],
  Django: (rebuild) => [
    // The new table calls itself by its name of today, and SQLite corrects that with the RENAME.
    parentsSql("new__parents", { ...rebuild, self: "new__parents" }),
    `INSERT INTO "new__parents" (${DOUBLE}) SELECT ${DOUBLE} FROM "parents"`,
    'DROP TABLE "parents"',
    'ALTER TABLE "new__parents" RENAME TO "parents"',
    PARENTS_INDEX,
  ],
  Alembic: (rebuild) => [
    parentsSql("_alembic_tmp_parents", rebuild),
    `INSERT INTO _alembic_tmp_parents (${NAMES}) SELECT ${PARENT_COLUMNS.map((name) => `parents.${name}`).join(", ")} FROM parents`,
    "DROP TABLE parents",
    "ALTER TABLE _alembic_tmp_parents RENAME TO parents",
    PARENTS_INDEX,
  ],
  // Renames the old table away first. Only with this pragma do the children keep the name that they know.
  "old advice, with legacy_alter_table": (rebuild) => [
    "PRAGMA legacy_alter_table=ON",
    "DROP INDEX parents_tenant",
    "ALTER TABLE parents RENAME TO parents_old",
    parentsSql("parents", rebuild),
    `INSERT INTO parents (${NAMES}) SELECT ${NAMES} FROM parents_old`,
    "DROP TABLE parents_old",
    PARENTS_INDEX,
    "PRAGMA legacy_alter_table=OFF",
  ],
};

/** The statements as one text, in the manner of a file: a comment, the separator of drizzle-kit, blank lines, a last `;`. */
export function toSql(statements: readonly string[]): string {
  return `-- RedefineTables\n${statements.join(";--> statement-breakpoint\n\n")};\n`;
}
