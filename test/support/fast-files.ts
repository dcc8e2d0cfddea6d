/** Puts the temporary files of a test into memory, where the system has a place for that: for tests that commit thousands of times. */
import { accessSync, constants } from "node:fs";

const MEMORY = "/dev/shm";

/** Lets every workspace that is made from now on in this process be in memory. Elsewhere it changes nothing. */
export function useFastFiles(): void {
  try {
    accessSync(MEMORY, constants.W_OK);
  } catch {
    return;
  }
  process.env["TMPDIR"] = MEMORY;
}
