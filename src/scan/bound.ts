// How many calls a scan makes at most, and how long AWS's rates make it take: told before it begins. Pure.
import { rateOf, type AwsService } from '../aws/services/service.ts';
import { foreseenCalls } from '../observe/look-calls.ts';
import type { Playbook } from '../playbook/model.ts';
import { groupBy } from '../util/group-by.ts';
import { count, durationText } from '../util/words.ts';

/** Playbooks of one account and region that are reached in one way, as they are looked at: group after group. */
export interface PlaceToScan {
  readonly account: string;
  readonly region: string;
  readonly groups: readonly (readonly Playbook[])[];
}

export interface ScanBound {
  /** At most, where AWS answers each at once and no deployment has failed; lists of what is in no playbook come on top. */
  readonly calls: number;
  /** Seconds that the calls take at the rates that the scan is given. */
  readonly seconds: number;
  /** What takes longest: an account and a bucket of AWS's rates, `123456789012 elbv2:read`; null where nothing is asked. */
  readonly boundBy: string | null;
  /** Of each of AWS's rates. */
  readonly share: number;
  /** Types from outside, whose calls nobody can count beforehand. */
  readonly untold: readonly string[];
}

export interface BoundOptions {
  /** Of each of AWS's rates, from 0 to 1. */
  readonly share: number;
  readonly services: readonly AwsService[];
  /** How many accounts are looked at side by side. */
  readonly accountsAtOnce: number;
}

/** Who it is, and where, of each group; asked again when credentials are renewed. */
const identityCalls: readonly (readonly [string, number])[] = [
  ['sts:GetCallerIdentity', 2],
  ['iam:ListAccountAliases', 1],
];

export function boundOf(places: readonly PlaceToScan[], { accountsAtOnce, services, share }: BoundOptions): ScanBound {
  const rows = new Map(services.map((each) => [each.name, each]));
  const untold = new Set<string>();
  let calls = 0;
  const accounts = [...groupBy(places, ({ account }) => account)].map(([account, own]) => {
    const buckets = new Map<string, Bucket>();
    for (const { groups, region } of own) {
      for (const [operation, number] of callsIn(groups, untold)) {
        calls += number;
        const [name = '', what = ''] = operation.split(':');
        const row = rows.get(name);
        if (row === undefined) throw new Error(`Internal error: a look asks ${name}, which has no row`);
        const { bucket, burst, refill } = rateOf(row, what);
        const key = row.accountWide ? bucket : `${region} ${bucket}`;
        const known = buckets.get(key) ?? { bucket, calls: 0, burst, refill };
        buckets.set(key, { ...known, calls: known.calls + number });
      }
    }
    return [...buckets.values()]
      .map((each) => ({ account, bucket: each.bucket, seconds: secondsOf(each, share) }))
      .reduce((longest, each) => (each.seconds > longest.seconds ? each : longest), {
        account,
        bucket: '',
        seconds: 0,
      });
  });
  const [longest] = accounts.toSorted((left, right) => right.seconds - left.seconds);
  return {
    calls,
    seconds: Math.ceil(
      secondsTogether(
        accounts.map(({ seconds }) => seconds),
        accountsAtOnce,
      ),
    ),
    boundBy: longest === undefined || longest.bucket === '' ? null : `${longest.account} ${longest.bucket}`,
    share,
    untold: [...untold].toSorted(),
  };
}

interface Bucket {
  readonly bucket: string;
  readonly calls: number;
  readonly burst: number;
  readonly refill: number;
}

function callsIn(groups: PlaceToScan['groups'], untold: Set<string>): ReadonlyMap<string, number> {
  const sum = new Map(identityCalls.map(([operation, number]) => [operation, number * groups.length]));
  for (const group of groups) {
    const foreseen = foreseenCalls(group);
    for (const type of foreseen.untold) untold.add(type);
    for (const [operation, number] of foreseen.calls) sum.set(operation, (sum.get(operation) ?? 0) + number);
  }
  return sum;
}

/** As a token bucket lets them through that is full at the beginning. */
function secondsOf({ burst, calls, refill }: Bucket, share: number): number {
  return Math.max(0, calls - Math.max(1, burst * share)) / (refill * share);
}

/** Each account begins when one of those before it is done. */
function secondsTogether(accounts: readonly number[], atOnce: number): number {
  const ends: number[] = [];
  for (const seconds of accounts) {
    ends.sort((left, right) => left - right);
    const begins = ends.length < atOnce ? 0 : (ends.shift() ?? 0);
    ends.push(begins + seconds);
  }
  return Math.max(0, ...ends);
}

/** `1000 playbooks in 10 accounts: at most 5240 calls, 4m10s at half of AWS's rates (elbv2:read of 123456789012)` */
export function boundText(bound: ScanBound, playbooks: number, accounts: number): string {
  const { boundBy, calls, seconds, share, untold } = bound;
  const rates = share === 1 ? "AWS's rates" : `${shareText(share)} of AWS's rates`;
  const binds = boundBy === null || seconds === 0 ? '' : ` (${boundBy})`;
  const without = untold.length === 0 ? '' : `; not counted: ${untold.join(', ')}`;
  return (
    `${count(playbooks, 'playbook')} in ${count(accounts, 'account')}: ` +
    `at most ${count(calls, 'call')}, ${durationText(seconds)} at ${rates}${binds}${without}`
  );
}

function shareText(share: number): string {
  return share === 0.5 ? 'half' : `${String(Math.round(share * 100))} %`;
}
