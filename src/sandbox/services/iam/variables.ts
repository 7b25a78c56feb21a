// Variables of policies: `${aws:PrincipalTag/team}`, `${aws:username, 'nobody'}`, and `${*}`, `${?}`, `${$}` for these letters
// themselves [IAM user guide, "Policy variables and tags"].
import type { Told } from './condition-keys.ts';
import { literally } from '../../wildcards.ts';

const variable = /\$\{([^}]*)\}/g;
const letters = ['*', '?', '$'];

/** The keys that a text asks for. */
export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(variable)]
    .map(([, inside = '']) => keyOf(inside).key)
    .filter((key) => !letters.includes(key));
}

function keyOf(inside: string): { readonly key: string; readonly usual: string | undefined } {
  const [, key = inside.trim(), usual] = /^\s*([^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(inside) ?? [];
  return { key, usual };
}

/** Matches nothing: what a variable stands for that has no value. */
const nothing = `${literally}\u0001`;

/** A pattern with the values in place of its variables. They are no patterns, whatever letters they hold. */
export function filledIn(pattern: string, told: Told): string {
  if (!pattern.includes('${')) return pattern;
  return pattern.replaceAll(variable, (_all, inside: string) => {
    const { key, usual } = keyOf(inside);
    const value = letters.includes(key) ? key : (told(key)?.[0] ?? usual);
    return value === undefined ? nothing : value.replaceAll(/[^]/g, (letter) => `${literally}${letter}`);
  });
}
