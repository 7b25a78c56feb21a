// What a parameter needs of others: the key that encrypts it.
import type { Need } from '../contract.ts';
import { needs } from '../kit/needs/told.ts';
import type { ParameterSpec } from './schema.ts';

/** AWS makes the keys of its own when they are wanted first [KMS developer guide, "AWS managed keys"]. */
export function needsOf({ keyId }: ParameterSpec): readonly Need[] {
  return keyId !== undefined && /(^|:)alias\/aws\//.test(keyId) ? [] : needs('key', [keyId]);
}
