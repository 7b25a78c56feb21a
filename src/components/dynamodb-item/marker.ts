// Whose an item is, said in the item itself: an attribute that is made, compared and deleted with it. Pure.
import { ownerTags, type Marker } from '../contract.ts';
import { identityOf } from './identity.ts';
import type { ItemSpec, ItemState } from './schema.ts';
import { plainValue } from './values.ts';

/** The same word as the tag of pieces that carry tags. */
const attribute = ownerTags.playbook;

export function marked(spec: ItemSpec, { playbook }: Marker): ItemSpec {
  return { ...spec, attributes: { ...spec.attributes, [attribute]: playbook } };
}

/** An attribute that holds no name is none. */
export function markerOf(_spec: ItemSpec, { item }: ItemState): { readonly playbook: string } | undefined {
  const value = item[attribute];
  const playbook = value === undefined ? undefined : plainValue(value);
  return typeof playbook === 'string' && playbook !== '' ? { playbook } : undefined;
}

/** DynamoDB takes a table's ARN wherever it takes its name [DynamoDB API, TableName]. */
export function spellings(spec: ItemSpec): readonly string[] {
  return [identityOf({ ...spec, table: spec.table.replace(/^arn:.*:table\//, '') })];
}
