// XML for AWS Query and REST-XML. Writing is done by hand, since it is on the path of every call; reading is left to
// fast-xml-parser, with all scalars as strings.
import { XMLParser } from 'fast-xml-parser';
import { AwsError } from '../model.ts';
import { isTimestamp } from './values.ts';

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

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  // Numeric character references, which fast-xml-parser counts among the HTML ones.
  htmlEntities: true,
});

/**
 * What stands below the root element. A list element becomes the array of its items.
 *
 * @param listItems list element to the name of its items, `Changes: 'Change'`
 */
export function readXml(text: string, listItems: Readonly<Record<string, string>>): Record<string, unknown> {
  let document: unknown;
  try {
    document = parser.parse(text, true);
  } catch (error) {
    throw new AwsError('MalformedInput', error instanceof Error ? error.message : String(error));
  }
  const roots = Object.entries(document as Record<string, unknown>).filter(([name]) => name !== '#text');
  const root = roots[0];
  if (roots.length !== 1 || root === undefined)
    throw new AwsError('MalformedInput', 'Unable to parse the request body.');
  const value = decode(root[0], root[1], listItems);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function decode(name: string, value: unknown, listItems: Readonly<Record<string, string>>): unknown {
  const item = Object.hasOwn(listItems, name) ? listItems[name] : undefined;
  if (item !== undefined) {
    const found = isElement(value) ? value[item] : undefined;
    if (found === undefined) return [];
    const items: readonly unknown[] = Array.isArray(found) ? found : [found];
    return items.map((entry) => decode('', entry, listItems));
  }
  if (!isElement(value)) return value;
  const members: Record<string, unknown> = {};
  for (const [child, content] of Object.entries(value)) {
    if (child !== '#text') members[child] = decode(child, content, listItems);
  }
  return members;
}

function isElement(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
