// Whose the pieces around a service are: its own, others' too, or nobody's business. By evidence: who names what. Pure.
import type { ComponentType } from '../components/contract.ts';
import { listText } from '../util/words.ts';
import { wordsFor, type Found, type Member } from './model.ts';
import { canonical, containersOf, isArnOfPiece, NameIndex, textsIn } from './naming.ts';

/** `own`: it serves the service alone; `mixed`: others too; `foreign`: others alone; `neutral`: it leads to nobody. */
type Standing = 'own' | 'mixed' | 'foreign' | 'neutral';

/** Evidence beyond this many pieces is counted. */
const mostNamed = 3;

/**
 * The pieces of a service, and of those that are shared, why.
 *
 * @param root what the playbook is about
 * @param all what was found, whoever's it is
 */
export function membersOf(
  root: Found,
  all: ReadonlyMap<string, Found>,
  types: ReadonlyMap<string, ComponentType>,
): readonly Member[] {
  const pieces = [...all.values()];
  const index = new NameIndex(pieces);
  const containers = new Map(pieces.map((each) => [each, containersOf(each, pieces)]));
  const inside = new Map<Found, Found[]>();
  for (const [each, all] of containers) {
    for (const container of all) inside.set(container, [...(inside.get(container) ?? []), each]);
  }
  const own = ownOf(root, index, containers, inside);
  const lodging = new Set([...own].flatMap((each) => containers.get(each) ?? []));
  const standings = new Map<Found, Standing>();
  const standingOf = (found: Found): Standing => {
    const known = standings.get(found);
    if (known !== undefined) return known;
    standings.set(found, 'neutral');
    const parts = [...leadingOf(found, index, own, types), ...(inside.get(found) ?? []).map(standingOf)];
    const standing = together(parts);
    standings.set(found, standing);
    return standing;
  };
  const members = new Map<Found, Member>();
  const addOwn = (found: Found): void => {
    const because = found === root ? [] : [...sharedBecause(found, pieces), ...blindIn(found, inside)];
    members.set(found, { found, role: because.length === 0 ? 'owned' : 'shared', because });
  };
  for (const each of [...own, ...lodging]) addOwn(each);
  for (const each of pieces) {
    if (members.has(each)) continue;
    const standing = standingOf(each);
    if (standing === 'own') addOwn(each);
    if (standing === 'mixed') members.set(each, { found: each, role: 'shared', because: othersIn(each) });
  }
  // What leads to nobody is the service's where all that it lives in is.
  for (const each of pieces) {
    if (members.has(each) || standingOf(each) !== 'neutral') continue;
    const around = containers.get(each) ?? [];
    if (around.length > 0 && around.every((one) => members.get(one)?.role === 'owned')) addOwn(each);
  }
  return pieces.flatMap((each) => members.get(each) ?? []);

  function othersIn(found: Found): readonly string[] {
    const lead = (each: Found): string => {
      const others = foreignNames(each, index, own, types);
      const to = others.length === 0 ? '' : ` forwards to ${counted(others)}`;
      return each === found ? `it${to}` : `${wordsFor(each)}${to}`;
    };
    const foreign = withAllInside(found, inside).filter((each) => foreignNames(each, index, own, types).length > 0);
    return foreign.length <= mostNamed
      ? foreign.map(lead)
      : [...foreign.slice(0, mostNamed).map(lead), `${foreign.length - mostNamed} more`];
  }
}

function withAllInside(found: Found, inside: ReadonlyMap<Found, readonly Found[]>): readonly Found[] {
  return [found, ...(inside.get(found) ?? []).flatMap((each) => withAllInside(each, inside))];
}

