// Keeps secret values out of differences, and so out of plans, logs and reports.
import type { Difference, Json } from '../contract.ts';

const secretName = /secret|passw|passphrase|token|credential|private|(api|access|encryption|signing)[-_]?key|dsn$/i;

/** What stands in for a value that nobody is to read. */
export const hiddenValue = '(hidden)';

/** True when a name, such as that of an environment variable, promises a secret. */
export function soundsSecret(name: string): boolean {
  return secretName.test(name);
}

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
  return soundsSecret(name) ? hiddenValue : hideMembers(value);
}

function hideMembers(value: Json): Json {
  if (Array.isArray(value)) return value.map(hideMembers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, soundsSecret(name) ? hiddenValue : hideMembers(member)]),
  );
}
