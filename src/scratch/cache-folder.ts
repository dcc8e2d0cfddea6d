/** The folder in which replays are kept: beside the packages of the project, else where this system keeps such things. */
import { fs, path } from "../node.ts";

/** From a folder upwards, the first with node_modules; files that can be made again belong there. */
export function cacheFolder(from: string): string {
  for (let folder = path.resolve(from); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const packages = path.join(folder, "node_modules");
    if (fs.existsSync(packages)) return path.join(packages, ".cache", "lockstep");
  }
  return path.join(systemFolder(), "lockstep");
}

function systemFolder(): string {
  const { XDG_CACHE_HOME = "", LOCALAPPDATA = "" } = process.env;
  if (path.isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  if (process.platform === "win32" && LOCALAPPDATA !== "") return LOCALAPPDATA;
  const home = process.getBuiltinModule("node:os").homedir();
  return process.platform === "darwin" ? path.join(home, "Library", "Caches") : path.join(home, ".cache");
}
