import type { Difference } from '../contract.ts';
import { field, namedEntries } from '../kit/compare.ts';
import { withSecretsHidden } from '../kit/secrets.ts';
import { inOrder } from './policies.ts';
import type { ParameterSpec, ParameterState } from './schema.ts';

export function diff(spec: ParameterSpec, state: ParameterState): readonly Difference[] {
  return [
    ...field('type', spec.type, state.type),
    ...field('value', spec.value, state.value),
    ...withSecretsHidden(field('secretValue', spec.secretValue, state.secretValue)),
    ...field('keyId', keyName(spec.keyId), keyName(state.keyId)),
    // AWS decides, and tells what it decided [SSM API, PutParameter: Tier].
    ...(spec.tier === 'Intelligent-Tiering' ? [] : field('tier', spec.tier, state.tier)),
    ...field('description', spec.description, state.explanation ?? ''),
    ...field('allowedPattern', spec.allowedPattern, state.allowedPattern),
    ...field('dataType', spec.dataType, state.dataType),
    ...field('policies', spec.policies && inOrder(spec.policies), inOrder(state.policies)),
    ...namedEntries('tags', spec.tags, state.tags),
  ];
}

/** A key by its id or by its ARN, an alias by its name or by its ARN [KMS API, key identifiers]. */
function keyName(key: string | undefined): string | undefined {
  return key?.replace(/^arn:[^:]*:kms:[^:]*:\d*:(?:key\/)?/, '');
}
