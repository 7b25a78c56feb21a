// Comparing what a spec says with what AWS tells, both in the words of a spec: what is not said stays.
import type { Difference } from '../../contract.ts';
import { field, toJson } from '../compare.ts';
import { withSecretsHidden } from '../secrets.ts';
import { shapeNamed, type ListShape, type MembersData } from './data.ts';
import { isMap } from './maps.ts';
import { genericMembers, membersOf, type ListKeys, type Member, type Part } from './part.ts';

/**
 * The differences of a part's members. Structures and maps are compared member by member, for those that the spec says.
 * A list whose items have a key is compared item by item, and an item that only AWS has stays; a list of items that are
 * their own key as a whole, in whatever order; any other list as a whole, in order.
 *
 * @param path where the part stands in the spec: `containers[0]`; empty for the spec itself
 * @param said the spec there
 * @param actual of `fromOutput`
 */
export function saidDiff(
  part: Part,
  path: string,
  said: object,
  actual: object,
  keys: ListKeys,
): readonly Difference[] {
  return structureDiff({ data: part.data, keys }, genericMembers(part), path, said, actual);
}

interface Rules {
  readonly data: MembersData;
  readonly keys: ListKeys;
}

function structureDiff(
  rules: Rules,
  members: readonly Member[],
  path: string,
  said: object,
  actual: object,
): readonly Difference[] {
  const [desired, there] = [said, actual] as readonly Readonly<Record<string, unknown>>[];
  return members.flatMap(({ shape, word }) =>
    valueDiff(rules, shape, path === '' ? word : `${path}.${word}`, desired?.[word], there?.[word]),
  );
}

function valueDiff(rules: Rules, name: string, path: string, said: unknown, actual: unknown): readonly Difference[] {
  if (said === undefined) return [];
  const shape = shapeNamed(rules.data, name);
  switch (shape.type) {
    case 'structure':
      if (!isMap(said) || !isMap(actual)) return whole(path, said, actual);
      return structureDiff(rules, membersOf(rules.data, name), path, said, actual);
    case 'map':
      if (!isMap(said) || !isMap(actual)) return whole(path, said, actual);
      // Keys are the author's: log options have tokens.
      return withSecretsHidden(
        Object.entries(said).flatMap(([key, value]) =>
          valueDiff(rules, shape.of, `${path}.${key}`, value, actual[key]),
        ),
      );
    case 'list':
      return listDiff(rules, shape, path, said, actual);
    case 'integer':
    case 'double':
      return Number(said) === Number(actual) && actual !== undefined ? [] : field(path, said, actual);
    case 'timestamp':
      return Date.parse(textOf(said)) === Date.parse(textOf(actual)) ? [] : field(path, said, actual);
    case 'any':
      return field(path, said, actual);
    case 'text':
    case 'boolean':
    case 'blob':
      return textOf(said) === textOf(actual) ? [] : field(path, said, actual);
  }
}

function listDiff(
  rules: Rules,
  { of }: ListShape,
  path: string,
  said: unknown,
  actual: unknown,
): readonly Difference[] {
  if (!Array.isArray(said) || !Array.isArray(actual)) return whole(path, said, actual);
  const key = rules.keys[path.replaceAll(/\[\d+\]/g, '[*]')];
  const fits = (desired: unknown, there: unknown, at = path): boolean =>
    valueDiff(rules, of, at, desired, there).length === 0;
  if (key === undefined || key.length === 0) {
    const same =
      said.length === actual.length &&
      (key === undefined
        ? said.every((item, index) => fits(item, actual[index], `${path}[${index}]`))
        : said.every((item) => actual.some((each) => fits(item, each))));
    return same ? [] : field(path, said, actual);
  }
  return said.flatMap((item: unknown, index) => {
    const there: unknown = actual.find((each) => keyOf(each, key) === keyOf(item, key));
    const place = `${path}[${index}]`;
    return there === undefined ? field(place, item, undefined) : valueDiff(rules, of, place, item, there);
  });
}

function keyOf(item: unknown, key: readonly string[]): string {
  return JSON.stringify(key.map((word) => (isMap(item) ? textOf(item[word]) : null)));
}

/** Nothing at all is what AWS tells of an empty list or map. */
function whole(path: string, said: unknown, actual: unknown): readonly Difference[] {
  const isEmpty = typeof said === 'object' && said !== null && Object.keys(said).length === 0;
  return isEmpty && actual === undefined ? [] : field(path, said, actual);
}

/** AWS tells some numbers as texts, and some texts were numbers in the playbook. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(toJson(value));
}
