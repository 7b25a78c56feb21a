// From what was seen to checks. Pure: whoever asks, measures and reads files is the command.
import { awsServices } from '../aws/services/index.ts';
import type { CallRecord } from '../aws/access.ts';
import { classify, type AwsFailure } from '../aws/errors.ts';
import type { Identity } from '../aws/credentials/identity.ts';
import type { ComponentType, Observation } from '../components/contract.ts';
import { endpointWords, type EndpointMap } from '../aws/endpoints/endpoints.ts';
import { mismatchText, type Mismatch } from '../guard/guard.ts';
import { isForbidden } from '../observe/forbidden.ts';
import { needTitle, type SeenNeed } from '../observe/needs.ts';
import type { Barring } from '../observe/observe.ts';
import type { Playbook } from '../playbook/model.ts';
import { typeWordsOf } from '../playbook/type-words.ts';
import { proofRefusal, proofStatusText, type ProofStatus } from '../prove/certificate/proof-status.ts';
import { ownerText, type LockRecord } from '../run/lock/record.ts';
import { shellWord } from '../util/shell.ts';
import { unreachable } from '../util/unreachable.ts';
import { count, durationText, sentence } from '../util/words.ts';
import { group, ng, ok, skip, warn, type Check } from './check.ts';

/** Signatures are refused beyond five minutes [AWS General Reference, request signing]. */
const largestSkew = 5 * 60;
const notableSkew = 30;

/**
 * @param seconds that this machine's clock is ahead of AWS's; undefined when no answer told the time
 * @param lead seconds that a served sandbox's own time is ahead; its answers' headers tell this machine's
 */
export function clockCheck(seconds: number | undefined, why: string, lead?: number): Check {
  if (seconds === undefined) return skip('clock', why);
  const size = Math.abs(seconds);
  const text = `this machine is ${durationText(size)} ${seconds < 0 ? 'behind' : 'ahead of'} AWS`;
  if (size > largestSkew) return ng('clock', `${text}: AWS refuses requests beyond 5 minutes; set the clock`);
  if (size > notableSkew) return ok('clock', `${text}: note, AWS refuses requests beyond 5 minutes`);
  if (lead !== undefined && Math.abs(lead) > notableSkew) return ok('clock', leadText('served', lead));
  return ok('clock', size < 2 ? 'this machine and AWS agree' : text);
}

/** @param lead seconds that the embedded sandbox is ahead of this machine: what it waited for took no time here */
export function embeddedClockCheck(lead: number): Check {
  if (lead > notableSkew) return ok('clock', leadText('embedded', lead));
  return skip('clock', 'the embedded sandbox goes by this machine’s clock');
}

function leadText(kind: 'embedded' | 'served', lead: number): string {
  const size = durationText(Math.round(Math.abs(lead)));
  return `the ${kind} sandbox’s time is ${size} ${lead < 0 ? 'behind' : 'ahead of'} this machine’s: runs in it are dated by its own`;
}

/** Whether a recovery would be refused for want of a proof; where none is asked for, a missing one is no fault. */
export function proofCheck(status: ProofStatus, playbook: Playbook, now: number): Check {
  const refusal = proofRefusal(status, playbook, now);
  if (refusal !== undefined) return ng('proof', refusal);
  const text = proofStatusText(status, playbook).replace(/^proof: /, '');
  return status.status === 'valid' ? ok('proof', text) : skip('proof', `not asked for (guards.requireProof): ${text}`);
}

/** Where the calls go: one place, or a mix. */
export function endpointCheck(map: EndpointMap): Check {
  const wrong = [...map.mistakes, ...map.problems];
  const words = endpointWords(map);
  return wrong.length === 0 ? ok('endpoints', words) : ng('endpoints', wrong.join('; '), 'place');
}

/** What the identity reads told. */
export type Caller =
  | { readonly kind: 'known'; readonly identity: Identity; readonly mismatches: readonly Mismatch[] }
  | { readonly kind: 'not-asked'; readonly mismatches: readonly Mismatch[] }
  | { readonly kind: 'unknown'; readonly failure: AwsFailure; readonly remedy: string };

