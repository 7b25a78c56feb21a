import type { ItemSpec } from './schema.ts';

/** Two components with equal identities claim the same item. */
export function identityOf(spec: Pick<ItemSpec, 'table' | 'key'>): string {
  return `item ${spec.table} ${keyInWords(spec)}`;
}

function keyInWords({ key }: Pick<ItemSpec, 'key'>): string {
  return Object.entries(key)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${typeof value === 'object' ? Object.values(value).join('') : value}`)
    .join(' ');
}
