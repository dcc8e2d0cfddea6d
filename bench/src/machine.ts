/** Describes the machine in a line, without its name. */
import { readFileSync, statfsSync } from "node:fs";
import { availableParallelism, cpus, platform, totalmem } from "node:os";
import { join } from "node:path";

/** Gives the system, the processor, Node, SQLite and the file system of a folder. */
export function describeMachine(folder: string): string {
  const model = cpus()[0]
    ?.model.replaceAll(/\((R|TM)\)|@.*|CPU|Processor/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `${platform()}, ${availableParallelism()} cores (${model}), ${memory} GiB`,
    `${fileSystem(folder)} file system`,
    `Node ${process.versions.node} with SQLite ${process.versions["sqlite"] ?? "?"}`,
  ].join(" · ");
}

/** Gives "name version" of the packages as they are installed. */
export function installedVersions(packageDirectory: string, names: readonly string[]): readonly string[] {
  return names.map((name) => {
    const text = readFileSync(join(packageDirectory, "node_modules", name, "package.json"), "utf8");
    return `${name} ${(JSON.parse(text) as { readonly version: string }).version}`;
  });
}

/** The numbers are Linux's (statfs(2)) and macOS's. */
const FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef53, "ext4"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0x2fc12fc1, "zfs"],
  [0x01021994, "tmpfs (in memory)"],
  [0x794c7630, "overlay"],
  [0x1a, "apfs"],
]);

function fileSystem(folder: string): string {
  const { type } = statfsSync(folder);
  return FILE_SYSTEMS.get(type) ?? `0x${type.toString(16)}`;
}
