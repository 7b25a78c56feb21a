// Variables of policies: `${aws:PrincipalTag/team}`, `${aws:username, 'nobody'}`, and `${*}`, `${?}`, `${$}` for these letters
// themselves [IAM user guide, "Policy variables and tags"].
import { literally } from '../../wildcards.ts';
import type { ConditionValues } from './condition-values.ts';

const letters = ['*', '?', '$'];

interface Variable {
  readonly from: number;
  readonly to: number;
  readonly key: string;
  /** What stands in where it has no value. */
  readonly usual: string | undefined;
}

/** From left to right, each up to the next brace that closes. */
function variablesOf(text: string): readonly Variable[] {
  const found: Variable[] = [];
  for (let from = text.indexOf('${'); from >= 0; from = text.indexOf('${', found.at(-1)?.to)) {
    const end = text.indexOf('}', from);
    if (end < 0) break;
    found.push({ from, to: end + 1, ...keyOf(text.slice(from + 2, end)) });
  }
  return found;
}

function keyOf(inside: string): Pick<Variable, 'key' | 'usual'> {
  const comma = inside.indexOf(',');
  if (comma < 0) return { key: inside.trim(), usual: undefined };
  const [, usual] = /^'([^']*)'$/.exec(inside.slice(comma + 1).trim()) ?? [];
  return { key: (usual === undefined ? inside : inside.slice(0, comma)).trim(), usual };
}

/** The keys that a text asks for. */
export function variablesIn(text: string): readonly string[] {
  return variablesOf(text).flatMap(({ key }) => (letters.includes(key) ? [] : [key]));
}

/** Matches nothing: what a variable stands for that has no value. */
const nothing = `${literally}\u0001`;

/** A pattern with the values in place of its variables. They are no patterns, whatever letters they hold. */
export function filledIn(pattern: string, valuesOf: ConditionValues): string {
  if (!pattern.includes('${')) return pattern;
  let filled = '';
  let at = 0;
  for (const { from, key, to, usual } of variablesOf(pattern)) {
    const value = letters.includes(key) ? key : (valuesOf(key)?.[0] ?? usual);
    filled += pattern.slice(at, from);
    filled += value === undefined ? nothing : value.replaceAll(/[^]/g, (letter) => `${literally}${letter}`);
    at = to;
  }
  return filled + pattern.slice(at);
}
