/** The transcripts beside this file are what the command line says. UPDATE=1 writes what it says now; read every line of the diff. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { playTranscript, titleOf } from "./transcript.ts";

const isUpdate = process.env["UPDATE"] === "1";

describe("the command line", { concurrency: 3 }, () => {
  for (const name of readdirSync(import.meta.dirname).filter((file) => file.endsWith(".txt"))) {
    const file = join(import.meta.dirname, name);
    const expected = readFileSync(file, "utf8");
    it(`${titleOf(expected)} (${name})`, async () => {
      const actual = await playTranscript(expected);
      if (isUpdate) writeFileSync(file, actual);
      else assert.equal(actual, expected);
    });
  }
});
