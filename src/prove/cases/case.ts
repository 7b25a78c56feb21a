// A proof is a rehearsal of every state that a playbook's pieces can be lost in, and of what can go wrong on the way
// back. This file: one such case as plain data, and the script that plays it.
import type { Playbook } from '../../playbook/model.ts';
import { consentsIn } from '../../plan/consent.ts';
import type { Strategy } from '../../plan/plan.ts';
import { disasterText, type Disaster } from '../../rehearse/disaster/disaster.ts';
import type { Script, TimedHappening } from '../../rehearse/disaster/script.ts';
import type { Fault, ServiceName } from '../../sandbox/index.ts';

/** What else goes wrong, during the recovery. */
export type Variation =
  | { readonly kind: 'none' }
  /** The process dies right after its nth journal record and is started again. */
  | { readonly kind: 'crash'; readonly afterRecord: number }
  /** AWS carries out a change, and the answer is lost. */
  | { readonly kind: 'lost-answer'; readonly service: ServiceName; readonly operation: string; readonly nth: number }
  /** One more piece is deleted by hand, so many milliseconds after the recovery began. */
  | { readonly kind: 'loss'; readonly component: string; readonly at: number }
  /** Another operator types the same command, so many milliseconds after the first one. */
  | { readonly kind: 'rival'; readonly at: number }
  /** The playbook allows one delete less than the recovery takes. */
  | { readonly kind: 'limit'; readonly maxDeletes: number }
  /** The plan was saved, and a piece that it is about is deleted by hand before it is run. */
  | { readonly kind: 'stale-plan'; readonly component: string }
  /** A saved plan is run, and run once more. */
  | { readonly kind: 'used-plan' };

export interface Case {
  readonly disaster: Disaster;
  readonly strategy: Strategy;
  readonly variation: Variation;
  /** What the operator lets happen although something speaks against it: `dns:ownership`. */
  readonly accepted: readonly string[];
}

/**
 * How often the command is typed when a piece is lost under it: the first run may have to say "plan again", or may have
 * been past that piece and notice nothing.
 */
const triesAfterLoss = 3;
/** A piece that does not work can look well while what leads to it is gone: the first run brings it to light. */
const triesForHidden = 2;
const pause = 60_000;

function triesFor({ disaster, variation }: Pick<Case, 'disaster' | 'variation'>): number {
  if (variation.kind === 'loss') return triesAfterLoss;
  const states = Object.values(disaster);
  return states.length > 1 && states.includes('unhealthy') ? triesForHidden : 1;
}

export function scriptOf({ accepted, disaster, strategy, variation }: Case, playbook: Playbook): Script {
  const command: Script['command'] = {
    kind: strategy,
    attempts: triesFor({ disaster, variation }),
    untilIdle: variation.kind === 'loss',
    pause,
    excluded: new Set(),
    accepted: consentsIn(accepted),
    allowDowntime: true,
    caller: undefined,
    ...(variation.kind === 'crash' ? { dieAfter: variation.afterRecord } : {}),
    ...(variation.kind === 'limit' ? { maxDeletes: variation.maxDeletes } : {}),
    ...savedOf(variation),
  };
  return {
    playbook,
    disaster,
    deployed: true,
    faults: faultsOf(variation),
    command,
    happenings: happeningsOf(variation, command),
    locked: variation.kind === 'rival',
  };
}

function savedOf(variation: Variation): Pick<Script['command'], 'saved'> {
  if (variation.kind === 'used-plan') return { saved: { set: {}, twice: true } };
  return variation.kind === 'stale-plan' ? { saved: { set: { [variation.component]: 'lost' }, twice: false } } : {};
}

export function faultsOf(variation: Variation): readonly Fault[] {
  if (variation.kind !== 'lost-answer') return [];
  const { nth, operation, service } = variation;
  return [{ kind: 'reset-after', service, operation, nth }];
}

function happeningsOf(variation: Variation, command: Script['command']): readonly TimedHappening[] {
  switch (variation.kind) {
    case 'loss':
      return [
        {
          at: variation.at,
          happening: { kind: 'disruption', disruption: { component: variation.component, state: 'lost' } },
        },
      ];
    case 'rival':
      return [{ at: variation.at, happening: { kind: 'command', command } }];
    case 'none':
    case 'crash':
    case 'lost-answer':
    case 'limit':
    case 'stale-plan':
    case 'used-plan':
      return [];
  }
}

/** `service lost; cname drifted (repair), the process dies after record 12` */
export function caseText({ accepted, disaster, strategy, variation }: Case): string {
  const varied = variationText(variation);
  return `${recoveryText(disaster, strategy, accepted)}${varied === undefined ? '' : `, ${varied}`}`;
}

/** `service lost (repair)`; a rebuild where nothing is amiss needs other words. */
function recoveryText(disaster: Disaster, strategy: Strategy, accepted: readonly string[]): string {
  const accepting = accepted.length === 0 ? '' : `, accepting ${accepted.join(', ')}`;
  if (Object.keys(disaster).length > 0) return `${disasterText(disaster)} (${strategy}${accepting})`;
  return strategy === 'rebuild' ? 'nothing lost, rebuilt all the same' : 'nothing lost (repair)';
}

export function variationText(variation: Variation): string | undefined {
  switch (variation.kind) {
    case 'none':
      return undefined;
    case 'crash':
      return `the process dies after its journal record ${variation.afterRecord} and is started again`;
    case 'lost-answer':
      return `the answer to ${variation.operation} (its call ${variation.nth}) is lost`;
    case 'loss':
      return `${variation.component} is deleted ${variation.at / 1000} s into the recovery`;
    case 'rival':
      return `another operator types the same command ${variation.at / 1000} s later`;
    case 'limit':
      return `recovery.maxDeletes is ${variation.maxDeletes}, one less than it takes`;
    case 'stale-plan':
      return `its plan was saved, and ${variation.component} is deleted before it is run`;
    case 'used-plan':
      return 'its plan was saved, and is run a second time';
  }
}
