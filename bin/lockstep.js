#!/usr/bin/env node
// Old JavaScript on purpose: this file must run on a Node that is too old for lockstep, to say so.
import module from "node:module";

var version = process.versions.node.split(".").map(Number);

if (version[0] < 22 || (version[0] === 22 && version[1] < 18)) {
  console.error("lockstep needs Node 22.18 or newer; this is Node " + process.versions.node + ".");
  process.exitCode = 1;
} else {
  // Keeps the compiled code between runs, which a command that runs for milliseconds feels.
  module.enableCompileCache();
  void import("../dist/cli.js");
}
