// What sounds like a secret, and hiding it. Pure, so that every stage and every component type hides by one rule.
import type { Json } from './json.ts';

const secretName = /secret|passw|passphrase|token|credential|private|(api|access|encryption|signing)[-_]?key|dsn$/i;

/** What stands in for a value that nobody is to read. */
export const hiddenValue = '(hidden)';

/** Names come again and again: a large playbook has a hundred thousand keys, and a few dozen different ones. */
const judged = new Map<string, boolean>();
const mostJudged = 10_000;

/** True when a name, such as that of an environment variable, promises a secret. */
export function soundsSecret(name: string): boolean {
  const known = judged.get(name);
  if (known !== undefined) return known;
  const verdict = secretName.test(name);
  if (judged.size < mostJudged) judged.set(name, verdict);
  return verdict;
}

/**
 * Hides what stands under a name that promises a secret, at any depth. Lists of pairs count too: AWS tells environment
 * variables as `{ name: 'DB_PASSWORD', value: '...' }`. Parts in which nothing is hidden are the same objects afterwards.
 */
export function withSecretMembersHidden(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return changedList(value, withSecretMembersHidden);
  const paired = namesSecret(value);
  return changedMap(value, (member, name) =>
    soundsSecret(name) || (paired && /^values?$/i.test(name)) ? hiddenValue : withSecretMembersHidden(member),
  );
}

/** A pair such as `{ name: 'DB_PASSWORD', value: '...' }`. */
export function namesSecret(map: { readonly [key: string]: Json }): boolean {
  for (const name of ['name', 'key', 'Name', 'Key']) {
    const member = Object.hasOwn(map, name) ? map[name] : undefined;
    if (typeof member === 'string' && soundsSecret(member)) return true;
  }
  return false;
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The list with its members changed; the same list when none was. */
export function changedList(list: readonly Json[], change: (member: Json, index: number) => Json): readonly Json[] {
  let changed: Json[] | undefined;
  list.forEach((member, index) => {
    const other = change(member, index);
    if (other !== member) changed ??= [...list];
    if (changed !== undefined) changed[index] = other;
  });
  return changed ?? list;
}

/** The map with its members changed; the same map when none was. */
export function changedMap(
  map: { readonly [key: string]: Json },
  change: (member: Json, name: string) => Json,
): { readonly [key: string]: Json } {
  let changed: Map<string, Json> | undefined;
  for (const name of Object.keys(map)) {
    const member = map[name] ?? null;
    const other = change(member, name);
    if (other === member) continue;
    changed ??= new Map(Object.entries(map));
    changed.set(name, other);
  }
  return changed === undefined ? map : Object.fromEntries(changed);
}
