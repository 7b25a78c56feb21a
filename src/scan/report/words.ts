// Words that all forms of a scan's report share.
import type { Tone } from '../../report/document/document.ts';
import type { Severity } from '../../components/contract.ts';
import { count, durationText } from '../../util/words.ts';
import type { BeyondReport } from '../beyond/report.ts';
import type { Unseen } from '../coverage.ts';
import { scopedIn, scopeOf, type Finding } from '../finding.ts';
import type { Unread } from '../outcome.ts';
import type { ScanReport } from '../scan-report.ts';
import { worstFirst } from '../severity.ts';

export const tones: Readonly<Record<Severity, Tone>> = {
  critical: 'bad',
  high: 'bad',
  medium: 'warn',
  low: 'quiet',
};

/** `2 critical · 1 low`; empty where nothing was found. */
export function countsText(counts: ScanReport['counts']): string {
  return worstFirst
    .filter((each) => counts[each] > 0)
    .map((each) => `${counts[each]} ${each}`)
    .join(' · ');
}

/** `root cause`, `because of load-balancer; acknowledged until 2026-12-10 by ops: planned` */
export function whyText(finding: Finding): string {
  const acknowledged = acknowledgedText(finding);
  return acknowledged === undefined ? causeText(finding) : `${causeText(finding)}; ${acknowledged}`;
}

function causeText({ cause, component, evidence, piece, why }: Finding): string {
  if (piece !== null) return evidence.join('; ');
  if (why === 'root-cause') return 'root cause';
  return cause === component ? 'collateral' : `because of ${cause}`;
}

/** `acknowledged until 2026-12-10T00:00Z by ops: planned`; undefined where nobody knows of it. */
export function acknowledgedText({ acknowledged }: Pick<Finding, 'acknowledged'>): string | undefined {
  if (acknowledged === null) return undefined;
  const { because, by, until } = acknowledged;
  return `acknowledged until ${until.slice(0, 16)}Z by ${by}: ${because}`;
}

/** `first seen in this scan`, `since 2026-12-01T02:00:00.000Z` */
export function sinceText({ firstSeen, isNew }: Finding): string {
  return isNew ? 'first seen in this scan' : `since ${firstSeen}`;
}

/** What was found in one sentence: `listener is missing: not there`. */
export function findingText(finding: Finding): string {
  const { account, component, kind, piece, region, what } = finding;
  if (scopeOf(finding) === 'between') return `${component}: ${what}`;
  if (piece !== null) return `${component} (${account} ${region}): ${what}`;
  return `${component} ${kind === 'missing' || kind === 'settling' || kind === 'unhealthy' ? 'is ' : ''}${kind}: ${what}`;
}

/** `deployer-api.yaml:12:3: unknown key` */
export function mistakeTexts({ file, mistakes }: Unread): readonly string[] {
  return mistakes.map(({ column, line, message }) =>
    line === null || message.startsWith(file) ? message : `${file}:${line}:${column ?? 1}: ${message}`,
  );
}

/** Why a scan ended before it had seen all; undefined when it did. */
export function endedText({ deadline, ended }: Pick<ScanReport, 'deadline' | 'ended'>): string | undefined {
  if (ended === 'complete') return undefined;
  if (ended === 'interrupted') return 'it was interrupted: what follows is what had been seen by then';
  return `it ended at its deadline of ${durationText(deadline)}: what follows is what had been seen by then`;
}

/** What was said of a piece that was not seen, and what hides it. */
export function unseenText({ detail, hiddenBy }: Unseen): string {
  return hiddenBy === null ? detail : `${detail} (hidden by ${hiddenBy})`;
}

/** `3 findings`, `no findings` */
export function findingsCount({ findings }: Pick<ScanReport, 'findings'>): string {
  return findings.length === 0 ? 'no findings' : count(findings.length, 'finding');
}

/** What a piece that was not seen is called: `shop/listener`; of a list, what was to be listed. */
export function unseenName({ component, list, playbook }: Unseen): string {
  return list ? component : `${playbook}/${component}`;
}

/** What a finding is about: `shop/listener`; of a circle or of what is in no playbook, what that is called. */
export function subjectText(finding: Finding): string {
  const { component, kind, playbook } = finding;
  const isOfComponent = scopeOf(finding) === 'playbook' || kind === 'difference';
  return isOfComponent ? `${playbook}/${component}` : component;
}

/** Is there anything to say of several playbooks together? */
export function saysBetween({ compared, findings }: Pick<ScanReport, 'compared' | 'findings'>): boolean {
  return compared.length > 0 || scopedIn(findings, 'between').length > 0;
}

/** `listed load balancers: 12, health checks: 3` */
export function listedText({ listings }: BeyondReport): string {
  const counts = new Map<string, number>();
  for (const { pieces, what } of listings) {
    if (pieces !== null) counts.set(what, (counts.get(what) ?? 0) + pieces);
  }
  return counts.size === 0
    ? 'nothing was listed'
    : `listed ${[...counts].map(([what, n]) => `${what}: ${n}`).join(', ')}`;
}
