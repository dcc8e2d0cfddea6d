/** A schema that cannot be read for sure: refused with the name of the object, and not touched. */
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { inspect, inspectSync } from "../../src/inspect-database.ts";
import { provoke } from "../support/source-refusal.ts";
import { driverNames } from "../support/handle.ts";
import { workspace } from "../support/workspace.ts";

describe("a type of which SQLite itself cuts off half a letter:", () => {
  for (const driver of driverNames) {
    it(`schema_unreadable, with ${driver}`, async () => {
      const space = workspace();
      const path = space.path("app.db");
      const database = new DatabaseSync(path);
      database.exec("CREATE TABLE fine (a); CREATE TABLE strange (a [odd] größé)");
      database.close();
      for (const call of [inspect, inspectSync]) {
        await provoke("schema_unreadable", path, () => call({ database: path, driver }), {
          says: /^the table "strange" was not read as SQLite reads it: of the column "a" the text says type /,
        });
      }
    });
  }
});
