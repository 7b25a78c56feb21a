// What a parameter has of which nothing is said [SSM API, PutParameter].
import type { ParameterSpec, ParameterState } from './schema.ts';

/** AWS's own key for SecureStrings. */
export const usualKey = 'alias/aws/ssm';

/** With these an overwrite puts a setting back to what a new parameter has. */
export const usual = {
  description: '',
  allowedPattern: '',
  dataType: 'text',
  keyId: usualKey,
  policies: [],
} as const satisfies Partial<ParameterSpec>;

/** Spec paths that have their usual values. */
export function usualIn(state: ParameterState): readonly string[] {
  const { allowedPattern = '', dataType = usual.dataType, explanation = '', keyId = usualKey, policies, tier } = state;
  return [
    ...(explanation === '' ? ['description'] : []),
    ...(allowedPattern === '' ? ['allowedPattern'] : []),
    ...(dataType === usual.dataType ? ['dataType'] : []),
    ...(keyId.endsWith(usualKey) ? ['keyId'] : []),
    ...(policies.length === 0 ? ['policies'] : []),
    ...(tier === 'Standard' ? ['tier'] : []),
  ];
}