export function identityChecks(caller: Caller, playbook: Playbook, region: string): readonly Check[] {
  const { target } = playbook;
  const differs = (what: Mismatch['what']): Check | undefined => {
    const found = caller.kind === 'unknown' ? undefined : caller.mismatches.find((each) => each.what === what);
    if (found === undefined) return undefined;
    const text = what === 'caller' ? mismatchText(found) : `${found.found}, the playbook names ${found.expected}`;
    return ng(what, text, 'place');
  };
  const regionCheck = differs('region') ?? ok('region', region);
  if (caller.kind === 'unknown') {
    const { code, message, class: failed } = caller.failure;
    const unheard = failed === 'unavailable' || failed === 'timeout';
    return [
      unheard
        ? skip('credentials', `nobody could be asked: ${code}: ${message}`)
        : ng('credentials', `${code}: ${message}. ${caller.remedy}`),
      skip('account', 'needs credentials that are accepted'),
      skip('alias', 'needs credentials that are accepted'),
      regionCheck,
    ];
  }
  if (caller.kind === 'not-asked') {
    const region = caller.mismatches.some((each) => each.what === 'region');
    const why = `nobody is asked ${region ? 'in the wrong region' : 'by such endpoints'}`;
    return [skip('credentials', why), skip('account', why), skip('alias', why), regionCheck];
  }
  const { account, alias, aliasDetail, arn } = caller.identity;
  return [
    ok('credentials', arn),
    differs('account') ?? differs('caller') ?? ok('account', account),
    differs('alias') ?? aliasCheck(alias, aliasDetail, target.alias),
    regionCheck,
  ];
}

function aliasCheck(alias: string | null, detail: string | null, wanted: string | undefined): Check {
  if (detail !== null) return skip('alias', `optional, and could not be read: ${detail}`);
  if (wanted === undefined) return ok('alias', `${alias ?? 'none'}; the playbook names none`);
  return ok('alias', alias ?? 'none');
}

/** One check for each API that the playbook needs, from the calls that were made of it. */
export function reachabilityChecks(services: readonly string[], calls: readonly CallRecord[]): readonly Check[] {
  return services.map((service) => {
    const own = calls.filter((each) => each.service === service);
    if (own.length === 0) return skip(service, 'not asked');
    if (own.every((each) => each.error !== undefined && isUnsent(each.error))) {
      return skip(service, 'nothing was sent: there are no credentials to sign with');
    }
    const answered = own.filter(({ error }) => error === undefined || (!isSilence(error) && !isUnsent(error)));
    if (answered.length > 0) return ok(service, `answered ${count(answered.length, 'call')}`);
    const codes = [...new Set(own.map((each) => each.error ?? ''))].join(', ');
    const isOptional = awsServices.some((each) => each.name === service && each.optional === true);
    return isOptional ? skip(service, `optional, and does not answer: ${codes}`) : ng(service, codes, 'unseen');
  });
}

/** The codes of credentials that could not be had: without them no call leaves the machine. */
const unsent: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ProviderError',
  'UnusableCredentials',
]);

function isUnsent(code: string): boolean {
  return unsent.has(code);
}

function isSilence(code: string): boolean {
  const failure = classify({ Code: code, $metadata: { httpStatusCode: 400 } });
  return failure.class === 'unavailable' || failure.class === 'timeout';
}

type Observations = ReadonlyMap<string, Observation<unknown>>;

/** Whether each component could be seen, by really looking. */
export function readChecks(playbook: Playbook, observations: Observations): readonly Check[] {
  return [...playbook.components.keys()].map((id) => {
    const seen = observations.get(id);
    if (seen === undefined) return skip(id, 'not looked at');
    if (seen.kind === 'present') return ok(id, 'seen');
    if (seen.kind === 'absent') return ok(id, `seen: not there${seen.detail === undefined ? '' : `, ${seen.detail}`}`);
    if (seen.reason === 'upstream') return skip(id, seen.detail);
    const check = ng(id, `${seen.reason}: ${seen.detail}`, 'unseen');
    if (!isForbidden(seen)) return check;
    const allowed = `What has to be allowed: relight permissions ${shellWord(playbook.file)}${typeWordsOf(playbook)}`;
    return { ...check, further: [`${allowed}; recover can do without it by --exclude ${shellWord(id)}`] };
  });
}

