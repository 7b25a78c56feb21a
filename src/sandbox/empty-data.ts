// Data of accounts and regions in which nothing is yet.
import type { Services } from './model.ts';
import type { RegionData, WorldData } from './world-data.ts';

/** The account that AWS documentation uses in its examples; no customer has it. */
export const defaultAccount = '123456789012';

interface EmptyOptions {
  readonly account?: string;
  readonly alias?: string;
  readonly seed?: number;
  readonly now: number;
}

/** @param options `seed`: a whole number below 2^20; other ones give other ids */
export function emptyData(options: EmptyOptions): WorldData {
  const { account = defaultAccount, alias = null, seed = 1 } = options;
  if (!/^\d{12}$/.test(account)) throw new Error(`an AWS account id has 12 digits, got ${JSON.stringify(account)}`);
  return {
    version: 1,
    account,
    alias,
    callerArn: `arn:aws:iam::${account}:user/operator`,
    now: options.now,
    // Seeds are 2^32 draws apart, so the ids of two seeds never meet.
    sequence: seed * 0x1_0000_0000,
    regions: {},
  };
}

/** A region with nothing in it. */
export function emptyRegion(services: Services): RegionData {
  const region: RegionData = {};
  for (const { scope, store } of services.all) {
    if (scope === 'region' && store !== undefined) region[store.name] = store.empty();
  }
  return region;
}

/**
 * Gives saved data the stores that it lacks: of services that came after it was saved. What it holds of services that
 * are not there is left as it is.
 */
export function fillIn(data: WorldData, services: Services): void {
  for (const { scope, store } of services.all) {
    if (store === undefined) continue;
    if (scope === 'account') data[store.name] ??= store.empty();
    else for (const region in data.regions) (data.regions[region] as RegionData)[store.name] ??= store.empty();
  }
  for (const member of Object.values(data.accounts ?? {})) fillIn(member, services);
}

/** A further account of a world, with nothing in it. */
export function emptyMember(services: Services, account: string): WorldData {
  const data = emptyData({ account, now: 0 });
  fillIn(data, services);
  return data;
}
