// From a service that runs to what its playbook holds. Reads only.
import { taggedPieces } from '../aws/tagged.ts';
import type { ComponentType, Leading, Nearby } from '../components/contract.ts';
import type { ObserveContext } from '../observe/context.ts';
import { canonicalName } from '../util/dns.ts';
import { membersOf } from './belonging.ts';
import { leadingTo } from './leading.ts';
import { wordsFor, type Captured, type Found, type Member, type Role, type Unseen } from './model.ts';
import { canonical, isArnOfPiece, matches, pieceOfArn, playbookOf, textsIn } from './naming.ts';
import { CannotSee, Walk } from './walk.ts';

/** What a capture begins with, as a user says it. */
export type Start =
  /** `<cluster>/<name>`, or an ARN */
  | { readonly kind: 'service'; readonly words: string }
  /** A DNS name that people ask for. */
  | { readonly kind: 'name'; readonly name: string }
  /** A name, or an ARN. */
  | { readonly kind: 'load-balancer'; readonly words: string }
  | { readonly kind: 'tag'; readonly key: string; readonly value: string }
  /** The piece itself. */
  | { readonly kind: 'piece'; readonly piece: Nearby };

export interface CaptureRequest {
  readonly start: Start;
  /** Tables that hold an entry for the service. */
  readonly tables: readonly string[];
  /** Names that are the service's although they lead to what it shares with others. */
  readonly names: readonly string[];
}

export interface CaptureHelp {
  /** What is being read, for people. */
  readonly tell: (what: string) => void;
  /** Which of several services is meant; undefined where nobody says. */
  readonly choose: (services: readonly string[]) => Promise<string | undefined>;
}

/** Nothing that could be captured was found, or too much; in words that name the way out. */
export class NothingToCapture extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NothingToCapture';
  }
}

/**
 * Reads a service and all that belongs to it.
 *
 * @throws NothingToCapture where the start names nothing, or more than one service
 * @throws CannotSee where what it begins with was not to be seen
 */
export async function captured(
  observeContext: ObserveContext,
  { names, start, tables }: CaptureRequest,
  help: CaptureHelp,
): Promise<Captured> {
  const walk = new Walk(observeContext, help.tell);
  const said = start.kind === 'name' ? [...names, start.name] : names;
  const near = await startOf(start, walk, help);
  const root = await walk.start(near);
  if (root === undefined) {
    throw new NothingToCapture(`${wordsOf(near, walk.types)} is not there: is it another account or region?`);
  }
  await walk.follow(root);
  // A load balancer serves what its listeners and rules name.
  if (!isService(root)) await walk.followNamed();
  const around = membersOf(root, walk.found, walk.types);
  const unseenBefore = walk.unseen.length;
  const leading = await leadingIn(walk);
  const isWhole = walk.unseen.length === unseenBefore;
  const { doubtful, shared, taken } = leadingTo(around, leading, walk.found.values(), said, isWhole);
  const byNear = new Map<Nearby, Leading>(taken.map((each) => [each, each]));
  const led = await walk.look(taken, byNear);
  const entries = await entriesIn(tables, root, walk);
  const tablesSeen = await walk.look(entries.flatMap((each) => tableOf(each, walk)));
  const members = [
    ...around,
    ...led.map((found): Member => {
      const why = found.leading === undefined ? undefined : shared.get(found.leading);
      return { found, role: why === undefined ? 'owned' : 'shared', because: why === undefined ? [] : [why] };
    }),
    ...tablesSeen.map((found): Member => ({ found, role: 'shared', because: reasonOf(found) })),
    ...entries.map((found): Member => ({ found, role: 'owned', because: [] })),
  ];
  const all = members.map((each) => withoutOthers(each, root));
  // What no playbook can share is named by its id, and left to whoever else uses it.
  const isLeft = ({ found: { type }, role }: Member): boolean => role === 'shared' && !type.traits.shareable;
  const sorted = all.filter((each) => !isLeft(each));
  const full = await Promise.all(sorted.map(async (each) => ({ ...each, found: await fullOf(each, sorted, walk) })));
  return {
    root: full.find(({ found }) => found.key === root.key)?.found ?? root,
    members: full,
    asides: full.flatMap(({ found, role }) => asidesOf(found, role)),
    unseen: walk.unseen.toSorted((left, right) => (textOf(left) < textOf(right) ? -1 : 1)),
    left: [
      ...all
        .filter(isLeft)
        .map(
          ({ because, found }) => `${found.leading?.what ?? wordsFor(found)} is no piece of it: ${because.join(', ')}`,
        ),
      ...full.flatMap(({ found, role }) => (role === 'owned' ? (found.around.left ?? []) : [])),
      ...doubtful.map(
        ({ leadsTo, what }) =>
          `${what} leads to ${leadsTo.join(', ')}, which others use too: is it this service’s? --name takes it`,
      ),
    ],
  };
}

