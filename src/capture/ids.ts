// What the pieces of a captured playbook are called. Pure.
import { ownerTags } from '../components/contract.ts';
import { componentIdPattern } from '../playbook/schema.ts';
import type { Found, Member } from './model.ts';
import { containersOf } from './naming.ts';

/**
 * By the key of the piece: `load-balancer`; where there are several of a kind, with what tells each apart: `listener-443`. One that
 * is tagged as a component of this playbook keeps its id.
 */
export function idsOf(
  members: readonly Member[],
  name: string,
  known: ReadonlyMap<string, string> = new Map(),
  taken: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, string> {
  const ids = new Map(members.flatMap(({ found: { key } }) => ownEntry(key, known)));
  const used = new Set([...taken, ...ids.values()]);
  const tagged = (each: Member): string | undefined => {
    const { tags } = each.found;
    const id = tags?.[ownerTags.component];
    const isOurs = id !== undefined && componentIdPattern.test(id) && tags?.[ownerTags.playbook] === name;
    return isOurs && each.role === 'owned' && !used.has(id) ? id : undefined;
  };
  for (const each of members) {
    const id = ids.has(each.found.key) ? undefined : tagged(each);
    if (id === undefined) continue;
    used.add(id);
    ids.set(each.found.key, id);
  }
  const byWord = new Map<string, Member[]>();
  for (const each of members.filter(({ found }) => !ids.has(found.key))) {
    const { word } = each.found.type.capturing;
    byWord.set(word, [...(byWord.get(word) ?? []), each]);
  }
  const pieces = members.map(({ found }) => found);
  const apartOf = (found: Found): string =>
    slug(withoutName(found.type.capturing.tellApart(found.described, found.state), name));
  /** By what it lives in, too, where others of the kind are told by the same: the listener at 443 of another load balancer. */
  const furtherOf = (found: Found, others: readonly Found[]): string => {
    const short = apartOf(found);
    if (!others.some((each) => each !== found && apartOf(each) === short)) return short;
    return slug([...containersOf(found, pieces).map(apartOf), short].filter((each) => each !== '').join('-'));
  };
  for (const [word, all] of byWord) {
    const alike = all.map(({ found }) => found);
    for (const found of alike) {
      const apart = all.length === 1 ? '' : furtherOf(found, alike);
      const id = unused(apart === '' ? word : `${word}-${apart}`, used);
      used.add(id);
      ids.set(found.key, id);
    }
  }
  return ids;
}

function ownEntry(key: string, known: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const id = known.get(key);
  return id === undefined ? [] : [[key, id]];
}

/** The name of the service is in most names of its pieces and tells none apart. */
function withoutName(text: string, name: string): string {
  const rest = text.startsWith(`${name}-`) ? text.slice(name.length + 1) : text;
  return rest === name ? '' : rest;
}

/** Lower-case letters, digits and hyphens. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/\*/g, 'any')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
}

function unused(id: string, used: ReadonlySet<string>): string {
  const short = id.slice(0, 60);
  if (!used.has(short)) return short;
  for (let number = 2; ; number += 1) {
    const next = `${short.slice(0, 56)}-${number}`;
    if (!used.has(next)) return next;
  }
}

/** A name for the playbook of a piece of this name. */
export function playbookName(text: string): string {
  const plain = slug(text);
  return /^[a-z]/.test(plain) ? plain : `service-${plain}`.replace(/-+$/, '');
}
