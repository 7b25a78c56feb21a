// What AWS tells of a piece, in the words of a spec.
import { toJson, type Json } from '../../../util/json.ts';
import { shapeNamed, type MembersData } from './data.ts';
import { isMap } from './maps.ts';
import { genericMembers, membersOf, type Member, type Part } from './part.ts';

/**
 * The members of a part that AWS tells, under a spec's names. Lists, maps and structures that hold nothing are left out,
 * as AWS answers with them where nothing was told; so is what no input has, since only AWS sets that.
 *
 * @param described the piece as a Describe operation answers: members are called and nested as in the input
 */
export function fromOutput(part: Part, described: object): Readonly<Record<string, Json>> {
  return structure(part.data, genericMembers(part), described);
}

function structure(data: MembersData, members: readonly Member[], described: object): Readonly<Record<string, Json>> {
  const told = described as Readonly<Record<string, unknown>>;
  const said: Record<string, Json> = {};
  for (const { name, shape, word } of members) {
    const value = wordsOf(data, shape, told[name]);
    if (value !== undefined && !holdsNothing(value)) said[word] = value;
  }
  return said;
}

function wordsOf(data: MembersData, name: string, value: unknown): Json | undefined {
  if (value === undefined || value === null) return undefined;
  const shape = shapeNamed(data, name);
  switch (shape.type) {
    case 'structure':
      return isMap(value) ? structure(data, membersOf(data, name), value) : undefined;
    case 'list':
      return Array.isArray(value) ? value.flatMap((item) => wordsOf(data, shape.of, item) ?? []) : undefined;
    case 'map':
      if (!isMap(value)) return undefined;
      return Object.fromEntries(
        Object.entries(value).flatMap(([key, each]) => {
          const inner = wordsOf(data, shape.of, each);
          return inner === undefined ? [] : [[key, inner]];
        }),
      );
    case 'text':
    case 'integer':
    case 'double':
    case 'boolean':
    case 'timestamp':
    case 'blob':
    case 'any':
      return toJson(value);
  }
}

function holdsNothing(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