/** What the root names, and what that names: all but what it lives in. Of a root that is no service, what lives in it is its own. */
function ownOf(
  root: Found,
  index: NameIndex,
  containers: ReadonlyMap<Found, readonly Found[]>,
  inside: ReadonlyMap<Found, readonly Found[]>,
): ReadonlySet<Found> {
  const isService = root.type.inventory?.services === true;
  const own = new Set(isService ? [root] : withAllInside(root, inside));
  for (const each of own) {
    for (const text of [...textsIn(each.described).map((one) => one.text), ...(each.around.own ?? [])]) {
      const named = index.get(text);
      if (named !== undefined && containers.get(each)?.includes(named) !== true) own.add(named);
    }
  }
  return own;
}

/** Where what a piece names stands, one for each. */
function leadingOf(
  found: Found,
  index: NameIndex,
  own: ReadonlySet<Found>,
  types: ReadonlyMap<string, ComponentType>,
): readonly Standing[] {
  const isOwn = namedIn(found, index).some((each) => own.has(each));
  const isForeign = foreignNames(found, index, own, types).length > 0;
  return [...(isOwn ? (['own'] as const) : []), ...(isForeign ? (['foreign'] as const) : [])];
}

function namedIn(found: Found, index: NameIndex): readonly Found[] {
  return textsBeside(found).flatMap((text) => index.get(text) ?? []);
}

/** Texts of a piece that do not say what it lives in. */
function textsBeside({ described, type }: Found): readonly string[] {
  const { containers } = type.traits;
  return textsIn(described)
    .filter(({ path: [first] }) => typeof first !== 'string' || !containers.includes(first))
    .map(({ text }) => text);
}

/** ARNs of pieces that a piece names and that are not the service's. */
function foreignNames(
  found: Found,
  index: NameIndex,
  own: ReadonlySet<Found>,
  types: ReadonlyMap<string, ComponentType>,
): readonly string[] {
  const names = textsBeside(found).filter((text) => {
    const named = index.get(text);
    return named === undefined ? isArnOfPiece(text, types) : !own.has(named) && named !== found;
  });
  return [...new Set(names)];
}

function together(all: readonly Standing[]): Standing {
  const has = (standing: Standing): boolean => all.includes(standing);
  if (has('mixed') || (has('own') && has('foreign'))) return 'mixed';
  if (has('own')) return 'own';
  return has('foreign') ? 'foreign' : 'neutral';
}

/** Why a piece of the service is not its alone; empty where it is. */
function sharedBecause(found: Found, pieces: readonly Found[]): readonly string[] {
  const told = found.type.capturing.sharedBecause?.(found.spec, found.state);
  const names = new Set(Object.values(found.outputs).map((each) => (each === undefined ? '' : canonical(each))));
  const users = pieces
    .flatMap((each) => each.around.others ?? [])
    .filter(({ uses }) => uses.some((each) => names.has(canonical(each))))
    .map(({ what }) => what);
  const isUnseen = pieces.some((each) =>
    (each.around.unseen ?? []).some((one) => (one.users ?? []).some((arn) => names.has(canonical(arn)))),
  );
  return [
    ...(told === undefined ? [] : [told]),
    ...(users.length === 0 ? [] : [`used by ${counted(users)} too`]),
    ...(isUnseen ? ['who else uses it could not be seen'] : []),
  ];
}

/** Where nobody knows what else is in it, it is not taken for the service's alone. */
function blindIn(found: Found, inside: ReadonlyMap<Found, readonly Found[]>): readonly string[] {
  const isBlind = withAllInside(found, inside).some((each) => each.isBlind === true);
  return isBlind ? ['what else is in it could not be seen'] : [];
}

/** `service a, service b, service c and 37 more`; of ARNs, what comes after the account. */
function counted(names: readonly string[]): string {
  const short = names.map((each) => (each.startsWith('arn:') ? shortArn(each) : each));
  const more = short.length - mostNamed;
  return listText(more > 0 ? [...short.slice(0, mostNamed), `${more} more`] : short);
}

/** `targetgroup/payments` */
function shortArn(arn: string): string {
  const local = arn.split(':').slice(5).join(':');
  return local.split('/').slice(0, 2).join('/');
}
