// Further accounts of a world. Each is a world of its own to the services, with its own stores; clock, durations and the
// counter of ids are those of the world that it lies in, so that no two accounts give out the same id.
import type { Bucket, Services, World } from './model.ts';
import type { RegionData, WorldData } from './world-data.ts';
import { emptyMember, fillIn } from './empty-data.ts';

const members = new WeakMap<World, Map<string, World>>();
const homes = new WeakMap<World, World>();

/** The world that an account lies in; a world that is no member of another one is its own. */
export function homeOf(world: World): World {
  return homes.get(world) ?? world;
}

/** Every account there is, the world's own first. */
export function everyAccount(world: World): readonly World[] {
  const home = homeOf(world);
  return [home, ...Object.keys(home.data.accounts ?? {}).map((account) => accountWorld(home, account))];
}

/**
 * One account of a world, made empty on first use.
 *
 * @param account 12 digits
 */
export function accountWorld(world: World, account: string): World {
  const home = homeOf(world);
  if (account === home.data.account) return home;
  const known = members.get(home) ?? new Map<string, World>();
  members.set(home, known);
  const found = known.get(account) ?? memberOf(home, account);
  known.set(account, found);
  return found;
}

function memberOf(home: World, account: string): World {
  if (!/^\d{12}$/.test(account)) throw new Error(`an AWS account id has 12 digits, got ${JSON.stringify(account)}`);
  const buckets = new Map<string, Bucket>();
  // Asked for anew each time: a saved world takes the place of what was there.
  const data = (): WorldData => {
    const accounts = (home.data.accounts ??= {});
    const found = accounts[account];
    if (found !== undefined) return found;
    const made = emptyMember(home.services, account);
    accounts[account] = made;
    return made;
  };
  const member: World = {
    clock: home.clock,
    timings: home.timings,
    services: home.services,
    buckets,
    get data() {
      return data();
    },
    region: (name) => regionOf(data(), name, home.services),
    hex: (length) => home.hex(length),
    digits: (length) => home.digits(length),
    random: () => home.random(),
    requestId: () => home.requestId(),
  };
  homes.set(member, home);
  return member;
}

function regionOf(data: WorldData, name: string, services: Services): RegionData {
  const found = data.regions[name];
  if (found !== undefined) return found;
  const made: RegionData = {};
  data.regions[name] = made;
  fillIn(data, services);
  return made;
}
