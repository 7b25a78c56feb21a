// What a look at clusters takes.
import { callsFor } from '../kit/look-calls.ts';

/** [ECS API, DescribeClusters] */
export const clustersPerCall = 100;

export function lookCalls(specs: readonly unknown[]): Readonly<Record<string, number>> {
  return { 'ecs:DescribeClusters': callsFor(specs.length, clustersPerCall) };
}
