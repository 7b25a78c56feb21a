// What a spec says, in the form in which the SDK sends it.
import { shapeNamed, type MembersData } from './data.ts';
import { isMap } from './maps.ts';
import { genericMembers, membersOf, type Member, type Part } from './part.ts';

/**
 * The members of a part that a spec says, under AWS's names and nested as AWS wants them; those that it does not say are
 * not there.
 *
 * @param spec has passed the schema, and its references are resolved
 */
export function toInput(part: Part, spec: object): Readonly<Record<string, unknown>> {
  return structure(part.data, genericMembers(part), spec);
}

function structure(data: MembersData, members: readonly Member[], spec: object): Readonly<Record<string, unknown>> {
  const said = spec as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    members.flatMap(({ name, shape, word }) =>
      said[word] === undefined ? [] : [[name, inputOf(data, shape, said[word])]],
    ),
  );
}

function inputOf(data: MembersData, name: string, value: unknown): unknown {
  const shape = shapeNamed(data, name);
  switch (shape.type) {
    case 'structure':
      return isMap(value) ? structure(data, membersOf(data, name), value) : value;
    case 'list':
      return Array.isArray(value) ? value.map((item) => inputOf(data, shape.of, item)) : value;
    case 'map':
      if (!isMap(value)) return value;
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inputOf(data, shape.of, each)]));
    case 'timestamp':
      return new Date(String(value));
    case 'blob':
      return Buffer.from(String(value), 'base64');
    case 'text':
    case 'integer':
    case 'double':
    case 'boolean':
    case 'any':
      return value;
  }
}
