/** Umzug's command line: its readme has the user write this script. The database and the directory come from the environment. */
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { Umzug } from "umzug";
import { storage } from "./adapters/umzug.ts";

const handle = new DatabaseSync(process.env["BENCH_DATABASE"] ?? "");
const umzug = new Umzug({
  migrations: {
    glob: ["*.sql", { cwd: process.env["BENCH_DIRECTORY"] ?? "" }],
    resolve: ({ name, path }) => ({
      name,
      up: async () => handle.exec(readFileSync(path ?? "", "utf8")),
    }),
  },
  storage: storage(handle),
  logger: undefined,
});
await umzug.runAsCLI(process.argv.slice(2));
