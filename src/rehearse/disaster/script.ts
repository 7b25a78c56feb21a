// A rehearsal as a value: what is given, what happens when, and who does what about it. The command line makes one from
// its options, a scenario file is read into one.
import type { Consents } from '../../plan/consent.ts';
import type { PlanKind } from '../../plan/plan.ts';
import type { Position, Playbook } from '../../playbook/model.ts';
import type { Fault } from '../../sandbox/index.ts';
import type { Disruption, Disaster } from './disaster.ts';

/** Where somebody's credentials lead. */
export interface Caller {
  /** 12 digits. */
  readonly account: string;
  readonly alias: string | undefined;
}

/** One `relight recover` (or `teardown`), typed again while it has not done all, up to a number of times. */
export interface Command {
  readonly kind: PlanKind;
  readonly attempts: number;
  /** Typed again also after a success, until there is nothing left to do. */
  readonly untilIdle?: boolean | undefined;
  /** Milliseconds from the end of one try to the next. */
  readonly pause: number;
  readonly excluded: ReadonlySet<string>;
  /** What the operator lets happen although something speaks against it. */
  readonly accepted: Consents;
  /** Pieces that serve may be taken down. */
  readonly allowDowntime: boolean;
  /** In the place of the playbook's own limit. */
  readonly maxDeletes?: number | undefined;
  /** It runs a plan that was saved before: what was done to pieces in between, and whether it is run a second time. */
  readonly saved?: { readonly set: Disaster; readonly twice: boolean } | undefined;
  /** Undefined: to the playbook's own account. */
  readonly caller: Caller | undefined;
  /** The first process dies right after so many journal records, and the command is typed again at once. */
  readonly dieAfter?: number | undefined;
}

export type Happening =
  /** Somebody or something strikes one more component. */
  | { readonly kind: 'disruption'; readonly disruption: Disruption }
  | { readonly kind: 'fault'; readonly fault: Fault }
  /** All faults end. */
  | { readonly kind: 'calm' }
  /** Somebody else types a command. */
  | { readonly kind: 'command'; readonly command: Command }
  /** The process of the first operator is killed, and started again after so many milliseconds. */
  | { readonly kind: 'kill'; readonly restartAfter: number | undefined };

export interface TimedHappening {
  /** Milliseconds after the recovery began; at 0 it comes first. */
  readonly at: number;
  readonly happening: Happening;
  /** Number of its entry in the scenario file, from 0. */
  readonly entry?: number | undefined;
  /** Of that entry. */
  readonly position?: Position | undefined;
}

export interface Script {
  readonly playbook: Playbook;
  readonly disaster: Disaster;
  /** False: nothing of the playbook's own is there yet. */
  readonly deployed: boolean;
  /** In force from the beginning. */
  readonly faults: readonly Fault[];
  /** Names that do not answer for the whole recovery, as `darkName` spells them; none unless told. */
  readonly dark?: readonly string[];
  readonly command: Command;
  readonly happenings: readonly TimedHappening[];
  /** Commands take the playbook's lock, kept in memory. */
  readonly locked?: boolean;
}

/** The playbook with the command's own limit of deletes, where it has one. */
export function limitedFor({ maxDeletes }: Pick<Command, 'maxDeletes'>, playbook: Playbook): Playbook {
  return maxDeletes === undefined ? playbook : { ...playbook, recovery: { ...playbook.recovery, maxDeletes } };
}
