// The public library API: the stages of the main path, and the values that pass between them.
// What is not exported here may change without notice.

// The main show, in order.
export {
  execute,
  graphOf,
  loadPlaybook,
  look,
  openSession,
  planChange,
  planFrom,
  probeAll,
  propose,
  recover,
} from './engine.ts';
export type {
  Answer,
  Assessed,
  ExecuteOptions,
  PlannedChange,
  PlanRequest,
  Probed,
  Proposal,
  ProposeOptions,
  RecoverOptions,
  Recovery,
  Session,
  SessionResult,
} from './engine.ts';

// Values.
export type { AccessOptions, CallRecord } from './aws/access.ts';
export type { Identity } from './aws/credentials/identity.ts';
export { services } from './aws/services/index.ts';
export type { Assessment, AssessedDifference, Leftover, Reason, Verdict } from './assess/assessment.ts';
export { circlesIn } from './dependence/circles.ts';
export { dependencesIn } from './dependence/dependences.ts';
export type { Circle, Dependence, Evidence, Party } from './dependence/model.ts';
export { circleText, dependenceText } from './dependence/words.ts';
export type { Graph } from './graph/graph.ts';
export type { Mismatch } from './guard/guard.ts';
export type { Plan, PlanKind, PlannedComponent, Step, Strategy, Totals } from './plan/plan.ts';
export { formatDiagnostics } from './playbook/diagnostic.ts';
export type { Diagnostic } from './playbook/diagnostic.ts';
export type { Component, Playbook } from './playbook/model.ts';
export type { LoadResult } from './playbook/playbook.ts';
export type { ComponentReport, RunReport } from './report/report.ts';
export type { Phase, StepReport } from './report/step-report.ts';
export type { Approval, JournalRecord, RunEvent, RunResult } from './run/journal/events.ts';

// What a run needs from outside.
export { createMemoryJournal, newRunId, openFileJournal } from './run/journal/journal.ts';
export type { Journal } from './run/journal/journal.ts';
export { networkProber } from './run/probe/network-prober.ts';
export type { Prober } from './run/probe/probe.ts';
export { systemClock, VirtualClock } from './util/clock.ts';
export type { Clock } from './util/clock.ts';

// For rehearsals: worlds to seed and to break.
export { openSandbox } from './rehearse/world/sandbox.ts';
export type { OpenSandbox } from './rehearse/world/sandbox.ts';

// For writers of component types.
export { componentTypes } from './components/index.ts';
export type { ComponentType, Observation, Readiness } from './components/contract.ts';

export { version } from './version.ts';
