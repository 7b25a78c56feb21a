// A disaster as plain data: which state each component of a deployed service is brought into. Components that are not
// named stay as they are, deployed and healthy.
import type { Playbook } from '../../playbook/model.ts';
import { createSuggest } from '../../playbook/checks/nearest.ts';

/** In the order in which they are brought about: what needs the piece to be there first, what passes by itself last. */
export const pieceStates = [
  /** Carries another playbook's tag. */
  'foreign',
  /** Carries the tag that protects it from every change. */
  'guarded',
  /** A field was changed by hand. */
  'drifted',
  /** Refers to something that is gone or is not the current one. */
  'dangling',
  /** AWS would refuse to delete it: a protection is switched on, or something in no component holds it. */
  'held',
  /** Something else than AWS's own deployments changes it, and AWS refuses others. */
  'handed-over',
  /** Gone, and something of somebody else stands in its place. */
  'displaced',
  /** Deleted by hand, and gone. */
  'lost',
  /** There, as the playbook wants it, and does not work. */
  'unhealthy',
  /** On its way: a service DRAINING after its delete, a load balancer that is being provisioned. */
  'settling',
  /** There, and something that it needs and that is no component is gone: a role, a certificate. */
  'wanting',
  /** The same of another kind of what it needs. */
  'wanting-secret',
  'wanting-image',
  'wanting-parameter',
  'wanting-certificate',
  'wanting-security-group',
  'wanting-subnet',
  /** The caller may not read it. */
  'unreadable',
] as const;

export type PieceState = (typeof pieceStates)[number];

/** What stands in the way of a change, and AWS or the piece itself would have told beforehand. */
export const hinderedStates = ['guarded', 'held', 'handed-over', 'displaced'] as const;

export function isHindered(state: PieceState | undefined): boolean {
  return state !== undefined && (isWanting(state) || hinderedStates.some((each) => each === state));
}

export type WantingState = Extract<PieceState, 'wanting' | `wanting-${string}`>;

export function isWanting(state: PieceState): state is WantingState {
  return state.startsWith('wanting');
}

/** Component id to its state. */
export type Disaster = Readonly<Record<string, PieceState>>;

/** One component of a disaster. */
export interface Disruption {
  readonly component: string;
  readonly state: PieceState;
}

/**
 * The disruptions of a disaster in the order in which they fall: by state, then in delete order, so that the same disaster
 * always makes the same world.
 */
export function disruptionsOf(disaster: Disaster, deleteOrder: readonly string[]): readonly Disruption[] {
  return pieceStates.flatMap((state) =>
    deleteOrder.filter((id) => disaster[id] === state).map((component) => ({ component, state })),
  );
}

/** `service lost, cname dangling`; `nothing` for none. */
export function disasterText(disaster: Disaster): string {
  const parts = pieceStates.flatMap((state) => {
    const ids = Object.keys(disaster).filter((id) => disaster[id] === state);
    return ids.length === 0 ? [] : [`${ids.join(', ')} ${state}`];
  });
  return parts.length === 0 ? 'nothing' : parts.join('; ');
}

/** Components named in a disaster that the playbook does not have, each with the nearest name. */
export function unknownComponents(
  disaster: Disaster,
  playbook: Playbook,
): readonly { readonly component: string; readonly nearest: string | undefined }[] {
  const suggest = createSuggest();
  return Object.keys(disaster)
    .filter((id) => !playbook.components.has(id))
    .map((component) => ({ component, nearest: suggest(component, playbook.components.keys()) }));
}
