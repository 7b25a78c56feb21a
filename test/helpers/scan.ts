// What a scan was told, for tests of its report: playbooks of a line each, with what was seen of their pieces said outright.
import type { Assessment, Verdict } from '../../src/assess/assessment.ts';
import type { Observation } from '../../src/components/contract.ts';
import type { PlaybookOutcome } from '../../src/scan/outcome.ts';
import { scanReport, type ScanInput } from '../../src/scan/fold.ts';
import type { ScanReport } from '../../src/scan/scan-report.ts';
import { playbookOf } from './playbook.ts';

/** 2026-12-01T03:00:00Z */
export const then = Date.UTC(2026, 11, 1, 3);

export interface Told {
  readonly name?: string;
  readonly file?: string;
  readonly account?: string;
  readonly region?: string;
  readonly principal?: string | null;
  readonly assessments?: Readonly<Record<string, Partial<Assessment> & { readonly verdict: Verdict }>>;
  readonly observations?: Readonly<Record<string, Observation<unknown>>>;
  readonly unseen?: Extract<PlaybookOutcome['seen'], { readonly kind: 'unseen' }>['because'];
}

/** @param pieces as `playbookOf` takes them; healthy unless told */
export function outcomeOf(pieces: string, told: Told = {}): PlaybookOutcome {
  const made = playbookOf(pieces);
  const { account = '123456789012', file = 'shop.yaml', name = 'shop', region = 'eu-west-1' } = told;
  const playbook = {
    ...made,
    file,
    metadata: { ...made.metadata, name },
    target: { ...made.target, account, region },
  };
  const ids = [...playbook.components.keys()];
  const assessments = new Map(
    ids.map((id) => [id, assessmentOf(id, playbook.components.get(id)?.type ?? '', told.assessments?.[id])]),
  );
  const byId = new Map(
    ids.map((id) => [id, told.observations?.[id] ?? ({ kind: 'present', state: {}, tags: {}, at: then } as const)]),
  );
  const observations = { at: then, byId, outputs: new Map(), referrers: [], contents: new Map() };
  return {
    playbook,
    principal: told.principal === undefined ? `arn:aws:iam::${account}:user/operator` : told.principal,
    alias: 'shop-prod',
    sandbox: false,
    commands: { plan: `relight plan ${file}`, permissions: `relight permissions ${file} --for scan` },
    seen:
      told.unseen === undefined
        ? { kind: 'looked', assessments, observations }
        : { kind: 'unseen', because: told.unseen },
  };
}

function assessmentOf(id: string, type: string, told: Partial<Assessment> | undefined): Assessment {
  const verdict = told?.verdict ?? 'healthy';
  return {
    id,
    type,
    shared: false,
    verdict,
    reasons: [],
    differences: [],
    cause: verdict === 'healthy' ? null : id,
    leftover: null,
    protected: false,
    found: null,
    present: true,
    settling: null,
    stuck: false,
    ...told,
  };
}

/** Of a scan that asks nothing. */
export const noBound: ScanInput['bound'] = { calls: 0, seconds: 0, boundBy: null, share: 0.5, untold: [] };

export function reportOf(outcomes: readonly PlaybookOutcome[], more: Partial<ScanInput> = {}): ScanReport {
  const base = {
    tool: 'relight 0.1.0',
    startedAt: then,
    endedAt: then + 2_500,
    ended: 'complete',
    deadline: 300_000,
  } as const;
  const calls = { awsCalls: 7 * outcomes.length, throttled: 0 };
  return scanReport({ ...base, outcomes, calls, bound: noBound, unread: [], ...more });
}

/** Of a piece whose read was denied. */
export function deniedObservation(api: string): Observation<unknown> {
  const detail = `AccessDenied: not authorized to perform: ${api}`;
  return { kind: 'unknown', reason: 'denied', detail, at: then, code: 'AccessDenied', api };
}
