// Puts things into a world that no call makes, but that its services check for or tell of: networks, certificates, roles,
// images, the account's alias; and takes them away. Everything is idempotent, so that a seed may be repeated.
import { z } from 'zod';
import { homeOf } from './accounts.ts';
import type { Presumable, ServicePlug, Services, World } from './model.ts';
import { presumable, presumedHome, presumedId } from './presumable.ts';
import { watchChange } from './watch.ts';

/** Of a kind that a service of the world offers, or the account itself; members as the kind has them. */
export interface PresumedItem {
  readonly kind: string;
  readonly region?: string | undefined;
  readonly [member: string]: unknown;
}

/** Before all else: what a service makes has the account's number in its name. */
const account = presumable('account', { account: presumedId }, (world, item) => {
  changeAccount(world, item.account);
});

/** Kinds in the order in which they are put in. */
function kindsOf({ presumables }: Services): readonly Presumable[] {
  return [account, ...presumables.values()];
}

/** One item of any kind, as JSON. */
export function presumedSchema(services: Services): z.ZodType<PresumedItem> {
  const others = [...services.presumables.values()].map(({ schema }) => schema);
  // Each of them has its kind as a literal, which the type of a list of schemas does not show.
  const options = [account.schema, ...others] as unknown as [z.core.$ZodTypeDiscriminable];
  return z.discriminatedUnion('kind', options) as unknown as z.ZodType<PresumedItem>;
}

/** @throws Error when an item cannot be, such as an alias that IAM would refuse */
export function presume(world: World, items: readonly PresumedItem[]): void {
  const kinds = kindsOf(world.services);
  const unknown = items.find((item) => !kinds.some(({ kind }) => kind === item.kind));
  if (unknown !== undefined) throw new Error(`nothing in this sandbox can be presumed as ${unknown.kind}`);
  for (const { kind, put } of kinds) for (const item of items) if (item.kind === kind) put(world, item);
}

/** One presumed thing, by what names it: an id, an ARN, a name. */
export interface LostItem {
  readonly kind: string;
  readonly id: string;
  readonly region?: string | undefined;
}

/** Kinds of which something can be taken away. */
export function losableKinds({ presumables }: Services): readonly string[] {
  return [...presumables.values()].filter(({ lose: take }) => take !== undefined).map(({ kind }) => kind);
}

/**
 * Takes a presumed thing away, as if somebody had deleted it: what refers to it stays.
 *
 * @throws Error when it is not there, or when its kind cannot be lost
 */
export function lose(world: World, { id, kind, region = presumedHome }: LostItem): void {
  const take = world.services.presumables.get(kind)?.lose;
  if (take === undefined) {
    throw new Error(`nothing of the kind ${kind} can be lost; there are ${losableKinds(world.services).join(', ')}`);
  }
  const owner = world.services.all.find((each) => offers(each, kind));
  const changed = owner && watchChange(world, region, owner);
  if (!take(world, id, region)) throw new Error(`there is no ${kind} ${id} in ${region}`);
  changed?.();
}

function offers({ presumes = [] }: ServicePlug, wanted: string): boolean {
  return presumes.some(({ kind }) => kind === wanted);
}

function changeAccount(world: World, number: string): void {
  const { data } = world;
  if (number === data.account) return;
  if (homeOf(world) !== world) throw new Error(`account ${data.account} of this world cannot become ${number}`);
  if (Object.hasOwn(data.accounts ?? {}, number)) throw new Error(`this world has an account ${number} already`);
  if (!/^\d{12}$/.test(number)) throw new Error(`an AWS account id has 12 digits, got ${JSON.stringify(number)}`);
  const once = world.services.all.flatMap(({ scope, store }) =>
    scope === 'account' && store !== undefined ? [data[store.name]] : [],
  );
  if (JSON.stringify([data.regions, once]).includes(`:${data.account}:`)) {
    throw new Error(
      `this world already holds resources of account ${data.account}; only an empty one can become ${number}`,
    );
  }
  data.callerArn = data.callerArn.replace(`:${data.account}:`, `:${number}:`);
  data.account = number;
}
