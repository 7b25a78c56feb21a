// Health checks that nothing goes by: no record, no other check, no component of a playbook.
import type { InventoryPiece } from '../../components/contract.ts';
import type { Claims } from './claims.ts';
import { everywhere, type BeyondFound, type CannotTell, type Judged, type SurveyedPlace } from './model.ts';

/** @param gap why not all that may name them was listed; undefined where all was */
export function idleIn(
  place: SurveyedPlace,
  pieces: readonly InventoryPiece[],
  type: string,
  named: ReadonlySet<string>,
  gap: string | undefined,
  claims: Claims,
  strays: ReadonlySet<string>,
): Judged {
  const found: BeyondFound[] = [];
  const cannotTell: CannotTell[] = [];
  const [unseen] = claims.unseenOf(type, place.account);
  const doubt = gap ?? (unseen === undefined ? undefined : `it may be ${unseen}, which was not seen`);
  for (const piece of pieces) {
    if (piece.kind !== 'piece' || !piece.servesNamers) continue;
    const { id, name } = piece;
    if (named.has(id) || strays.has(id) || claims.isOurs(id)) continue;
    if (doubt !== undefined) {
      const why = `nothing that was listed names it, and ${doubt}`;
      cannotTell.push({ account: place.account, region: everywhere, type, name: `${id} (${name})`, why });
      continue;
    }
    found.push({
      kind: 'idle-health-check',
      severity: 'low',
      place,
      region: everywhere,
      type,
      piece: id,
      name: `${id} (${name})`,
      what: 'no record, no other health check and no playbook goes by it',
      evidence: ['all hosted zones of the accounts that were scanned have been listed, and none names it'],
    });
  }
  return { found, cannotTell };
}
