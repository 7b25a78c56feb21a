// Which piece a text names: by its ARN, its id, or its DNS name. Pure.
import { canonicalName } from '../util/dns.ts';
import { ownerTags, type ComponentType, type Json } from '../components/contract.ts';
import type { Found } from './model.ts';

/** A text within a spec. */
export interface TextIn {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** All texts of a value, with where they stand. */
export function textsIn(value: unknown, path: readonly (string | number)[] = []): readonly TextIn[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((each, index) => textsIn(each, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => textsIn(each, [...path, name]));
}

/** The least that finds the piece of an ARN, where a type knows it. */
export interface Named {
  readonly type: ComponentType;
  readonly spec: Readonly<Record<string, Json>>;
}

/** Undefined for a text that is no ARN of a piece that a playbook may have. */
export function pieceOfArn(text: string, types: ReadonlyMap<string, ComponentType>): Named | undefined {
  if (!text.startsWith('arn:')) return undefined;
  for (const type of types.values()) {
    if (!type.capturing.taken || type.inventory?.owns?.(text) !== true) continue;
    const spec = type.inventory.specOfArn?.(text);
    if (spec !== undefined) return { type, spec };
  }
  return undefined;
}

/** Is this the ARN of a piece of whatever type that goes into playbooks? */
export function isArnOfPiece(text: string, types: ReadonlyMap<string, ComponentType>): boolean {
  return (
    text.startsWith('arn:') &&
    [...types.values()].some((type) => type.capturing.taken && type.inventory?.owns?.(text) === true)
  );
}

/** The form in which two spellings of a name, an id or an ARN are equal. */
export function canonical(text: string): string {
  return text.startsWith('arn:') ? text : canonicalName(text).replace(/^dualstack\./, '');
}

/** Outputs that only one piece in the world has: an ARN, an id that AWS made up, a DNS name. */
export function isTelling(value: string): boolean {
  return value.startsWith('arn:') || value.includes('.') || /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(value);
}

/** Pieces by what names them. */
export class NameIndex {
  readonly #byName = new Map<string, Found>();

  constructor(all: Iterable<Found>) {
    for (const found of all) {
      for (const value of Object.values(found.outputs)) {
        if (value !== undefined && isTelling(value)) this.#byName.set(canonical(value), found);
      }
    }
  }

  get(text: string): Found | undefined {
    return this.#byName.get(canonical(text));
  }
}

/**
 * The piece that a piece lives in, by the fields that its type calls containers: by an ARN, or by a name, which pieces of other
 * kinds may have, too.
 */
export function containersOf(found: Found, all: Iterable<Found>): readonly Found[] {
  const said = found.type.traits.containers.flatMap((field) => {
    const value = found.described[field];
    return typeof value === 'string' ? [value] : [];
  });
  if (said.length === 0) return [];
  return [...all].filter((each) => each !== found && said.some((value) => isContainer(each, found, value)));
}

/** Does this text of a piece name the other one as what it lives in? */
export function isContainer(other: Found, found: Found, text: string): boolean {
  const isTold = text.startsWith('arn:') || other.type.capturing.holds === found.type.traits.type;
  return isTold && Object.values(other.outputs).includes(text);
}

/** The playbook that a piece is tagged as a piece of. */
export function playbookOf({ tags }: Found): string | undefined {
  return tags?.[ownerTags.playbook];
}

/** `*` stands for any characters, `?` for one [ELB guide, host conditions]. */
export function matches(pattern: string, name: string): boolean {
  let [at, from, star, mark] = [0, 0, -1, 0];
  while (from < name.length) {
    const char = pattern[at];
    if (char === '*') {
      star = at;
      mark = from;
      at += 1;
    } else if (char === '?' || char === name[from]) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      at = star + 1;
      mark += 1;
      from = mark;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
