// What a step asked of AWS. Calls for the step alone (changes, before-images, checks after a change) are counted exactly.
// Looks at pieces are joined with those of other steps into as few calls as possible and belong to nobody alone: of
// those the step's share is told as a number of looks.
import type { AwsAccess } from '../../aws/access.ts';
import { askedFor } from '../../aws/counted.ts';
import { createMeter, type CallMeter, type CallReason } from '../../aws/meter.ts';
import type { CallCounts, StepCalls } from '../journal/events.ts';
import type { StepEnvironment } from '../work.ts';

export interface CountedEnvironment {
  readonly environment: StepEnvironment;
  /** What has been asked until now. */
  readonly calls: () => StepCalls;
  /** False while AWS has refused every change that was sent. */
  readonly mayHaveChanged: () => boolean;
}

/** The same environment for one step, with its calls counted and explained. */
export function countCalls(step: string, environment: StepEnvironment): CountedEnvironment {
  const { liveView, observeContext } = environment;
  const meter = createMeter();
  const accessFor = (why: CallReason = 'other'): AwsAccess =>
    askedFor(observeContext.aws, { meter, purpose: { why, of: [step] } });
  let looks = 0;
  return {
    environment: {
      ...environment,
      liveView: {
        ...liveView,
        look: (component, asked) => {
          looks += 1;
          return liveView.look(component, { ...asked, step });
        },
        context: (why, answers) => liveView.context(why, answers, accessFor(why)),
      },
    },
    calls: () => ({ ...callCounts(meter), looks }),
    mayHaveChanged: () => meter.changes > 0,
  };
}

/** A meter as the journal tells it. */
export function callCounts(meter: CallMeter): CallCounts {
  return {
    byOperation: Object.fromEntries([...meter.byOperation].sort(([left], [right]) => (left < right ? -1 : 1))),
    repeated: [...meter.repeated.values()].map(({ operation, class: kind, code, count, paused }) => ({
      operation,
      class: kind,
      code,
      count,
      pausedSeconds: Math.round(paused) / 1000,
    })),
  };
}
