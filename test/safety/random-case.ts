// What happens to a random playbook, by lot: a disaster, faults of AWS, other people's hands, kills, and who types what.
import type { Playbook } from '../../src/playbook/model.ts';
import { consentReasons, consentsIn, consentWord, noConsents, type Consents } from '../../src/plan/consent.ts';
import { strategies } from '../../src/plan/plan.ts';
import { pieceStates, type Disruption, type Disaster } from '../../src/rehearse/disaster/disaster.ts';
import type { Script, TimedHappening } from '../../src/rehearse/disaster/script.ts';
import { cannotBe } from '../../src/rehearse/disaster/injections.ts';
import type { FaultKind, FaultRule } from '../../src/sandbox/index.ts';
import type { Lots } from './random-playbook.ts';

const passing = [
  'throttle',
  'error-500',
  'error-503',
  'reset-before',
  'reset-after',
  'hang',
  'access-denied',
  'expired-token',
  'stale',
] as const satisfies FaultKind[];

/** Any number of pieces in any state that they can be in. */
export function randomDisaster(lots: Lots, playbook: Playbook): Disaster {
  const { chance, draw, oneOf } = lots;
  const share = draw();
  const struck = [...playbook.components.values()].flatMap((component) => {
    if (!chance(component.shared ? share / 8 : share)) return [];
    const states = pieceStates.filter((state) => cannotBe(component, state, playbook) === undefined);
    // Losses are what the tool is for: as likely as all else together.
    const state = chance(0.5) && !component.shared ? 'lost' : oneOf(states);
    return state === undefined ? [] : [[component.id, state] as const];
  });
  return Object.fromEntries(struck);
}

/** Up to three kinds of trouble, at calls drawn by lot, for a while, or for good. */
export function randomFaults({ chance, pick, upTo }: Lots): readonly FaultRule[] {
  return Array.from({ length: upTo(4) }, (): FaultRule => {
    const kind = pick(passing);
    const rate = pick([0.02, 0.1, 0.3]);
    const at = chance(0.5) ? { nth: 1 + upTo(30), times: 1 + upTo(3) } : { rate, seed: upTo(1_000_000) };
    return {
      kind,
      ...(kind === 'stale' ? { calls: 'reads' as const } : {}),
      ...(chance(0.5) ? { service: pick(['ecs', 'elasticloadbalancing', 'route53', 'dynamodb']) } : {}),
      ...at,
      ...(chance(0.5) ? { forMs: 30_000 * (1 + upTo(20)) } : {}),
    };
  });
}

/** Reasons by lot too: a consent to one thing must not let another happen. */
function someConsents({ chance }: Lots, owned: readonly string[]): Consents {
  if (!chance(0.2)) return noConsents;
  const words = owned.flatMap((id) => consentReasons.map((reason) => consentWord(id, reason)));
  return consentsIn(words.filter(() => chance(0.7)));
}

/** A script: the command typed up to three times, its process killed now and then, and others at work meanwhile. */
export function randomScript(lots: Lots, playbook: Playbook, disaster: Disaster): Script {
  const { chance, pick, upTo, oneOf } = lots;
  const owned = [...playbook.components.values()].filter((each) => !each.shared).map((each) => each.id);
  const some = (probability: number): ReadonlySet<string> =>
    new Set(chance(0.2) ? owned.filter(() => chance(probability)) : []);
  const happenings: TimedHappening[] = [];
  const at = (): number => 1_000 * (1 + upTo(300));
  if (chance(0.3)) {
    for (let kills = 1 + upTo(3); kills > 0; kills -= 1) {
      happenings.push({ at: at(), happening: { kind: 'kill', restartAfter: 1_000 * upTo(60) } });
    }
  }
  const component = chance(0.15) ? oneOf(owned) : undefined;
  if (component !== undefined) {
    const disruption: Disruption = { component, state: 'lost' };
    happenings.push({ at: at(), happening: { kind: 'disruption', disruption } });
  }
  if (chance(0.5)) happenings.push({ at: at(), happening: { kind: 'calm' } });
  const dieAfter = chance(0.3) ? { dieAfter: 1 + upTo(40) } : {};
  return {
    playbook,
    disaster,
    deployed: true,
    faults: chance(0.6) ? randomFaults(lots) : [],
    command: {
      kind: chance(0.1) ? 'teardown' : pick(strategies),
      attempts: 1 + upTo(3),
      pause: 60_000,
      excluded: some(0.2),
      accepted: someConsents(lots, owned),
      allowDowntime: chance(0.7),
      caller: undefined,
      ...dieAfter,
    },
    happenings,
  };
}
