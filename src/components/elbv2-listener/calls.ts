// What a look at listeners takes.
import { differentIn, tagCalls } from '../kit/look-calls.ts';
import type { ListenerSpec } from './schema.ts';

export function lookCalls(specs: readonly ListenerSpec[]): Readonly<Record<string, number>> {
  return {
    'elbv2:DescribeListeners': differentIn(specs, ({ loadBalancer }) => loadBalancer),
    'elbv2:DescribeListenerAttributes': specs.filter((each) => each.attributes !== undefined).length,
    'elbv2:DescribeListenerCertificates': specs.filter((each) => each.certificates !== undefined).length,
    ...tagCalls(specs.length),
  };
}
