// One performance as the promises see it, and what they are told in. Pure.
import type { Verdict } from '../../../assess/assessment.ts';
import type { PlanKind } from '../../../plan/plan.ts';
import type { Disaster } from '../../../rehearse/disaster/disaster.ts';
import type { Command } from '../../../rehearse/disaster/script.ts';
import type { Ending } from '../../../rehearse/world/environment.ts';
import type { Attempt } from '../../../rehearse/world/attempt.ts';
import type { Witnessed } from '../../../rehearse/world/watch.ts';
import type { JournalRecord } from '../../../run/journal/events.ts';
import type { ObservedCall } from '../../../sandbox/index.ts';
import type { Obstacles } from '../obstacles.ts';
import type { PromiseContext } from '../promise-context.ts';
import type { BrokenPromise } from '../promises.ts';
import { wasDone } from '../subjects.ts';

/** One command, with what it wrote. */
export interface Told {
  readonly operator: number;
  readonly attempt: Attempt;
  readonly records: readonly JournalRecord[];
  readonly callsBefore: readonly number[];
  readonly callsUntil: number;
}

/** A performance, as far as the promises are concerned. */
export interface Story {
  /** As far as it has fallen. */
  readonly disaster: Disaster;
  readonly kind: PlanKind;
  readonly command: Command;
  readonly told: readonly Told[];
  readonly wire: readonly ObservedCall[];
  readonly end: Ending;
  readonly seconds: number;
  /** What clients on the internet got meanwhile. */
  readonly witnessed: Witnessed;
}

/** A change on the wire. */
export interface Change {
  readonly index: number;
  readonly call: ObservedCall;
  readonly subjects: readonly string[];
  readonly deletes: boolean;
}

export interface Case {
  readonly story: Story;
  readonly context: PromiseContext;
  readonly changes: readonly Change[];
  readonly obstacles: Obstacles;
  /** What the first recovery found, as the types that ship see it. */
  readonly truth: Readonly<Record<string, Verdict>>;
}

export type Broken = Omit<BrokenPromise, 'promise'>;

export type Rule = (whole: Case) => readonly Broken[];

export function one(components: readonly string[], seen: string): readonly Broken[] {
  return [{ components, seen }];
}

interface Seen {
  readonly id: string;
  readonly verdict: Verdict;
  readonly reason: string | undefined;
  readonly found: string | null;
}

export function seenBy(attempt: Attempt): readonly Seen[] {
  const list =
    'assessed' in attempt
      ? [...attempt.assessed.assessments.values()]
      : 'plan' in attempt
        ? (attempt.plan?.components ?? [])
        : [];
  return list.map(({ found, id, reasons, verdict }) => ({ id, verdict, reason: reasons[0]?.text, found }));
}

/** Errors by which AWS tells that something else has to come first, or that the request does not fit what is there. */
export const orderErrors =
  /InUse|Dependenc|NotEmpty|AlreadyExists|Duplicate|NotFound|NoSuch|Conflict|InvalidChangeBatch|ClientException|InvalidParameter|Validation|TooMany|ClusterContains|NotPermitted|Incompatible|Unsupported/;

/** The same was done to the same piece. */
export function wasDoneLater({ call, index, subjects }: Change, changes: readonly Change[]): boolean {
  return changes.some(
    (each) =>
      each.index > index &&
      each.call.operation === call.operation &&
      wasDone(each.call) &&
      each.subjects.some((id) => subjects.includes(id)),
  );
}
