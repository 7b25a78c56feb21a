// Puts things into a world that no call makes, but that its services check for: networks, certificates, the account's
// alias. Everything is idempotent, so that a seed may be repeated.
import { z } from 'zod';
import { homeOf } from './accounts.ts';
import type { Presumable, Services, World } from './model.ts';
import { presumable, presumedId } from './presumable.ts';

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

function changeAccount(world: World, number: string): void {
  const { data } = world;
  if (number === data.account) return;
  if (homeOf(world) !== world) throw new Error(`account ${data.account} of this world cannot become ${number}`);
  if (Object.hasOwn(data.accounts ?? {}, number)) throw new Error(`this world has an account ${number} already`);
  if (!/^\d{12}$/.test(number)) throw new Error(`an AWS account id has 12 digits, got ${JSON.stringify(number)}`);
  if (JSON.stringify(data.regions).includes(`:${data.account}:`)) {
    throw new Error(
      `this world already holds resources of account ${data.account}; only an empty one can become ${number}`,
    );
  }
  data.callerArn = data.callerArn.replace(`:${data.account}:`, `:${number}:`);
  data.account = number;
}
