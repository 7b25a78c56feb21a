// An item as Terraform knows it: by table and key, which stay. CloudFormation has none of its kind.
import type { Json, Owners, StatedPiece, TerraformAttributes } from '../contract.ts';
import { isMap } from '../kit/members/maps.ts';
import { jsonIn, textIn } from '../kit/terraform.ts';
import type { ItemSpec, ItemState } from './schema.ts';

export const owners: Owners<ItemSpec, ItemState> = {
  by: 'table',
  terraform: {
    resources: ['aws_dynamodb_table_item'],
    pieceOf,
    // No import: the provider's resource has no importer [AWS provider docs, aws_dynamodb_table_item].
  },
};

/** `item` is DynamoDB's own JSON. */
function pieceOf(attributes: TerraformAttributes): StatedPiece<ItemSpec, ItemState> | undefined {
  const table = textIn(attributes, 'table_name');
  const item = jsonIn(attributes, 'item');
  const names = [textIn(attributes, 'hash_key'), textIn(attributes, 'range_key')].filter((each) => each !== undefined);
  if (table === undefined || !isMap(item) || names.length === 0) return undefined;
  const key = Object.fromEntries(names.flatMap((name) => keyValue(name, item[name])));
  if (Object.keys(key).length !== names.length) return undefined;
  return {
    spec: { table, key },
    state: { table, item: item },
    tags: undefined,
  };
}

/** A text is said plainly, as in most playbooks. */
function keyValue(name: string, value: Json | undefined): readonly (readonly [string, ItemSpec['key'][string]])[] {
  if (!isMap(value)) return [];
  if (typeof value['S'] === 'string') return [[name, value['S']]];
  if (typeof value['N'] === 'string') return [[name, { N: value['N'] }]];
  return typeof value['B'] === 'string' ? [[name, { B: value['B'] }]] : [];
}
