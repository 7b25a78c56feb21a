// How a component is brought into a state, as its type tells.
import type { Injection } from '../../components/contract.ts';
import type { Component, Playbook } from '../../playbook/model.ts';
import type { PieceState } from './disaster.ts';
import { typeNamed } from '../world/operator.ts';

export function injectionOf({ type }: Component, state: Exclude<PieceState, 'lost'>, { types }: Playbook): Injection {
  return typeNamed(type, types).rehearsal.injections[state];
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
