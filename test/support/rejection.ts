/** Expects a LockstepError, and gives it back for a closer look. */
import assert from "node:assert/strict";
import { LockstepError, type ErrorCode } from "../../src/index.ts";

/** Waits for a promise to be rejected with this code; every error must have its four parts. */
export async function rejection(promise: Promise<unknown>, code: ErrorCode): Promise<LockstepError> {
  try {
    await promise;
  } catch (error) {
    return lockstepError(error, code);
  }
  return assert.fail(`expected ${code}, but nothing was thrown`);
}

/** The same for a call without a promise. */
export function thrown(call: () => unknown, code: ErrorCode): LockstepError {
  try {
    call();
  } catch (error) {
    return lockstepError(error, code);
  }
  return assert.fail(`expected ${code}, but nothing was thrown`);
}

function lockstepError(error: unknown, code: ErrorCode): LockstepError {
  if (!(error instanceof LockstepError)) throw error;
  assert.equal(error.code, code, error.message);
  for (const part of [error.details.problem, error.details.hint]) assert.notEqual(part, "");
  assert.match(error.message, / --> /);
  assert.match(error.message, / state: /);
  return error;
}
