// ProjectionExpression: a list of paths, and the part of an item that they select.
import type { AttributeValue, Item } from '../value.ts';
import { attribute, setAttribute } from '../value.ts';
import type { Path } from './ast.ts';
import { Cursor } from './cursor.ts';
import { checkAgainst, parsePath } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import { invalidExpression, Problems } from './problems.ts';

/** In the order in which AWS looks at them. */
const kinds = ['reserved', 'undefinedName', 'overlap', 'conflict'] as const;
const noKeywords: ReadonlySet<string> = new Set();

/** @throws AwsError for whatever is wrong with it by itself */
export function parseProjection(text: string, placeholders: Placeholders): readonly Path[] {
  const cursor = new Cursor('ProjectionExpression', text);
  const problems = new Problems<(typeof kinds)[number]>();
  const note =
    (kind: (typeof kinds)[number]) =>
    (problem: string): void => {
      problems.note(kind, problem);
    };
  const nameProblems = { reserved: note('reserved'), undefinedName: note('undefinedName') };
  const pathProblems = { overlap: note('overlap'), conflict: note('conflict') };
  const paths: Path[] = [];
  do {
    const path = parsePath(cursor, placeholders, noKeywords, nameProblems);
    checkAgainst(paths, path, pathProblems);
    paths.push(path);
  } while (cursor.takeSymbol(','));
  cursor.expectEnd();
  const problem = problems.first(kinds);
  if (problem !== undefined) invalidExpression('ProjectionExpression', problem);
  return paths;
}

/** What is wanted of a value: all of it, or some members or elements. */
interface Wanted {
  all: boolean;
  readonly parts: Map<string | number, Wanted>;
}

/** Lists keep the order of their elements and lose those that are not selected. */
export function project(item: Item, paths: readonly Path[]): Item {
  const root: Wanted = { all: false, parts: new Map() };
  for (const path of paths) {
    let wanted = root;
    for (const part of path) {
      let next = wanted.parts.get(part);
      if (next === undefined) {
        next = { all: false, parts: new Map() };
        wanted.parts.set(part, next);
      }
      wanted = next;
    }
    wanted.all = true;
  }
  return selectMembers(item, root) ?? {};
}

function select(value: AttributeValue, wanted: Wanted): AttributeValue | undefined {
  if (wanted.all) return value;
  if ('M' in value) {
    const members = selectMembers(value.M, wanted);
    return members === undefined ? undefined : { M: members };
  }
  if (!('L' in value)) return undefined;
  const elements: AttributeValue[] = [];
  value.L.forEach((element, index) => {
    const part = wanted.parts.get(index);
    const selected = part === undefined ? undefined : select(element, part);
    if (selected !== undefined) elements.push(selected);
  });
  return elements.length === 0 ? undefined : { L: elements };
}

function selectMembers(members: Item, wanted: Wanted): Item | undefined {
  const selected: Record<string, AttributeValue> = {};
  let found = false;
  for (const [name, part] of wanted.parts) {
    const member = typeof name === 'number' ? undefined : attribute(members, name);
    const value = member === undefined ? undefined : select(member, part);
    if (value === undefined) continue;
    setAttribute(selected, String(name), value);
    found = true;
  }
  return found ? selected : undefined;
}
