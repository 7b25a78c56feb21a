// Changes of single values within the text of a playbook: all else stays as somebody wrote it, comments, order and spaces. Pure.
import { isMap, isNode, isScalar, isSeq, parseDocument, type ParsedNode, type YAMLMap } from 'yaml';
import type { Json } from '../components/contract.ts';
import { commentLines, lineWidth, valueText } from './document.ts';

export type Path = readonly (string | number)[];

/** A piece of the text, and what takes its place. */
interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The value that the text has at a path, as it is written there; undefined where it has none. */
export function writtenAt(text: string, path: Path): Json | undefined {
  const node = parseDocument(text).getIn(path, true);
  return isNode(node) ? (node.toJS(parseDocument(text)) as Json) : undefined;
}

/**
 * The text with this value at a path. Where there is none yet, it is added behind the others.
 *
 * @throws Error where the path leads through what is no map and no list
 */
export function withValue(text: string, path: Path, value: Json): string {
  const document = parseDocument(text);
  const node = document.getIn(path, true);
  if (isNode(node)) return spliced(text, replaced(text, node as ParsedNode, value));
  const [last] = path.slice(-1);
  const above = path.slice(0, -1);
  const parent = above.length === 0 ? document.contents : document.getIn(above, true);
  if (parent === undefined || parent === null || (isScalar(parent) && parent.value === null)) {
    if (last === undefined) throw new Error('a playbook has something in it');
    return withValue(text, above, typeof last === 'number' ? [value] : { [last]: value });
  }
  if (isMap(parent) && typeof last === 'string') return spliced(text, added(text, parent, last, value, []));
  if (isSeq(parent) && typeof last === 'number') {
    const items = writtenAt(text, above);
    return withValue(text, above, [...(Array.isArray(items) ? (items as readonly Json[]) : []), value]);
  }
  throw new Error(`${path.join('.')} is within what is no map`);
}

/** The text with a further entry of a map, comments above it and an empty line before. */
export function withEntry(text: string, path: Path, name: string, value: Json, comments: readonly string[]): string {
  const map = parseDocument(text).getIn(path, true);
  if (!isMap(map)) return withValue(text, [...path, name], value);
  return spliced(text, added(text, map, name, value, comments));
}

/** The text without the entry at a path. */
export function withoutEntry(text: string, path: Path): string {
  const document = parseDocument(text);
  const parent = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (!isMap(parent)) return text;
  const index = parent.items.findIndex(({ key }) => isScalar(key) && key.value === last);
  const pair = parent.items[index];
  if (pair === undefined || !isNode(pair.key)) return text;
  const from = pair.key.range?.[0] ?? 0;
  const to = isNode(pair.value) ? (pair.value.range?.[1] ?? from) : (pair.key.range?.[1] ?? from);
  if (parent.flow === true) {
    const next = text.slice(to).match(/^\s*,\s*/)?.[0].length ?? 0;
    const before = next === 0 ? (/\s*,\s*$/.exec(text.slice(0, from))?.[0].length ?? 0) : 0;
    return spliced(text, { from: from - before, to: to + next, text: '' });
  }
  if (parent.items.length === 1) return withValue(text, path.slice(0, -1), {});
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const end = endOfValue(text, to);
  const lineEnd = text.indexOf('\n', end);
  return spliced(text, { from: lineStart, to: lineEnd < 0 ? text.length : lineEnd + 1, text: '' });
}

function spliced(text: string, { from, text: put, to }: Splice): string {
  return text.slice(0, from) + put + text.slice(to);
}

function replaced(text: string, node: ParsedNode, value: Json): Splice {
  const [from, to] = node.range;
  const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
  if (!isBlock) return { from, to, text: onOneLine(value) };
  const end = endOfValue(text, to);
  if (typeof value !== 'object' || value === null) return { from, to: end, text: onOneLine(value) };
  return { from, to: end, text: inBlock(value, columnAt(text, from)) };
}

function added(text: string, map: YAMLMap, name: string, value: Json, comments: readonly string[]): Splice {
  const [from = 0, to = 0] = map.range ?? [];
  if (map.flow === true) {
    const entry = entryOnOneLine(name, value);
    if (map.items.length === 0) return { from, to, text: `{ ${entry} }` };
    // Before the brace, and the space that is before it.
    const end = to - 1 - (/\s*$/.exec(text.slice(0, to - 1))?.[0].length ?? 0);
    const comma = text[end - 1] === ',' ? ' ' : ', ';
    return { from: end, to: end, text: comma + entry };
  }
  const indent = ' '.repeat(columnAt(text, from));
  const end = endOfLine(text, endOfValue(text, to));
  const lines = inBlock({ [name]: value }, indent.length).split('\n');
  const above = comments
    .flatMap((each) => commentLines(each))
    .map((each) => `${indent}#${each}\n`)
    .join('');
  const gap = comments.length > 0 ? '\n\n' : '\n';
  return { from: end, to: end, text: `${gap}${above}${indent}${lines.join('\n')}` };
}

/** Trailing empty lines and comments belong to nobody. */
function endOfValue(text: string, to: number): number {
  let end = to;
  while (end > 0 && /\s/.test(text.charAt(end - 1))) end -= 1;
  return end;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function columnAt(text: string, at: number): number {
  return at - (text.lastIndexOf('\n', at - 1) + 1);
}

/** As it may stand anywhere, between brackets too. */
function onOneLine(value: Json): string {
  return valueText([value], 0, 'flow').replace(/^\[ ?| ?\]$/g, '');
}

/** `key: value`, as it may stand between braces. */
function entryOnOneLine(name: string, value: Json): string {
  return valueText({ [name]: value }, 0, 'flow').replace(/^\{ | \}$/g, '');
}

/** @param column of its first line */
function inBlock(value: Json, column: number): string {
  return valueText(value, lineWidth - column, 'block')
    .split('\n')
    .join(`\n${' '.repeat(column)}`);
}