function textOf({ api, what, why }: Unseen): string {
  return JSON.stringify([what, why, api]);
}

/** What bears the tag of another playbook is that one's. */
function withoutOthers(member: Member, root: Found): Member {
  const other = playbookOf(member.found);
  if (member.found === root || member.role === 'shared' || other === undefined || other === playbookOf(root))
    return member;
  return { ...member, role: 'shared', because: [`tagged as a piece of playbook ${other}`] };
}

function asidesOf(found: Found, role: Role): Captured['asides'] {
  return role === 'owned' ? (found.around.aside ?? []).map((aside) => ({ of: found, aside })) : [];
}

async function fullOf({ found, role }: Member, all: readonly Member[], walk: Walk): Promise<Found> {
  if (role === 'shared') return found;
  const full = await walk.inFull(found);
  const users = all
    .map((each) => each.found)
    .filter((each) => isService(each) && namesOf(each).has(found.outputs['arn'] ?? ''));
  return users.length === 0 ? walk.withUnused(full) : full;
}

/** All that a piece names, in its spec or beside it. */
function namesOf({ around, described }: Found): ReadonlySet<string> {
  return new Set([...textsIn(described).map(({ text }) => text), ...(around.own ?? [])]);
}

function reasonOf(found: Found): readonly string[] {
  return [found.type.capturing.sharedBecause?.(found.spec, found.state) ?? 'it holds what others wrote, too'];
}

function isService({ type }: Found): boolean {
  return type.inventory?.services === true;
}

async function leadingIn(walk: Walk): Promise<readonly Leading[]> {
  const lists = await walk.ofEachType(
    ({ inventory, traits }) => `${inventory?.what ?? traits.type} that lead to the service`,
    ({ capturing: { leading } }) => leading?.(walk.context),
  );
  return lists.flat();
}

/** Entries that say the service's name, or its ARN, in one of these tables. */
async function entriesIn(tables: readonly string[], root: Found, walk: Walk): Promise<readonly Found[]> {
  const texts = [root.type.capturing.tellApart(root.described, root.state), ...Object.values(root.outputs)];
  const wanted = [...new Set(texts.filter((each) => each !== undefined && each !== ''))] as string[];
  const near = await Promise.all(
    tables.map((table) =>
      walk.ofEachType(
        () => `entries of table ${table}`,
        ({ capturing: { entries } }) => entries?.(table, wanted, walk.context),
      ),
    ),
  );
  return walk.look(near.flat(2));
}

/** What an entry lives in, where a type finds it by its name. */
function tableOf({ described, type }: Found, walk: Walk): readonly Nearby[] {
  return type.traits.containers.flatMap((field) => {
    const name = described[field];
    return [...walk.types.values()].flatMap((each) => {
      const spec = each.capturing.holds === type.traits.type && typeof name === 'string' ? { name } : undefined;
      return spec === undefined ? [] : [{ type: each.traits.type, spec }];
    });
  });
}

// --- What to begin with -------------------------------------------------------------------------------------------------

async function startOf(start: Start, walk: Walk, help: CaptureHelp): Promise<Nearby> {
  switch (start.kind) {
    case 'piece':
      return start.piece;
    case 'service':
      return serviceNamed(start.words, walk.types);
    case 'load-balancer': {
      const types = [...walk.types.values()].filter((type) => type.inventory?.regionOfName !== undefined);
      return servedBy(byWords(start.words, types, 'load balancer', 'by its name'), undefined, walk, help);
    }
    case 'name':
      return byName(start.name, walk, help);
    case 'tag':
      return byTag(start, walk, help);
  }
}

/** The service that a user means. @throws NothingToCapture for words that mean none */
export function serviceNamed(words: string, types: ReadonlyMap<string, ComponentType>): Nearby {
  const services = [...types.values()].filter((type) => type.inventory?.services === true);
  return byWords(words, services, 'service', 'as <cluster>/<name>');
}

function byWords(words: string, types: readonly ComponentType[], kind: string, form: string): Nearby {
  for (const type of types) {
    const spec = type.capturing.named?.(words);
    if (spec !== undefined) return { type: type.traits.type, spec };
  }
  throw new NothingToCapture(`${JSON.stringify(words)} names no ${kind}: name it ${form}`);
}

