/** The start of the shop's server, and how long its first call of lockstep takes: printed as JSON, in milliseconds. */
const begin = performance.now();
const { migrate } = await import("lockstep");
const imported = performance.now();
const { applied, toVersion } = await migrate({ database: "shop.db", migrations: "migrations" });
const migrated = performance.now();

console.log(
  JSON.stringify({ applied: applied.length, toVersion, importMs: imported - begin, migrateMs: migrated - imported }),
);
