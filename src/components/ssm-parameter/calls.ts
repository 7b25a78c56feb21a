// What a look at parameters takes.
import { callsFor } from '../kit/look-calls.ts';
import type { ParameterSpec } from './schema.ts';

/** [SSM API, GetParameters] */
export const namesPerCall = 10;

export function lookCalls(specs: readonly ParameterSpec[]): Readonly<Record<string, number>> {
  const calls = callsFor(specs.length, namesPerCall);
  return {
    'ssm:GetParameters': calls,
    'ssm:DescribeParameters': calls,
    'ssm:ListTagsForResource': specs.length,
    'ssm:GetParameter': specs.filter((each) => each.secretValue !== undefined).length,
  };
}
