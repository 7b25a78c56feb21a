// Values of two places made alike where they differ by nature: accounts, regions, ids that AWS makes up, and what the same
// component is called on either side. Pure.
import type { Json } from '../components/contract.ts';
import { idAt } from '../settings/ids.ts';
import type { OwnName, SideFacts } from './facts.ts';

/** How values of one side are read. */
export interface Canonical {
  /** The text without what names the place. */
  readonly inPlace: (text: string) => string;
  /** All readings of a text: two texts are the same where they have one in common. */
  readonly readings: (text: string) => readonly string[];
  /** A path into the facts; keys of lists may hold ARNs. */
  readonly path: (path: string) => string;
}

/** Shorter names stand anywhere by chance. */
const shortestName = 3;
/** What is shorter is no id that AWS made up. */
const shortestId = 12;

/** @param idOf what a component is called on both sides */
export function canonicalOf(side: SideFacts, idOf: (component: string) => string): Canonical {
  const names = side.names
    .map((each) => ({ ...each, word: `\${${idOf(each.component)}.${each.output}}` }))
    .toSorted((one, other) => other.value.length - one.value.length);
  const ids = names.filter(({ unique, value }) => unique && value.length >= shortestId);
  const words = names.filter(({ value }) => value.length >= shortestName);
  const inPlace = placeReader(side);
  return {
    inPlace,
    path: (path) => inPlace(replaced(path, ids)),
    readings: (text) => {
      const whole = names.filter(({ value }) => value === text).map(({ word }) => word);
      const told = [text, replaced(text, ids), replaced(text, words)].map(inPlace);
      return [...new Set([...told, ...whole])];
    },
  };
}

type Named = OwnName & { readonly word: string };

/** Each name where it stands by itself. */
function replaced(text: string, names: readonly Named[]): string {
  return names.reduce((rest, { value, word }) => {
    let done = '';
    let left = rest;
    for (let at = idAt(left, value); at >= 0; at = idAt(left, value)) {
      done += left.slice(0, at) + word;
      left = left.slice(at + value.length);
    }
    return done + left;
  }, text);
}

/** Ids that nobody can choose [EC2 resource ids: 8 or 17 hexadecimal digits]. */
const resourceIds =
  /(?<![\w-])(eni|eipalloc|rtb|igw|nat|vpce|fs|fsap|acl|pl|snap|vol)-[0-9a-f]{8}(?:[0-9a-f]{9})?(?![\w-])/g;
/** Of networks, which are named by id alone. */
const networkIds = /(?<![\w-])(subnet|sg|vpc)-[0-9a-z]+(?![\w-])/g;
const arns = /arn:[a-z-]+:[^\s"',]+/g;
const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** `name-1234567890.eu-west-1.elb.amazonaws.com` */
const balancerNumbers = /-\d{6,12}(?=\.[\w-]+\.elb\.amazonaws\.com)/gi;
/** Network load balancers have theirs in hexadecimal, and the region on the other side. */
const networkBalancerIds = /-[0-9a-f]{16}(?=\.elb\.[\w-]+\.amazonaws\.com)/gi;
const zoneIds = /^(?:\/?hostedzone\/)?Z(?=[A-Z0-9]*\d)[A-Z0-9]{11,31}$/;

function placeReader({ account, region }: SideFacts): (text: string) => string {
  const accounts = new RegExp(`(?<!\\d)${account}(?!\\d)`, 'g');
  // An availability zone has a letter behind it.
  const regions = new RegExp(`(?<![A-Za-z0-9-])${region}(?![0-9-])`, 'g');
  return (text) =>
    zoneIds.test(text)
      ? '(zone)'
      : text
          .replaceAll(arns, withoutMade)
          .replaceAll(balancerNumbers, '-(id)')
          .replaceAll(networkBalancerIds, '-(id)')
          .replaceAll(networkIds, '$1-(id)')
          .replaceAll(resourceIds, '$1-(id)')
          .replaceAll(accounts, '(account)')
          .replaceAll(regions, '(region)');
}

/** An ARN without what AWS made up in it; names stay. */
function withoutMade(arn: string): string {
  return arn
    .replace(/^arn:[a-z-]+:/, 'arn:(partition):')
    .replaceAll(uuids, '(id)')
    .replaceAll(/\/[0-9a-f]{16}(?=\/|$)/g, '/(id)')
    .replace(/(:secret:.+)-[A-Za-z0-9]{6}(?=$|:)/, '$1-(id)');
}

/** Are two values the same but for what differs by nature? */
export function sameValue(
  left: Json,
  right: Json,
  readers: { readonly left: Canonical; readonly right: Canonical },
  anyOrder = false,
): boolean {
  if (typeof left === 'string' && typeof right === 'string') {
    if (left === right) return true;
    const there = new Set(readers.right.readings(right));
    return readers.left.readings(left).some((each) => there.has(each));
  }
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right;
  if (isList(left) || isList(right)) {
    if (!isList(left) || !isList(right) || left.length !== right.length) return false;
    if (!anyOrder) return left.every((each, index) => sameValue(each, right[index] ?? null, readers));
    const rest = [...right];
    return left.every((each) => {
      const at = rest.findIndex((other) => sameValue(each, other, readers));
      if (at < 0) return false;
      rest.splice(at, 1);
      return true;
    });
  }
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every(
      (name) => Object.hasOwn(right, name) && sameValue(left[name] ?? null, right[name] ?? null, readers, anyOrder),
    )
  );
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * What of the other side a value names: the other's account, or a piece that only the other side has. Undefined where it names
 * none.
 */
export function crossingIn(value: Json, own: SideFacts, other: SideFacts): string | undefined {
  if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) {
      const found = crossingIn(each, own, other);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof value !== 'string') return undefined;
  const piece = strangeNames(own, other).find((each) => idAt(value, each.value) >= 0);
  if (piece !== undefined) return `${piece.component}'s ${piece.output}`;
  const isNamed = new RegExp(`(?<!\\d)${other.account}(?!\\d)`).test(value);
  return own.account !== other.account && isNamed ? `account ${other.account}` : undefined;
}

/** Asked for with each value. */
const known = new WeakMap<SideFacts, { readonly own: SideFacts; readonly names: readonly OwnName[] }>();

/** Names that only the other side's pieces have; what both playbooks share is nobody's. */
function strangeNames(own: SideFacts, other: SideFacts): readonly OwnName[] {
  const last = known.get(other);
  if (last?.own === own) return last.names;
  const ours = new Set(own.names.map(({ value }) => value));
  const names = other.names.filter(({ unique, value }) => unique && value.length >= shortestId && !ours.has(value));
  known.set(other, { own, names });
  return names;
}
