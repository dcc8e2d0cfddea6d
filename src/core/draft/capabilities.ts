/** What the SQLite that runs a migration can do by itself. */

/** As it was tried, and never taken from a version number. */
export interface DraftCapabilities {
  /** ALTER COLUMN … SET NOT NULL and DROP NOT NULL, ADD CHECK and DROP CONSTRAINT: SQLite 3.53 and later have them. */
  readonly alterConstraint: "possible" | "impossible";
}

/** What finds it out, on a database that nobody else uses: it fails where SQLite has no such form. */
export const TRY_ALTER_CONSTRAINT: readonly string[] = [
  "CREATE TABLE lockstep_try (a, CONSTRAINT c CHECK (a > 0))",
  "ALTER TABLE lockstep_try ALTER COLUMN a SET NOT NULL",
  "ALTER TABLE lockstep_try ALTER COLUMN a DROP NOT NULL",
  "ALTER TABLE lockstep_try DROP CONSTRAINT c",
  "ALTER TABLE lockstep_try ADD CHECK (a > 1)",
];
