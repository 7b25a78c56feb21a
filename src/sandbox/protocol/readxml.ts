// Reads the XML bodies of REST-XML requests. Strict, because AWS refuses a broken body instead of guessing; no document
// types, hence no entity of the sender's making; attributes are skipped, since these APIs use only `xmlns`.
import { AwsError } from '../model.ts';
import { isTooDeep } from '../request-limits.ts';

/**
 * What stands below the root element, all scalars as strings. A list element becomes the array of its items.
 *
 * @param listItems list element to the name of its items, `Changes: 'Change'`
 * @throws AwsError `MalformedInput`
 */
export function readXml(text: string, listItems: Readonly<Record<string, string>>): Record<string, unknown> {
  const root = parse(text);
  const value = valueOf(root, listItems);
  return typeof value === 'string' ? {} : (value as Record<string, unknown>);
}

interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

function valueOf(element: Element, listItems: Readonly<Record<string, string>>): unknown {
  const item = Object.hasOwn(listItems, element.name) ? listItems[element.name] : undefined;
  if (item !== undefined) {
    return element.children.filter((child) => child.name === item).map((child) => valueOf(child, listItems));
  }
  if (element.children.length === 0) return element.text;
  return Object.fromEntries(element.children.map((child) => [child.name, valueOf(child, listItems)]));
}

/** One piece of markup: comment, CDATA section, processing instruction, or tag. */
const markup =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;

function parse(text: string): Element {
  const document: Element = { name: '', children: [], text: '' };
  const open: Element[] = [document];
  let position = text.startsWith('\ufeff') ? 1 : 0;
  for (;;) {
    const current = open[open.length - 1] ?? document;
    const start = text.indexOf('<', position);
    current.text += unescapeText(text.slice(position, start < 0 ? undefined : start));
    if (start < 0) break;
    markup.lastIndex = start;
    const found = markup.exec(text);
    if (found === null) throw malformed();
    position = markup.lastIndex;
    const [, data, closing, qualified, , empty] = found;
    if (data !== undefined) current.text += data;
    if (qualified === undefined) continue;
    const name = qualified.slice(qualified.indexOf(':') + 1);
    if (closing === '/') {
      if (open.length === 1 || current.name !== name) throw malformed();
      open.pop();
    } else {
      const element: Element = { name, children: [], text: '' };
      current.children.push(element);
      if (empty === '/') continue;
      open.push(element);
      if (isTooDeep(open.length - 1)) throw malformed();
    }
  }
  const [root, ...others] = document.children;
  if (root === undefined || others.length > 0 || open.length > 1 || document.text.trim() !== '') throw malformed();
  return root;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeText(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));|&/g,
    (_all, hex?: string, decimal?: string, name?: string) => {
      const character = name === undefined ? codePoint(hex, decimal) : entities[name];
      if (character === undefined) throw malformed();
      return character;
    },
  );
}

function codePoint(hex: string | undefined, decimal: string | undefined): string | undefined {
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

function malformed(): AwsError {
  return new AwsError('MalformedInput', 'The request body is no well-formed XML document.');
}
