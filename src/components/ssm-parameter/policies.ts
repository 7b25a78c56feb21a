// Policies of a parameter: AWS takes all of them as JSON in one text, and tells each as JSON in a text of its own.
import type { ParameterInlinePolicy } from '@aws-sdk/client-ssm';
import type { ParameterPolicy } from './schema.ts';

/** [SSM user guide, "Assigning parameter policies"] */
const usualVersion = '1.0';

interface AwsPolicy {
  readonly Type?: string;
  readonly Version?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
}

/** @throws SyntaxError when what AWS tells is no JSON of a policy */
export function policyFrom({ PolicyText = '{}' }: ParameterInlinePolicy): ParameterPolicy {
  const told: unknown = JSON.parse(PolicyText);
  if (typeof told !== 'object' || told === null) throw new SyntaxError('a policy that is no object');
  const { Attributes = {}, Type = '', Version = usualVersion } = told as AwsPolicy;
  return withVersion({ type: Type as ParameterPolicy['type'], version: Version, attributes: { ...Attributes } });
}

/** Said in full and in order, so that two lists of the same policies are the same. */
export function inOrder(policies: readonly ParameterPolicy[]): readonly ParameterPolicy[] {
  return policies.map(withVersion).sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}

function withVersion({ attributes, type, version = usualVersion }: ParameterPolicy): ParameterPolicy {
  const sorted = Object.entries(attributes).sort(([left], [right]) => (left < right ? -1 : 1));
  return { type, version, attributes: Object.fromEntries(sorted) };
}

/** An empty one takes all away [SSM user guide, "Assigning parameter policies"]. */
export function toAwsPolicies(policies: readonly ParameterPolicy[]): string {
  if (policies.length === 0) return '[{}]';
  return JSON.stringify(
    policies
      .map(withVersion)
      .map(({ attributes, type, version }) => ({ Type: type, Version: version, Attributes: attributes })),
  );
}
