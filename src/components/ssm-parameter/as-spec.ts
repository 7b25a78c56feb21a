import type { AsSpec, Json } from '../contract.ts';
import { memberOf, sayable } from '../kit/as-spec.ts';
import { schema, type ParameterSpec, type ParameterState } from './schema.ts';

export function specOf(spec: ParameterSpec, state: ParameterState, captured: Json | undefined): AsSpec<ParameterSpec> {
  const isSecret = state.type === 'SecureString';
  const secretValue = state.secretValue ?? memberOf(captured, 'secretValue');
  // It will be read before it is deleted, or it is not deleted.
  const isUnread = memberOf(captured, 'unread') === true;
  const { said, notRepresented } = sayable(schema.shape, {
    type: state.type,
    value: state.value,
    secretValue: isSecret ? secretValue : undefined,
    keyId: state.keyId,
    tier: state.tier,
    description: state.explanation,
    allowedPattern: state.allowedPattern,
    dataType: state.dataType,
    // A standard parameter has none.
    policies: state.tier === 'Advanced' ? state.policies : undefined,
    tags: withoutAws(state.tags),
  });
  return {
    spec: { name: spec.name, ...said },
    notRepresented: [
      ...notRepresented,
      ...(isSecret && typeof secretValue !== 'string' && !isUnread ? ['secretValue, which nobody decrypted'] : []),
      ...(state.version > 1 ? ['earlier versions, and labels'] : []),
    ],
  };
}

/** Nobody but AWS gives tags of its own [AWS tagging guide]. */
function withoutAws(tags: ParameterState['tags']): ParameterState['tags'] {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.toLowerCase().startsWith('aws:')));
}
