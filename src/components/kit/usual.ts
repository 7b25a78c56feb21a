// What AWS gives to a piece of which nothing is said: it need not be taken away, and could not be.
import { segmentsOf } from '../../util/path-mask.ts';
import { sameJson } from './compare.ts';

/**
 * True where what stands at a path is the usual value, or each of its members is.
 *
 * @param usual all usual values, in a playbook's words
 */
export function isUsualIn(usual: Readonly<Record<string, unknown>>, path: string, actual: unknown): boolean {
  return saysNoMore(actual, segmentsOf(path).reduce(memberAt, usual));
}

function saysNoMore(actual: unknown, usual: unknown): boolean {
  if (usual === undefined) return false;
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return sameJson(actual, usual);
  return Object.entries(actual).every(([name, each]) => saysNoMore(each, memberAt(usual, name)));
}

function memberAt(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
