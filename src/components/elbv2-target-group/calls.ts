// What a look at target groups takes.
import { callsFor, tagCalls } from '../kit/look-calls.ts';
import type { TargetGroupSpec } from './schema.ts';

/** Not documented for names; 20 is what DescribeLoadBalancers and DescribeTags take [ELB API]. */
export const namesPerCall = 20;

/** Pages of 400 on which the 3,000 fit that a region has by its usual quota [ELB guide, quotas]. */
const listed = 8;

/** Where one of several is missing, all are listed. */
export function lookCalls(specs: readonly TargetGroupSpec[]): Readonly<Record<string, number>> {
  const many = specs.length > 1 ? listed : 0;
  const said = specs.filter((each) => each.attributes !== undefined || each.deregistrationDelay !== undefined);
  return {
    'elbv2:DescribeTargetGroups': callsFor(specs.length, namesPerCall) + many,
    'elbv2:DescribeTargetGroupAttributes': said.length,
    ...tagCalls(specs.length),
  };
}
