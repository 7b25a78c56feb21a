// A captured playbook as YAML in the house style: comments that say where things come from, short maps on one line. Pure.
import {
  Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Scalar,
  visit,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { apiVersion } from '../playbook/schema.ts';
import type { Composed } from './compose.ts';

export interface Heading {
  readonly account: string;
  readonly alias: string | null;
  readonly region: string;
  readonly environment: string;
  /** Lines at the top of the file. */
  readonly comments: readonly string[];
}

/** Maps and lists up to here stand on one line. */
const longestFlow = 90;
export const lineWidth = 120;

export function playbookText(
  { components, name, params, root, verify }: Composed,
  { account, alias, comments, environment, region }: Heading,
): string {
  const value = {
    apiVersion,
    kind: 'Playbook',
    metadata: { name },
    target: { account, ...(alias === null ? {} : { alias }), region, environment },
    ...(params.length === 0 ? {} : { params: Object.fromEntries(params.map((each) => [each.name, each.fields])) }),
    root,
    components: Object.fromEntries(components.map(({ fields, id }) => [id, fields])),
    ...(verify.length === 0 ? {} : { verify }),
  };
  const document = documentOf(value);
  document.commentBefore = comments.flatMap((each) => commentLines(each)).join('\n');
  const { contents } = document;
  if (!isMap(contents)) throw new Error('A playbook is a map');
  for (const each of ['metadata', 'target', 'params', 'root', 'components', 'verify']) spaced(contents, each);
  commentBehind(contents, ['target', 'account'], ' refused anywhere else');
  commentBehind(contents, ['target', 'environment'], ' production asks for the playbook’s name to be typed');
  commentBehind(contents, ['root'], ' the owner of every piece that names no other');
  const map = contents.get('components', true);
  if (isMap(map)) {
    components.forEach(({ comments: lines, id }, index) => {
      const key = keyIn(map, id);
      if (key === undefined) return;
      key.spaceBefore = index > 0;
      key.commentBefore = lines.flatMap((each) => commentLines(each)).join('\n');
    });
  }
  return written(document, lineWidth, 'fitting');
}

/** How the outermost map or list stands: as it fits, all of it between brackets, or its entries one below the other. */
type Form = 'fitting' | 'flow' | 'block';

/** What readers of YAML 1.1 take for a boolean stands in quotes: people and other tools read it too. */
function documentOf(value: unknown): Document {
  return new Document(value, { compat: 'yaml-1.1' });
}

/** @param width of a line; 0: as long as it gets */
export function valueText(value: unknown, width: number, form: Form): string {
  return written(documentOf(value), width, form).trimEnd();
}

function written(document: Document, width: number, form: Form): string {
  const { contents } = document;
  laidOut(contents);
  if (form === 'flow' && contents !== null) {
    visit(contents, {
      Collection: (_key, collection) => {
        collection.flow = true;
      },
    });
  }
  if (form === 'block' && isCollection(contents)) contents.flow = false;
  return numbered(document.toString({ lineWidth: width, flowCollectionPadding: true, singleQuote: true }));
}

/** A comment within the width of a file, further lines hanging under the first. A line that AWS's words would end goes on. */
export function commentLines(text: string): readonly string[] {
  const [, indent = '', rest = ''] =
    /^( *)(.*)$/.exec(text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')) ?? [];
  const lines: string[] = [];
  let line = indent;
  for (const word of rest.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > lineWidth - 8) {
      lines.push(line);
      line = `${indent}  `;
    }
    line += line.trim() === '' ? word : ` ${word}`;
  }
  return [...lines, line].map((each) => (each === '' ? '' : ` ${each}`));
}

/** What nobody sees in a text, or what some readers take for the end of a line: it is written by its number. */
const unseen = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;
const unseenAll = new RegExp(unseen, 'g');

function numbered(text: string): string {
  return text.replace(unseenAll, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Short maps and lists of plain values on one line; templates in quotes. */
function laidOut(node: Node | null): void {
  if (node === null) return;
  visit(node, {
    Scalar: (_key, scalar) => {
      if (typeof scalar.value !== 'string') return;
      if (unseen.test(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
      else if (scalar.value.includes('${') && !scalar.value.includes('\n')) scalar.type = Scalar.QUOTE_SINGLE;
    },
    Collection: (key, collection, path) => {
      const parent = path.at(-1);
      const isComponent = isPair(parent) && isMap(parent.value) && parent.value.has('type') && parent.value.has('spec');
      if (key === null || isComponent) return;
      collection.flow = mayFlow(collection) && flowLength(collection) <= longestFlow;
      if (isSeq(collection)) bare(collection);
    },
  });
}

/** `[a, b]` beside `{ a: b }`: a list on one line has no padding. */
function bare(list: YAMLSeq): void {
  const usual = list.toString.bind(list);
  list.toString = (context, ...rest) => usual(context && { ...context, flowCollectionPadding: '' }, ...rest);
  for (const each of list.items) if (isMap(each)) padded(each);
}

function padded(map: YAMLMap): void {
  const usual = map.toString.bind(map);
  map.toString = (context, ...rest) => usual(context && { ...context, flowCollectionPadding: ' ' }, ...rest);
}

function mayFlow(collection: unknown): boolean {
  if (!isCollection(collection)) return true;
  return collection.items.every((each) => {
    const [key, value] = isPair(each) ? [each.key, each.value] : [undefined, each];
    const hasComment = [key, value].some(
      (one) => (isScalar(one) || isCollection(one)) && (one.comment ?? one.commentBefore ?? '') !== '',
    );
    return !hasComment && mayFlow(value);
  });
}

function flowLength(collection: { toJSON(): unknown }): number {
  return JSON.stringify(collection.toJSON()).length;
}

function keyIn(map: YAMLMap, name: string): Scalar | undefined {
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === name);
  return isScalar(pair?.key) ? pair.key : undefined;
}

function spaced(map: YAMLMap, name: string): void {
  const key = keyIn(map, name);
  if (key !== undefined) key.spaceBefore = true;
}

function commentBehind(map: YAMLMap, path: readonly string[], comment: string): void {
  const node = map.getIn(path, true);
  if (isScalar(node)) node.comment = comment;
}
