// Values for every member of AWS's input, made from what AWS says of it.
import { shapeNamed, structureNamed, type MembersData } from '../../src/components/kit/members/data.ts';
import { genericMembers, wordOf, type Part } from '../../src/components/kit/members/part.ts';

/** All members of a part, in the words of a spec: lists with one item, maps with one key, texts that differ. */
export function sampleOf(part: Part): Readonly<Record<string, unknown>> {
  return Object.fromEntries(genericMembers(part).map(({ shape, word }) => [word, valueOf(part.data, shape, word)]));
}

function valueOf(data: MembersData, name: string, path: string): unknown {
  const shape = shapeNamed(data, name);
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(structureNamed(data, name).members).map(([member, of]) => [
          wordOf(member),
          valueOf(data, of, `${path}-${wordOf(member)}`),
        ]),
      );
    case 'list':
      return [valueOf(data, shape.of, path)];
    case 'map':
      return { 'A.key/of-the Author': valueOf(data, shape.of, path) };
    case 'text':
      return shape.enum?.at(-1) ?? path.slice(0, shape.max).padEnd(shape.min ?? 0, '-');
    case 'integer':
    case 'double':
      return Math.min(Math.max(7, shape.min ?? 7), shape.max ?? 7);
    case 'boolean':
      return true;
    case 'timestamp':
      return '2026-01-02T03:04:05.000Z';
    case 'any':
      return { AnyName: [path, 1] };
    case 'blob':
      return Buffer.from(path).toString('base64');
  }
}
