// Keeps secret values out of differences, and so out of plans, logs and reports.
import { hiddenValue, soundsSecret, withSecretMembersHidden } from '../../util/secrets.ts';
import type { Difference, Json } from '../contract.ts';

/**
 * The differences of a map, with values hidden where the last part of the path, or the name of a member within the
 * value, promises a secret.
 */
export function withSecretsHidden(differences: readonly Difference[]): readonly Difference[] {
  return differences.map(({ path, desired, actual }) => {
    const name = path.slice(path.lastIndexOf('.') + 1);
    return { path, desired: hide(name, desired), actual: hide(name, actual) };
  });
}

function hide(name: string, value: Json | undefined): Json | undefined {
  if (value === undefined) return undefined;
  return soundsSecret(name) ? hiddenValue : withSecretMembersHidden(value);
}
