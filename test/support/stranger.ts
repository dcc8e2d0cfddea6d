/** A user who may do nothing: root may do everything, whatever the permissions say. */

/** Runs `body` as such a user, where the tests run as root. Nothing else may run meanwhile: the whole process is that user. */
export async function asStranger<T>(body: () => T | Promise<T>): Promise<T> {
  const { seteuid, geteuid } = process;
  if (seteuid === undefined || geteuid?.() !== 0) return await body();
  seteuid(65_534);
  try {
    return await body();
  } finally {
    seteuid(0);
  }
}
