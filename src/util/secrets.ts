// What sounds like a secret, and hiding it. Pure, so that every stage and every component type hides by one rule.
import type { Json } from './json.ts';

const secretName = /secret|passw|passphrase|token|credential|private|(api|access|encryption|signing)[-_]?key|dsn$/i;

/** What stands in for a value that nobody is to read. */
export const hiddenValue = '(hidden)';

/** True when a name, such as that of an environment variable, promises a secret. */
export function soundsSecret(name: string): boolean {
  return secretName.test(name);
}

/**
 * Hides what stands under a name that promises a secret, at any depth. Lists of pairs count too: AWS tells environment
 * variables as `{ name: 'DB_PASSWORD', value: '...' }`.
 */
export function withSecretMembersHidden(value: Json): Json {
  if (Array.isArray(value)) return value.map(withSecretMembersHidden);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value as Readonly<Record<string, Json>>);
  const named = members.some(
    ([name, member]) => /^(name|key)$/i.test(name) && typeof member === 'string' && soundsSecret(member),
  );
  return Object.fromEntries(
    members.map(([name, member]) => [
      name,
      soundsSecret(name) || (named && /^value$/i.test(name)) ? hiddenValue : withSecretMembersHidden(member),
    ]),
  );
}
