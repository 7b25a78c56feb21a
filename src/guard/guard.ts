// Compares the place with what the playbook names, and asks for approval. Decides only; reads and prompts are given in.
import { partitionOf } from '../aws/endpoints/aws-hosts.ts';
import type { EndpointMap } from '../aws/endpoints/endpoints.ts';
import type { Identity } from '../aws/credentials/identity.ts';
import { unreachable } from '../util/unreachable.ts';
import type { PlaybookTarget } from '../playbook/model.ts';
import { shownName } from '../util/shown.ts';

/** One thing about the place that is not as the playbook says. */
export interface Mismatch {
  readonly what: 'account' | 'alias' | 'region' | 'caller' | 'endpoints';
  readonly expected: string;
  readonly found: string;
}

/** The region is known without asking: compared before any call. */
export function regionMismatch(target: PlaybookTarget, region: string): Mismatch | undefined {
  return region === target.region ? undefined : { what: 'region', expected: target.region, found: region };
}

/** Where the calls go, known without asking: to one place, and that of the region. */
export function endpointMismatches({ mistakes, problems }: EndpointMap): readonly Mismatch[] {
  const expected = 'one place for all services';
  return [...mistakes, ...problems].map((found) => ({ what: 'endpoints', expected, found }));
}

/** Account and alias against the playbook, and the caller against itself. An alias that could not be read does not refuse: the account id is compared. */
export function identityMismatches(target: PlaybookTarget, identity: Identity): readonly Mismatch[] {
  const mismatches: Mismatch[] = [];
  if (identity.account !== target.account) {
    mismatches.push({ what: 'account', expected: target.account, found: identity.account });
  } else {
    const [, partition = '', , , account = ''] = identity.arn.split(':');
    const own = partitionOf(target.region);
    const expected = account !== target.account ? `account ${target.account}` : `partition ${own}`;
    if (account !== target.account || partition !== own) {
      mismatches.push({ what: 'caller', expected, found: identity.arn });
    }
  }
  if (target.alias !== undefined && identity.aliasDetail === null && identity.alias !== target.alias) {
    mismatches.push({ what: 'alias', expected: target.alias, found: identity.alias ?? '(none)' });
  }
  return mismatches;
}

/**
 * Says what does not fit, and what to do about it.
 *
 * @param regionFrom the option or variable that the region comes from, where that is known
 */
export function refusalText(mismatches: readonly Mismatch[], regionFrom?: string): string {
  const list = mismatches.map(mismatchText).join('; ');
  const [first] = mismatches;
  const onlyRegion = first?.what === 'region' && mismatches.length === 1 && regionFrom !== undefined;
  const remedies = onlyRegion ? [regionRemedy(first.expected, regionFrom)] : new Set(mismatches.map(remedyFor));
  return `refused: wrong place: ${list}. Nothing was looked at or changed. ${[...remedies].join(' ')}`;
}

/** What to do about a region that was named in the wrong place. */
export function regionRemedy(expected: string, from: string): string {
  return `The region comes from ${from}: ${from.startsWith('--') ? 'leave it out' : `unset it, or set it to ${expected}`}.`;
}

/** `account is 111111111111, the playbook names 222222222222` */
export function mismatchText({ expected, found, what }: Mismatch): string {
  switch (what) {
    case 'account':
    case 'alias':
    case 'region':
      return `${what} is ${shownName(found)}, the playbook names ${expected}`;
    case 'caller':
      return `the caller is ${found === '' ? 'without a name' : shownName(found)}, which is not of ${expected}: no AWS answers so`;
    case 'endpoints':
      return found;
    default:
      return unreachable(what);
  }
}

function remedyFor({ what }: Mismatch): string {
  switch (what) {
    case 'account':
    case 'alias':
    case 'region':
      return "Use the credentials and region of the playbook's target.";
    case 'caller':
      return 'Ask whoever runs the endpoint, or go without it.';
    case 'endpoints':
      return (
        'Name one endpoint for all services (--endpoint-url), or none: see AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>, ' +
        'and endpoint_url and services in the profile; relight doctor shows what is in force.'
      );
    default:
      return unreachable(what);
  }
}

/** What is still needed before a run may change anything. */
export type ApprovalNeed =
  | { readonly kind: 'none' }
  /** A yes on the terminal. */
  | { readonly kind: 'yes' }
  /** The playbook's name, typed. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'refused'; readonly text: string };

export interface ApprovalRequest {
  readonly environment: string | undefined;
  readonly playbook: string;
  /** `--yes` */
  readonly yes: boolean;
  /** `--confirm <name>` */
  readonly confirm: string | undefined;
  /** Somebody can be asked. */
  readonly terminal: boolean;
}

/**
 * Production wants the playbook's name: typed, or given by `--confirm` together with `--yes` where nobody can be asked.
 * Elsewhere a yes is enough.
 */
export function approvalNeed(request: ApprovalRequest): ApprovalNeed {
  const { playbook, confirm, yes, terminal } = request;
  if (confirm !== undefined && confirm !== playbook) {
    return { kind: 'refused', text: `refused: --confirm says ${confirm}, the playbook is ${playbook}` };
  }
  if (request.environment === 'production') {
    if (yes && confirm === playbook) return { kind: 'none' };
    if (terminal) return { kind: 'name', name: playbook };
    return {
      kind: 'refused',
      text: `refused: this is production and nobody can be asked: give --yes --confirm ${playbook}`,
    };
  }
  if (yes) return { kind: 'none' };
  if (terminal) return { kind: 'yes' };
  return { kind: 'refused', text: 'refused: nobody can be asked: give --yes' };
}
