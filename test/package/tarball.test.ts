/** The package as npm would publish it: packed, installed into an empty project, and used from there. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { workspace } from "../support/workspace.ts";

const root = join(import.meta.dirname, "..", "..");

/** npm of the machine: the Node that runs the tests may bring none. */
function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

describe("the packed package", () => {
  it("installs without a dependency, and migrates from code and from the command line", () => {
    const project = workspace({
      "package.json": JSON.stringify({ private: true, type: "module" }),
      "migrations/001-users.sql": "CREATE TABLE users (id INTEGER PRIMARY KEY);",
      "migrations/002-ada.ts": `import type { Migration } from "lockstep";
export default { up(db) { db.exec("INSERT INTO users VALUES (1)"); } } satisfies Migration;`,
      "start.js": `import { migrate, migrateSync, MigrationRunner } from "lockstep";
const options = { database: "app.db", migrations: "migrations" };
console.log((await migrate(options)).applied.length, migrateSync(options).applied.length);
console.log((await new MigrationRunner(options).status()).currentVersion);`,
    });
    const folder = project.root;
    // Without its scripts: the build is there already, and other tests are using it.
    const [packed] = JSON.parse(npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], root)) as [
      { readonly filename: string; readonly files: readonly { readonly path: string }[] },
    ];
    const paths = packed.files.map(({ path }) => path);
    for (const wanted of [
      "dist/index.js",
      "dist/index.d.ts",
      "dist/operations.js",
      "dist/cli.js",
      "bin/lockstep.js",
      "LICENSE",
    ]) {
      assert.ok(paths.includes(wanted), `${wanted} is not in the package`);
    }
    assert.deepEqual(
      paths.filter((path) => /^(?:src|test|bench|scripts|examples)\//.test(path)),
      [],
    );

    npm(["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", join(folder, packed.filename)], folder);
    assert.deepEqual(
      readdirSync(project.path("node_modules")).filter((name) => !name.startsWith(".")),
      ["lockstep"],
    );

    const started = execFileSync(process.execPath, ["start.js"], { cwd: folder, encoding: "utf8", stdio: "pipe" });
    assert.equal(started, "2 0\n2\n");
    const bin = project.path("node_modules", "lockstep", "bin", "lockstep.js");
    const status = execFileSync(process.execPath, [bin, "status", "-d", "app.db", "--exit-code"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.match(status, /app\.db is at version 2/);
  });

  it("has a command that the shell can run", () => {
    const bin = join(root, "bin", "lockstep.js");
    assert.match(readFileSync(bin, "utf8"), /^#!\/usr\/bin\/env node\n/);
    if (process.platform !== "win32") assert.notEqual(statSync(bin).mode & 0o111, 0);
  });
});
