/** The rules of the linter, in the order of their codes. */
import type { Rule } from "./rule.ts";
import { allowanceUnknown } from "./rules/allowance-unknown.ts";
import { allowanceUnneeded } from "./rules/allowance-unneeded.ts";
import { alwaysFails } from "./rules/always-fails.ts";
import { autoincrement } from "./rules/autoincrement.ts";
import { booleanWithoutCheck } from "./rules/boolean-without-check.ts";
import { changedDefault } from "./rules/changed-default.ts";
import { checkBrokenByDefault } from "./rules/check-broken-by-default.ts";
import { checkWithRows } from "./rules/check-with-rows.ts";
import { collationUnderUnique } from "./rules/collation-under-unique.ts";
import { copySkipsRows } from "./rules/copy-skips-rows.ts";
import { defaultNotConstant } from "./rules/default-not-constant.ts";
import { deferredIsNoShield } from "./rules/deferred-is-no-shield.ts";
import { deleteAllRows } from "./rules/delete-all-rows.ts";
import { dropCascades } from "./rules/drop-cascades.ts";
import { dropColumn } from "./rules/drop-column.ts";
import { dropIndex } from "./rules/drop-index.ts";
import { dropTable } from "./rules/drop-table.ts";
import { dropTrigger } from "./rules/drop-trigger.ts";
import { dropView } from "./rules/drop-view.ts";
import { foreignKeyWithOrphans } from "./rules/foreign-key-with-orphans.ts";
import { foreignKeyWithoutIndex } from "./rules/foreign-key-without-index.ts";
import { foreignKeysPragma } from "./rules/foreign-keys-pragma.ts";
import { handWrittenRebuild } from "./rules/hand-written-rebuild.ts";
import { ifNotExists } from "./rules/if-not-exists.ts";
import { intPrimaryKey } from "./rules/int-primary-key.ts";
import { largeTable } from "./rules/large-table.ts";
import { leavesBroken } from "./rules/leaves-broken.ts";
import { legacyIsNoShield } from "./rules/legacy-is-no-shield.ts";
import { lossyConversion } from "./rules/lossy-conversion.ts";
import { needsExtension } from "./rules/needs-extension.ts";
import { noPrimaryKey } from "./rules/no-primary-key.ts";
import { notNullWithNulls } from "./rules/not-null-with-nulls.ts";
import { notNullWithoutDefault } from "./rules/not-null-without-default.ts";
import { notStrict } from "./rules/not-strict.ts";
import { nullablePrimaryKey } from "./rules/nullable-primary-key.ts";
import { parentKeyNotUnique } from "./rules/parent-key-not-unique.ts";
import { positionalCopy } from "./rules/positional-copy.ts";
import { positionalInsert } from "./rules/positional-insert.ts";
import { rebuildLosesConstraint } from "./rules/rebuild-loses-constraint.ts";
import { rebuildLosesObjects } from "./rules/rebuild-loses-objects.ts";
import { rebuildLosesSequence } from "./rules/rebuild-loses-sequence.ts";
import { rebuildOmitsColumn } from "./rules/rebuild-omits-column.ts";
import { redundantIndex } from "./rules/redundant-index.ts";
import { referenceWithDefault } from "./rules/reference-with-default.ts";
import { renameColumn } from "./rules/rename-column.ts";
import { renameOldAway } from "./rules/rename-old-away.ts";
import { renameTable } from "./rules/rename-table.ts";
import { requiresNewerSqlite } from "./rules/requires-newer-sqlite.ts";
import { rowidChanges } from "./rules/rowid-changes.ts";
import { similarName } from "./rules/similar-name.ts";
import { statisticsLost } from "./rules/statistics-lost.ts";
import { storedColumnAdded } from "./rules/stored-column-added.ts";
import { strictRefusesRows } from "./rules/strict-refuses-rows.ts";
import { surprisingAffinity } from "./rules/surprising-affinity.ts";
import { targetForbids } from "./rules/target-forbids.ts";
import { uniqueWithDuplicates } from "./rules/unique-with-duplicates.ts";
import { unnamedCheck } from "./rules/unnamed-check.ts";
import { updateAllRows } from "./rules/update-all-rows.ts";
import { wideIndex } from "./rules/wide-index.ts";

/** All rules. */
export const RULES: readonly Rule[] = [
  allowanceUnknown,
  allowanceUnneeded,
  alwaysFails,
  autoincrement,
  booleanWithoutCheck,
  changedDefault,
  checkBrokenByDefault,
  checkWithRows,
  collationUnderUnique,
  copySkipsRows,
  defaultNotConstant,
  deferredIsNoShield,
  deleteAllRows,
  dropCascades,
  dropColumn,
  dropIndex,
  dropTable,
  dropTrigger,
  dropView,
  foreignKeyWithOrphans,
  foreignKeyWithoutIndex,
  foreignKeysPragma,
  handWrittenRebuild,
  ifNotExists,
  intPrimaryKey,
  largeTable,
  leavesBroken,
  legacyIsNoShield,
  lossyConversion,
  needsExtension,
  noPrimaryKey,
  notNullWithNulls,
  notNullWithoutDefault,
  notStrict,
  nullablePrimaryKey,
  parentKeyNotUnique,
  positionalCopy,
  positionalInsert,
  rebuildLosesConstraint,
  rebuildLosesObjects,
  rebuildLosesSequence,
  rebuildOmitsColumn,
  redundantIndex,
  referenceWithDefault,
  renameColumn,
  renameOldAway,
  renameTable,
  requiresNewerSqlite,
  rowidChanges,
  similarName,
  statisticsLost,
  storedColumnAdded,
  strictRefusesRows,
  surprisingAffinity,
  targetForbids,
  uniqueWithDuplicates,
  unnamedCheck,
  updateAllRows,
  wideIndex,
];
