// How a component is brought into a state, as its type tells.
import type { Injection, Need } from '../../components/contract.ts';
import type { Component, Playbook } from '../../playbook/model.ts';
import { isWanting, type PieceState, type WantingState } from './disaster.ts';
import { typeNamed } from '../world/operator.ts';

/** What the type tells of nobody has to be told why it cannot be. */
export const toldOfNone = 'its type tells of nothing of the kind';

export function injectionOf({ type }: Component, state: Exclude<PieceState, 'lost'>, { types }: Playbook): Injection {
  const { needs, rehearsal } = typeNamed(type, types);
  if (isWanting(state)) return wanting((spec) => missedNeed(needs.of(spec), state));
  switch (state) {
    case 'guarded':
    case 'held':
    case 'handed-over':
    case 'displaced':
      return rehearsal.hindrances?.[state] ?? { kind: 'cannot', because: toldOfNone };
    default:
      return rehearsal.injections[state];
  }
}

/** Why a component cannot be in a state; undefined when it can. Pure: told from the playbook alone. */
export function cannotBe(component: Component, state: PieceState, playbook: Playbook): string | undefined {
  if (state === 'lost') return undefined;
  if (state === 'foreign' && component.shared) return 'it is shared: whose tag it carries makes no difference';
  const injection = injectionOf(component, state, playbook);
  switch (injection.kind) {
    case 'cannot':
      return injection.because;
    case 'denied':
      return undefined;
    case 'done':
      return injection.unless(component, playbook);
  }
}

/** In the order in which one is picked: what AWS lets be deleted while it is in use comes first. */
const losable = ['role', 'secret', 'image', 'parameter', 'certificate', 'security-group', 'subnet'] as const;

/** The one thing that a piece will miss: `wanting` is of the first kind that it needs at all, the others of the kind that they name. */
export function missedNeed(needs: readonly Need[], state: WantingState): Need | undefined {
  const [first, ...others] = losable.flatMap((kind) => needs.find((each) => each.kind === kind) ?? []);
  return state === 'wanting' ? first : others.find(({ kind }) => state === `wanting-${kind}`);
}

function wanting(missedOf: (spec: unknown) => Need | undefined): Injection {
  return {
    kind: 'done',
    unless: ({ spec }) => (missedOf(spec) === undefined ? toldOfNone : undefined),
    inject: ({ sandbox, spec }) => {
      const need = missedOf(spec);
      const isGone = need !== undefined && sandbox.withdraw(need);
      return Promise.resolve(isGone ? `${need.kind} ${need.name}, which it needs, was deleted` : undefined);
    },
    until: 'begun',
  };
}
