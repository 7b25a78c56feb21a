import type { AsSpec } from '../contract.ts';
import type { ItemSpec, ItemState } from './schema.ts';
import { wordsOf } from './words.ts';

/** All attributes with their types, also those that the playbook does not name: an item that is made again has no others. */
export function specOf(spec: ItemSpec, state: ItemState): AsSpec<ItemSpec> {
  const attributes = Object.entries(state.item)
    .filter(([name]) => !(name in spec.key))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    spec: {
      table: spec.table,
      key: spec.key,
      attributes: Object.fromEntries(attributes.map(([name, value]) => [name, wordsOf(value)])) as NonNullable<
        ItemSpec['attributes']
      >,
    },
    notRepresented: [],
  };
}
