// Document paths: reading them in an expression, looking them up in an item.
import type { AttributeValue, Item } from '../value.ts';
import { attribute } from '../value.ts';
import type { Path } from './ast.ts';
import { pathText } from './ast.ts';
import type { Cursor } from './cursor.ts';
import type { Placeholders } from './placeholders.ts';
import { isReserved } from './reserved.ts';

/** Told about names that are wrong; each parser files them under its own kinds. */
export interface NameProblems {
  readonly reserved: (text: string) => void;
  readonly undefinedName: (text: string) => void;
}

/** `a.#b[0].c` */
export function parsePath(
  cursor: Cursor,
  placeholders: Placeholders,
  keywords: ReadonlySet<string>,
  problems: NameProblems,
): Path {
  const path: (string | number)[] = [parseName(cursor, placeholders, keywords, problems)];
  continuePath(cursor, placeholders, keywords, problems, path);
  return path;
}

/** Members and positions after a first part that has been read. */
export function continuePath(
  cursor: Cursor,
  placeholders: Placeholders,
  keywords: ReadonlySet<string>,
  problems: NameProblems,
  path: (string | number)[],
): void {
  for (;;) {
    if (cursor.takeSymbol('.')) {
      path.push(parseName(cursor, placeholders, keywords, problems));
    } else if (cursor.takeSymbol('[')) {
      if (cursor.token.kind !== 'number') cursor.syntaxError();
      path.push(Number(cursor.take().text));
      cursor.expectSymbol(']');
    } else return;
  }
}

function parseName(
  cursor: Cursor,
  placeholders: Placeholders,
  keywords: ReadonlySet<string>,
  problems: NameProblems,
): string {
  const { kind, text } = cursor.token;
  if (kind === 'nameRef') {
    cursor.take();
    const name = placeholders.name(text);
    if (name !== undefined) return name;
    const problem = 'An expression attribute name used in the document path is not defined';
    problems.undefinedName(`${problem}; attribute name: ${text}`);
    return text;
  }
  if (kind !== 'name' || keywords.has(text.toUpperCase())) cursor.syntaxError();
  cursor.take();
  if (isReserved(text)) {
    problems.reserved(`Attribute name is a reserved keyword; reserved keyword: ${text}`);
  }
  return text;
}

export function samePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}

/** Told about paths that cannot stand together in one expression. */
export interface PathProblems {
  readonly overlap: (text: string) => void;
  readonly conflict: (text: string) => void;
}

/** Compares a path with those before it: none may contain another, and none may take a list for a map. */
export function checkAgainst(paths: readonly Path[], path: Path, problems: PathProblems): void {
  for (const earlier of paths) {
    const both = `path one: ${pathText(earlier)}, path two: ${pathText(path)}`;
    const split = earlier.findIndex((part, index) => part !== path[index]);
    const end = split === -1 ? earlier.length : split;
    const one = earlier[end];
    const two = path[end];
    const advice = 'must remove or rewrite one of these paths';
    if (one === undefined || two === undefined) {
      problems.overlap(`Two document paths overlap with each other; ${advice}; ${both}`);
    } else if (typeof one !== typeof two) {
      problems.conflict(`Two document paths conflict with each other; ${advice}; ${both}`);
    }
  }
}

export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const part of path) {
    if (value === undefined) return undefined;
    value = memberAt(value, part);
  }
  return value;
}

function memberAt(value: AttributeValue, part: string | number): AttributeValue | undefined {
  if (typeof part === 'number') return 'L' in value ? value.L[part] : undefined;
  return 'M' in value ? attribute(value.M, part) : undefined;
}