/** Along records to a load balancer, and to the service that is behind it. */
async function byName(asked: string, walk: Walk, help: CaptureHelp): Promise<Nearby> {
  const name = canonicalName(asked);
  const before = walk.unseen.length;
  const records = await leadingIn(walk);
  const names = new Set([name]);
  for (const each of names) {
    for (const record of records) {
      if (record.provides.includes(each)) for (const next of record.leadsTo) names.add(next);
    }
  }
  for (const type of walk.types.values()) {
    const { inventory } = type;
    const list = inventory?.list;
    if (list === undefined || inventory?.regionOfName === undefined) continue;
    const pieces = await walk.read(inventory.what, () => list(walk.context));
    for (const piece of pieces ?? []) {
      if (piece.kind !== 'piece' || !piece.dnsNames.some((each) => names.has(canonical(each)))) continue;
      const spec = inventory.specOfArn?.(piece.id) ?? type.capturing.named?.(piece.id);
      if (spec !== undefined) return servedBy({ type: type.traits.type, spec }, name, walk, help);
    }
  }
  const [failed] = walk.unseen.slice(before);
  if (failed !== undefined) throw new CannotSee(failed);
  const led = [...names].slice(1);
  const why = led.length === 0 ? 'no record of this account has that name' : `it leads to ${led.join(', ')}`;
  throw new NothingToCapture(`${asked} leads to no load balancer of this account and region: ${why}`);
}

/** The service whose tasks a load balancer's requests go to; the load balancer itself where no service is behind it. */
async function servedBy(balancer: Nearby, name: string | undefined, walk: Walk, help: CaptureHelp): Promise<Nearby> {
  const found = await walk.start(balancer);
  if (found === undefined) throw new NothingToCapture(`${wordsOf(balancer, walk.types)} is not there`);
  await walk.follow(found);
  const takes = ({ described, type }: Found): boolean => {
    const hosts = type.capturing.hosts?.(described);
    return name === undefined || hosts === undefined || hosts.some((each) => matches(each.toLowerCase(), name));
  };
  const servicesOf = async (groups: readonly string[]): Promise<readonly Nearby[]> => {
    const before = walk.unseen.length;
    const found = await walk.ofEachType(
      () => 'services behind the load balancer',
      ({ capturing: { users } }) => users?.(groups, walk.context),
    );
    // That nobody could see a service is no word that there is none.
    const [failed] = walk.unseen.slice(before);
    if (failed !== undefined) throw new CannotSee(failed);
    return found.flat();
  };
  const all = [...walk.found.values()];
  const one = await oneOf(await servicesOf(arnsIn(all.filter(takes), walk)), walk, help);
  const others = one === undefined ? await servicesOf(arnsIn(all, walk)) : [];
  if (others.length > 0) {
    const words = others.map((each) => wordsOf(each, walk.types)).toSorted();
    throw new NothingToCapture(
      `no service is behind ${name ?? ''}: ${wordsOf(balancer, walk.types)} sends its requests on to no other than ${words.join(', ')}`,
    );
  }
  walk.forget();
  return one ?? balancer;
}

/** ARNs of pieces that these name. */
function arnsIn(all: readonly Found[], { types }: Walk): readonly string[] {
  const named = all.flatMap(({ described }) => textsIn(described).map(({ text }) => text));
  return [...new Set(named.filter((text) => isArnOfPiece(text, types)))];
}

/** Services with a tag, or load balancers where no service has it. */
async function byTag({ key, value }: Extract<Start, { kind: 'tag' }>, walk: Walk, help: CaptureHelp): Promise<Nearby> {
  const before = walk.unseen.length;
  const all = (await walk.read('the index of tags', () => taggedPieces(walk.context.aws, key))) ?? [];
  const [failed] = walk.unseen.slice(before);
  if (failed !== undefined) throw new CannotSee(failed);
  const arns = all.filter(({ tags }) => value === '' || tags[key] === value).map(({ arn }) => arn);
  const pieces = arns.flatMap((arn) => pieceOfArn(arn, walk.types) ?? []);
  const wanted = [
    pieces.filter(({ type }) => type.inventory?.services === true),
    pieces.filter(({ type }) => type.inventory?.regionOfName !== undefined),
  ].find((each) => each.length > 0);
  const near = (wanted ?? []).map(({ spec, type }): Nearby => ({ type: type.traits.type, spec }));
  const one = await oneOf(near, walk, help);
  if (one !== undefined) return one;
  throw new NothingToCapture(`no service and no load balancer of this account and region has the tag ${key}=${value}`);
}

/** Undefined where there is none. @throws NothingToCapture where there are several, and nobody chose */
async function oneOf(all: readonly Nearby[], { types }: Walk, { choose }: CaptureHelp): Promise<Nearby | undefined> {
  const byWords = new Map(all.map((each) => [wordsOf(each, types), each]));
  if (byWords.size <= 1) return [...byWords.values()][0];
  const words = [...byWords.keys()].toSorted();
  const chosen = await choose(words);
  const one = chosen === undefined ? undefined : byWords.get(chosen);
  if (one !== undefined) return one;
  throw new NothingToCapture(
    `${words.length} services are meant by this: ${words.join(', ')}. Name one: --service <cluster>/<name>`,
  );
}

function wordsOf({ spec, type: name }: Nearby, types: ReadonlyMap<string, ComponentType>): string {
  const type = types.get(name);
  return type === undefined ? name : wordsFor({ spec, type });
}
