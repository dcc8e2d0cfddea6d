/** The process of survey.ts: runs each variant undisturbed, and looks at the database after every call that may have changed it. */
import { existsSync } from "node:fs";
import { isInTransaction, openHandle, pragma } from "../support/handle.ts";
import { useFastFiles } from "../support/fast-files.ts";
import { stateOf, type DatabaseState } from "../support/state.ts";
import { workspace } from "../support/workspace.ts";
import { watchCalls, type CallListener } from "./library-calls.ts";
import { runScenario, scenarioOf } from "./run-scenario.ts";
import { putStartingPoint, startingPoint } from "./starting-point.ts";
import { digest, type Survey, type Variant } from "./survey.ts";

useFastFiles();

/** What is in a file that is not there. */
const NOTHING: DatabaseState = { schema: [], rows: {} };

/** What cannot have changed what others see. */
const READING = /^(?:PRAGMA \w+$|SELECT|close$)/;

let listener: CallListener | undefined;
const watched = new Set<string>();

async function surveyOne(variant: Variant): Promise<Survey> {
  const { journalMode, manner } = variant;
  const scenario = scenarioOf(variant.scenario);
  const path = workspace().path("app.db");
  // Made before anything is watched: it runs migrations itself.
  putStartingPoint(await startingPoint(scenario, journalMode), path);
  if (!watched.has(manner.driver)) {
    watched.add(manner.driver);
    await watchCalls(manner.driver, {
      before: (call, sql) => listener?.before(call, sql),
      after: (call, sql, handle) => listener?.after(call, sql, handle),
    });
  }

  const look = (): DatabaseState => {
    if (!existsSync(path)) return NOTHING;
    // With the same library: a second one in this process would take its locks away.
    const onlooker = openHandle(manner.driver, path);
    const state = stateOf(onlooker);
    onlooker.close();
    return state;
  };
  const calls: string[] = [];
  const states = [digest(look())];
  const at = [0];
  listener = {
    before: (_call, sql) => {
      calls.push(sql);
    },
    after: (_call, sql, handle) => {
      if (!READING.test(sql) && !isInTransaction(handle)) {
        const state = digest(look());
        if (state !== states.at(-1)) states.push(state);
      }
      at.push(states.length - 1);
    },
  };
  await runScenario(scenario, path, manner);
  listener = undefined;
  const handle = openHandle(manner.driver, path);
  const { history = [] } = stateOf(handle);
  const endsIn = String(pragma(handle, "journal_mode"));
  handle.close();
  return { ...variant, calls, states, at, versions: history.map(({ version }) => version), endsIn };
}

const surveys: Survey[] = [];
for (const variant of JSON.parse(process.argv[2] ?? "[]") as readonly Variant[]) surveys.push(await surveyOne(variant));
process.stdout.write(JSON.stringify(surveys));
