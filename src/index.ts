/** The public API of lockstep. */
export { migrate, migrateSync } from "./migrate.ts";
export { MigrationRunner } from "./runner.ts";
export { inspect, inspectSync, type InspectOptions } from "./inspect-database.ts";
export type {
  Index,
  IndexExpression,
  IndexTerm,
  Schema,
  Trigger,
  View,
  VirtualColumn,
  VirtualTable,
  VirtualTableText,
} from "./core/schema/schema.ts";
export type {
  Column,
  ColumnDefinition,
  ColumnSource,
  ConstraintDefinition,
  Definition,
  DefinitionPlace,
  ObjectSource,
  Table,
  TableOption,
  TableSource,
} from "./core/schema/table.ts";
export type {
  Check,
  Collate,
  ColumnConstraint,
  ConflictClause,
  ConstraintLevel,
  ConstraintSource,
  ConstraintText,
  Default,
  Deferral,
  ForeignKey,
  ForeignKeyAction,
  Generated,
  KeyColumn,
  NameOnly,
  NotNull,
  Null,
  PrimaryKey,
  TableConstraint,
  Unique,
} from "./core/schema/constraint.ts";
export type { Expression, Span } from "./core/schema/span.ts";
export type { Comment } from "./core/sql/token.ts";
export type { LossCode } from "./core/sql/loss-code.ts";
export {
  defineConfig,
  type CheckOptions,
  type DatabaseHandle,
  type DiffOptions,
  type DriverName,
  type LintOptions,
  type LockstepConfig,
  type Logger,
  type MigrateOptions,
  type Policies,
  type Policy,
  type RollbackTarget,
  type Target,
  type WaysBack,
} from "./options.ts";
export type { CheckNote, Finding, FindingCode } from "./core/check/finding.ts";
export type {
  Direction,
  ForeignKeyMode,
  ListedMigration,
  Migration,
  MigrationRef,
} from "./core/migration/migration.ts";
export type { RenameQuestion } from "./core/diff/rename-question.ts";
export type { AlterTable, Change, ColumnAspect, TableDifference } from "./core/diff/change.ts";
export type { DiffHazardCode } from "./core/draft/hazard.ts";
export type { Irreversible } from "./core/plan/irreversible.ts";
export type { AlterOptions, MigrationContext, SchemaEditor } from "./core/migration/context.ts";
export type { TableEditor } from "./core/schema/edit/editor.ts";
export type { ConstraintOptions, ForeignKeyTarget, PrimaryKeyOptions } from "./core/schema/edit/operation.ts";
export type { PlanView, RebuildView, StatementView, StepView } from "./core/plan/view.ts";
export { describeHarm } from "./core/lint/describe.ts";
export type { Hazard } from "./core/lint/hazard.ts";
export type { LintCategory, LintLevel } from "./core/lint/rule.ts";
export type { TargetName } from "./core/lint/target.ts";
export { describeEvent, type LogLine } from "./describe-event.ts";
export type { MigrationEvent } from "./event.ts";
export type {
  BaselineReport,
  DiffReport,
  CheckReport,
  DumpReport,
  DiffHazard,
  LintFinding,
  LintReport,
  Loss,
  MigrateReport,
  MigrationReport,
  MigrationState,
  MigrationStatus,
  RollbackReport,
  SquashReport,
  StatusReport,
  TypesReport,
} from "./report.ts";
export { describeLoss, LockstepError, type ErrorDetails, type Outcome, type Place } from "./error.ts";
export type { ErrorCode } from "./error-code.ts";
