// What AWS would refuse of a record: one in a zone that does not exist.
import type { Blocker, ChangeAction, ReadContext, Target } from '../contract.ts';
import { hasReference } from '../kit/schema.ts';
import type { RecordSpec, RecordState } from './schema.ts';
import { findZone } from './zones.ts';

/** A zone that is a component is judged with the graph: the blocker bears its name. */
export async function blockers(
  { spec: { zone } }: Target<RecordSpec>,
  _state: RecordState | undefined,
  action: ChangeAction,
  context: ReadContext,
): Promise<readonly Blocker[]> {
  if (action !== 'create' || hasReference(zone)) return [];
  const answer = await findZone(zone, context);
  if (answer.kind !== 'none') return [];
  return [{ what: answer.detail, remedy: 'Make the zone again, with its delegation, or name another one', id: zone }];
}
