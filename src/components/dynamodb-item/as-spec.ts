import type { Json, AsSpec } from '../contract.ts';
import type { ItemSpec, ItemState } from './schema.ts';
import { plainValue } from './values.ts';

/** All attributes, also those that the playbook does not name: an item that is made again has no others. */
export function specOf(spec: ItemSpec, state: ItemState): AsSpec<ItemSpec> {
  const attributes = Object.entries(state.item)
    .filter(([name]) => !(name in spec.key))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    spec: {
      table: spec.table,
      key: spec.key,
      attributes: Object.fromEntries(
        attributes.map(([name, value]) => [name, plainValue(value)]),
      ) as ItemSpec['attributes'],
    },
    notRepresented: attributes.flatMap(([name, value]) => lossesIn(value).map((loss) => `attributes.${name}: ${loss}`)),
  };
}

/** What a playbook cannot write of a value in DynamoDB's own JSON. */
function lossesIn(value: Json): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value as Readonly<Record<string, Json>>).flatMap(([kind, member]): readonly string[] => {
    switch (kind) {
      case 'SS':
      case 'NS':
        return ['a set, which comes back as a list'];
      case 'BS':
        return ['a set of binary values, which comes back as a list of texts in base64'];
      case 'B':
        return ['binary, which comes back as text in base64'];
      case 'N':
        return typeof plainValue({ N: member }) === 'number' ? [] : ['a long number, which comes back as text'];
      case 'L':
        return Array.isArray(member) ? unique(member.flatMap((each: Json) => lossesIn(each))) : [];
      case 'M':
        return typeof member === 'object' && member !== null ? unique(Object.values(member).flatMap(lossesIn)) : [];
      default:
        return [];
    }
  });
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
