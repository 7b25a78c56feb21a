// Compares the place with what the playbook names, and asks for approval. Decides only; reads and prompts are given in.
import type { Identity } from '../aws/identity.ts';
import type { PlaybookTarget } from '../playbook/model.ts';
import { shownName } from '../util/shown.ts';

/** One thing about the place that is not as the playbook says. */
export interface Mismatch {
  readonly what: 'account' | 'alias' | 'region';
  readonly expected: string;
  readonly found: string;
}

/** The region is known without asking: compared before any call. */
export function regionMismatch(target: PlaybookTarget, region: string): Mismatch | undefined {
  return region === target.region ? undefined : { what: 'region', expected: target.region, found: region };
}

/** Account and alias against the playbook. An alias that could not be read does not refuse: the account id is compared. */
export function identityMismatches(target: PlaybookTarget, identity: Identity): readonly Mismatch[] {
  const mismatches: Mismatch[] = [];
  if (identity.account !== target.account) {
    mismatches.push({ what: 'account', expected: target.account, found: identity.account });
  }
  if (target.alias !== undefined && identity.aliasDetail === null && identity.alias !== target.alias) {
    mismatches.push({ what: 'alias', expected: target.alias, found: identity.alias ?? '(none)' });
  }
  return mismatches;
}

/** Says what does not fit, and what to do about it. */
export function refusalText(mismatches: readonly Mismatch[]): string {
  const list = mismatches
    .map((each) => `${each.what} is ${shownName(each.found)}, the playbook names ${each.expected}`)
    .join('; ');
  return `refused: wrong place: ${list}. Nothing was looked at or changed. Use the credentials and region of the playbook's target.`;
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
