/**
 * The measured process: loads one adapter, then times import, opening and call of its tool, and prints one line of JSON.
 *
 * Arguments: adapter, variant, database, directory, and `gate` to wait before the call until a line comes in.
 */
import type { Adapter, Variant } from "./adapter.ts";

/** What one process measured, in milliseconds. */
export interface Timing {
  readonly importMs: number;
  readonly openMs: number;
  readonly callMs: number;
}

const [name, variant, database = "", directory = "", gate] = process.argv.slice(2);
const { adapter } = (await import(`./adapters/${name}.js`)) as { readonly adapter: Adapter };

const start = performance.now();
const tool = await adapter.load(variant as Variant);
const imported = performance.now();
const session = await tool.open({ database, directory });
const opened = performance.now();
if (gate === "gate") await go();
const called = performance.now();
await session.migrate();
const end = performance.now();

const timing: Timing = {
  importMs: imported - start,
  openMs: opened - imported,
  callMs: end - called,
};
process.stdout.write(`${JSON.stringify(timing)}\n`);
await session.close();

async function go(): Promise<void> {
  process.stdout.write("ready\n");
  await new Promise((resolve) => process.stdin.once("data", resolve));
  process.stdin.destroy();
}
