/** Prisma's own schema engine, which `prisma migrate diff` runs: here as the WebAssembly that its makers publish. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as engine from "@prisma/schema-engine-wasm/schema_engine_bg";
import { __wbg_set_wasm as setExports } from "@prisma/schema-engine-wasm/schema_engine_bg";

const folder = dirname(fileURLToPath(import.meta.resolve("@prisma/schema-engine-wasm")));

/** What is used of it; the types of Node 22 leave it out. */
declare const WebAssembly: {
  instantiate(binary: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

/** It asks a database for nothing when it compares a schema with an empty one. */
const database = {
  provider: "sqlite",
  adapterName: "none",
  connect: () => Promise.resolve({ ok: true, value: database }),
  connectToShadowDb: () => Promise.resolve({ ok: true, value: database }),
  queryRaw: refuse,
  executeRaw: refuse,
  executeScript: refuse,
  startTransaction: refuse,
  getConnectionInfo: () => ({ ok: true, value: { supportsRelationJoins: false } }),
  dispose: () => Promise.resolve({ ok: true, value: undefined }),
};

function refuse(): never {
  throw new Error("no database is there");
}

let isLoaded = false;

async function load(): Promise<void> {
  if (isLoaded) return;
  const binary = readFileSync(join(folder, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(binary, { "./schema_engine_bg.js": engine });
  setExports(instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
  isLoaded = true;
}

/** What `prisma migrate diff --from-empty --to-schema schema.prisma --script` prints for models of SQLite. */
export async function prismaScript(models: string): Promise<string> {
  await load();
  const content = `datasource db {\n  provider = "sqlite"\n}\n${models}`;
  const path = "schema.prisma";
  const prisma = await engine.SchemaEngine.new({ datamodels: [[path, content]] }, () => undefined, database);
  const { stdout } = await prisma.diff({
    from: { tag: "empty" },
    to: { tag: "schemaDatamodel", files: [{ path, content }] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  prisma.free();
  return stdout ?? "";
}
