// What is registered in a target group that no service registers its tasks in.
import type { Aside, ReadContext } from '../contract.ts';
import { cascade } from './observe.ts';
import type { TargetGroupSpec, TargetGroupState } from './schema.ts';

/** Addresses, instances or functions that somebody registered: no component type makes them. */
export async function unused(
  spec: TargetGroupSpec,
  state: TargetGroupState,
  context: ReadContext,
): Promise<readonly Aside[]> {
  const pieces = await cascade({ id: spec.name, spec }, state, context);
  return pieces.map(({ what }) => ({ what }));
}