/** What has to be there before a recovery: shared components, the zones of the records, and what the pieces need of others. */
export function prerequisiteChecks(
  playbook: Playbook,
  observations: Observations,
  types: ReadonlyMap<string, ComponentType>,
  needs: readonly SeenNeed[] = [],
): readonly Check[] {
  const checks: Check[] = [];
  const zones = new Map<string, Check>();
  const granted = new Set<string>();
  for (const { id, type, spec, shared } of playbook.components.values()) {
    const seen = observations.get(id);
    if (shared) {
      checks.push(
        seen?.kind === 'present'
          ? ok(id, `${type}, shared`)
          : seen?.kind === 'absent'
            ? ng(id, `${type}, shared, is not there: relight requires it and does not make it`)
            : skip(id, 'could not be seen'),
      );
    }
    for (const each of types.get(type)?.rehearsal.presumes(spec) ?? []) {
      if (each.kind === 'hosted-zone') zones.set(each.name, better(zones.get(each.name), zoneCheck(each.name, seen)));
      else if ('id' in each) granted.add(each.id);
      else if ('arn' in each) granted.add(each.arn);
    }
  }
  checks.push(...zones.values(), ...needs.map(needCheck));
  for (const { need } of needs) granted.delete(need.name);
  if (granted.size > 0) {
    checks.push(skip('networks', `${[...granted].sort().join(', ')}: taken for granted, relight may not look at them`));
  }
  return checks;
}

/** What AWS would refuse to delete as it is now: a rebuild or a teardown would leave it, and what lives with it. */
export function refusalChecks(refusals: ReadonlyMap<string, readonly Barring[]>): readonly Check[] {
  return [...refusals].flatMap(([id, all]) =>
    all.flatMap((each): readonly Check[] => {
      if (each.kind === 'unknown') return [skip(id, `could not be checked: ${each.detail}`)];
      return each.blockers.map(({ remedy, what }) => warn(id, `${what}. ${sentence(remedy)}`));
    }),
  );
}

/** What could not be seen is left out: no recovery rests on it. */
function needCheck({ need, seen }: SeenNeed): Check {
  const title = needTitle(need);
  switch (seen.kind) {
    case 'there':
      return ok(title, 'there');
    case 'missing':
      return ng(title, `${seen.what}. ${seen.remedy}`);
    case 'unseen':
      return skip(title, `could not be checked: ${seen.detail}`);
    default:
      return unreachable(seen);
  }
}

/** A record that is absent says why when it is more than the record that is missing. */
function zoneCheck(zone: string, record: Observation<unknown> | undefined): Check {
  const name = `zone ${zone}`;
  if (record === undefined || record.kind === 'unknown') return skip(name, 'could not be seen');
  if (record.kind === 'absent' && record.via === undefined && record.detail !== undefined)
    return ng(name, record.detail);
  return ok(name, 'there');
}

/** Whoever has seen something knows better than whoever has not. */
function better(before: Check | undefined, now: Check): Check {
  return before === undefined || before.outcome === 'skip' ? now : before;
}

/**
 * A lock that is held is no fault, but keeps a recovery from beginning: it is told as not good.
 *
 * @param show the command that tells more of it
 */
export function lockCheck(record: LockRecord | undefined, show = 'relight lock show <playbook>'): Check {
  if (record === undefined || record.state === 'free') return ok('lock', 'free');
  return ng(
    'lock',
    `held by ${ownerText(record.owner)}; others may take it ${record.leaseMs / 1000} s after its last sign of life. ` +
      `See: ${show}`,
  );
}

/** A run of which the journal does not tell the end. */
export type LeftoverRun =
  | { readonly kind: 'endless'; readonly run: string; readonly playbook: string }
  /** `trouble`: which file, what is wrong with it, and what to do. */
  | { readonly kind: 'unread'; readonly run: string; readonly trouble: string };

export function runsCheck(leftovers: readonly LeftoverRun[], place: string): Check {
  const checks = leftovers.map((each) =>
    each.kind === 'unread'
      ? ng(each.run, each.trouble)
      : ng(
          each.run,
          `${each.playbook}: it has no end, so it was cut off or is still under way; recover goes on from what is there`,
        ),
  );
  return checks.length === 0 ? ok('runs', `none left over in ${place}`) : group('runs', checks, '');
}
