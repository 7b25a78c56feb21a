import type { Difference, Json } from '../contract.ts';
import { field, toJson } from '../kit/compare.ts';
import { withSecretsHidden } from '../kit/secrets.ts';
import type { ItemSpec, ItemState } from './schema.ts';
import { plainValue } from './values.ts';

export function diff(spec: ItemSpec, state: ItemState): readonly Difference[] {
  return withSecretsHidden(
    Object.entries(spec.attributes).flatMap(([name, desired]) => {
      const actual = state.item[name];
      const path = `attributes.${name}`;
      return actual === undefined
        ? field(path, desired, undefined)
        : field(path, isSet(actual) ? inOrder(desired) : desired, plainValue(actual));
    }),
  );
}

function isSet(value: Json): boolean {
  return typeof value === 'object' && value !== null && ('SS' in value || 'NS' in value);
}

function inOrder(desired: unknown): unknown {
  return Array.isArray(desired) ? desired.map(toJson).sort() : desired;
}
