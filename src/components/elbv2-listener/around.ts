// The rules of a listener; its default rule is no piece of its own.
import type { ReadContext, Surroundings } from '../contract.ts';
import { rulesOf } from '../kit/elbv2-listening.ts';
import type { ListenerSpec, ListenerState } from './schema.ts';

export async function around(_spec: ListenerSpec, { arn }: ListenerState, context: ReadContext): Promise<Surroundings> {
  const rules = (await rulesOf(arn, context))
    .filter((each) => each.IsDefault !== true)
    .toSorted((left, right) => Number(left.Priority) - Number(right.Priority));
  return {
    pieces: rules.map(({ Priority }) => ({
      type: 'elbv2/listener-rule',
      spec: { listener: arn, priority: Number(Priority) },
    })),
  };
}
