/** A scratch database that goes on from a state which is kept. */
import type { Connection } from "../driver/driver.ts";
import { fs, path } from "../node.ts";
import type { Session } from "../session.ts";

/** A state that is open. Whoever has it closes the connection, and then removes what it stood in. */
export interface OpenState {
  readonly connection: Connection;
  remove(): void;
}

/** Opens a database in memory, or a private copy of one that is kept: what is kept itself is never opened. */
export function openState(session: Session, image: Buffer | undefined): OpenState {
  if (image === undefined) return { connection: session.openScratch(), remove: () => undefined };
  const folder = fs.mkdtempSync(path.join(process.getBuiltinModule("node:os").tmpdir(), "lockstep-"));
  const remove = (): void => fs.rmSync(folder, { recursive: true, force: true });
  try {
    const file = path.join(folder, "replay.db");
    fs.writeFileSync(file, image);
    return { connection: session.openScratch(file), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
