// Writes the XML of AWS Query and REST-XML answers; on the path of every call, so without any intermediate tree.
import { Entries, isTimestamp } from './values.ts';

/** The element name of a list's items, given the list's own name. */
export type ItemName = (list: string) => string;

/** The members of `value` as elements; `undefined` and `null` are left out, an empty list is an empty element. */
export function writeMembers(value: Readonly<Record<string, unknown>>, itemName: ItemName): string {
  let text = '';
  for (const name in value) text += writeElement(name, value[name], itemName);
  return text;
}

function writeElement(name: string, value: unknown, itemName: ItemName): string {
  switch (typeof value) {
    case 'string':
      return `<${name}>${escapeText(value)}</${name}>`;
    case 'number':
    case 'boolean':
    case 'bigint':
      return `<${name}>${String(value)}</${name}>`;
    case 'object': {
      if (value === null) return '';
      if (isTimestamp(value)) return `<${name}>${new Date(value.timestamp).toISOString()}</${name}>`;
      if (value instanceof Entries) return `<${name}>${entriesOf(value)}</${name}>`;
      const content = Array.isArray(value)
        ? writeItems(name, value, itemName)
        : writeMembers(value as Record<string, unknown>, itemName);
      return content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
    }
    case 'undefined':
    case 'function':
    case 'symbol':
      return '';
  }
}

function entriesOf({ of }: Entries): string {
  return Object.entries(of)
    .map(([key, value]) => `<entry><key>${escapeText(key)}</key><value>${escapeText(value)}</value></entry>`)
    .join('');
}

function writeItems(list: string, items: readonly unknown[], itemName: ItemName): string {
  if (items.length === 0) return '';
  const name = itemName(list);
  let text = '';
  for (const item of items) text += writeElement(name, item, itemName);
  return text;
}

const special = /[&<>"\r\n\u0085\u2028]/;

/** Line ends are written as references, since XML readers normalise bare ones. */
export function escapeText(text: string): string {
  if (!special.test(text)) return text;
  return text.replace(/[&<>"\r\n\u0085\u2028]/g, (character) => {
    switch (character) {
      case '&':
        return '&amp;';
      case '<':
        return '&lt;';
      case '>':
        return '&gt;';
      case '"':
        return '&quot;';
      default:
        return `&#x${character.charCodeAt(0).toString(16)};`;
    }
  });
}
