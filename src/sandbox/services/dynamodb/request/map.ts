// Maps, whose keys and values have constraints of their own that are told of the map.
import type { Violation } from '../../../inputs/model.ts';
import { serialization } from '../errors.ts';
import { atLeast, atMost, broken, checkLength, isArn, javaClass, type Length, type Shape } from './shapes.ts';

interface MapLimits extends Length {
  readonly keys?: { readonly min: number; readonly max: number; readonly pattern: string };
  readonly values?: { readonly min: number; readonly max: number };
}

export function map<T>(member: Shape<T>, javaName: string, limits: MapLimits = {}): Shape<Readonly<Record<string, T>>> {
  return {
    read(raw) {
      if (typeof raw !== 'object' || raw === null) throw serialization('Unexpected field type');
      if (Array.isArray(raw)) {
        throw serialization(`Unrecognized collection type java.util.Map<java.lang.String, ${javaClass(javaName)}>`);
      }
      return Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, member.read(value)]));
    },
    check(value, at, problems) {
      const entries = Object.entries(value);
      checkLength(value, entries.length, limits, at, problems);
      checkKeysAndValues(value, limits, at, problems);
      for (const [name, each] of entries) member.check(each, `${at}.${name}.member`, problems);
    },
  };
}

function checkKeysAndValues(
  value: Readonly<Record<string, unknown>>,
  { keys, values }: MapLimits,
  at: string,
  problems: Violation[],
): void {
  if (keys !== undefined) {
    const expression = new RegExp(`^${keys.pattern}$`);
    const fits = (key: string): boolean =>
      isArn(key) || (key.length <= keys.max && key.length >= keys.min && expression.test(key));
    if (!Object.keys(value).every(fits)) {
      const parts = [
        atMost(keys.max),
        atLeast(keys.min),
        `Member must satisfy regular expression pattern: ${keys.pattern}`,
      ];
      problems.push(broken(value, at, `Map keys must satisfy constraint: [${parts.join(', ')}]`));
    }
  }
  if (values !== undefined) {
    const fits = (each: unknown): boolean =>
      !Array.isArray(each) || (each.length >= values.min && each.length <= values.max);
    if (!Object.values(value).every(fits)) {
      const parts = [atMost(values.max), atLeast(values.min)];
      problems.push(broken(value, at, `Map value must satisfy constraint: [${parts.join(', ')}]`));
    }
  }
}
