// What a scan takes from those before it, and leaves to those after it: since when a finding lasts, who knows of it, what is over,
// and what alarms somebody. A disk that fails here costs the memory, and never the answer.
import type { Severity } from '../../components/contract.ts';
import type { Between } from '../../scan/between/model.ts';
import { beyondFindings, unlistedIn } from '../../scan/beyond/findings.ts';
import { everywhere } from '../../scan/beyond/model.ts';
import { unseenOf } from '../../scan/coverage.ts';
import { findingsOf, type Remembered } from '../../scan/fold.ts';
import type { Finding } from '../../scan/finding.ts';
import {
  isSilenced,
  nothingRemembered,
  remember,
  type Alarm,
  type AlarmPolicy,
  type FindingMemory,
  type Remembering,
  type Seen,
} from '../../scan/memory.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { PlaybookOutcome } from '../../scan/outcome.ts';
import { scanRecord } from '../../scan/record.ts';
import type { ScanReport } from '../../scan/scan-report.ts';
import type { Clock } from '../../util/clock.ts';
import { groupBy } from '../../util/group-by.ts';
import { UserError } from '../exit.ts';
import type { AlarmGroup } from './alarm-notice.ts';
import type { MemoryKey, ScanMemory } from './memory-files.ts';
import type { Surveyed } from './survey.ts';

export interface Recollection {
  /** What is known of a finding of this playbook. */
  readonly of: (outcome: PlaybookOutcome) => (id: string, severity: Severity) => Remembered;
  /**
   * All that was seen is known now. No other scan settles until the result is released, so that of two which found the same one
   * tells it.
   */
  readonly settle: (known: Known) => Promise<Settled>;
}

/** All that a scan knows when every playbook has been looked at. */
export interface Known {
  readonly outcomes: readonly PlaybookOutcome[];
  readonly between: Between;
  readonly surveyed: Surveyed | undefined;
}

export interface Settled {
  readonly remembered: (id: string, severity: Severity) => Remembered;
  /** Findings of earlier scans that are over. */
  readonly resolved: readonly Finding[];
  readonly alarms: readonly AlarmGroup[];
  /** When the first of what nobody was told of yet will have lasted long enough, in milliseconds since the epoch. */
  readonly alarmDue: number | undefined;
  /**
   * Writes down what this scan saw, before anybody is told: since when a finding lasts is part of what tells an alarm from any
   * other, so that one which is made again after a kill is the same.
   */
  readonly note: (scan: string, report: ScanReport) => void;
  /** Everybody was told, or will be. Where this is not reached, whoever is told later is told all of it. */
  readonly told: () => void;
  /** Lets other scans settle. */
  readonly release: () => void;
}

export interface Recollecting {
  /** When the scan began, in milliseconds since the epoch. */
  readonly now: number;
  readonly clock: Clock;
  /** Undefined where nobody is to be told. */
  readonly policy: AlarmPolicy | undefined;
  /** The fleet's name, where what is beyond the playbooks is asked for by one. */
  readonly fleet: string | undefined;
  /** All that the fleet has; undefined where nobody knows. What is remembered of others is over. */
  readonly playbooks: readonly Playbook[] | undefined;
  /** Told of what cannot be read or written. */
  readonly complain: (text: string) => void;
}

export function recollect(
  memory: ScanMemory,
  { clock, complain, fleet, now, playbooks, policy }: Recollecting,
): Recollection {
  const trying = <Result>(work: () => Result): Result | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      complain(`${error.message}; what is remembered of scans is not complete`);
      return undefined;
    }
  };
  const acknowledged = trying(() => memory.acknowledged(now)) ?? new Map<string, never>();
  const opened = new Map<string, FindingMemory>();
  const firstSeen = new Map<string, number>();
  const open = (key: MemoryKey): FindingMemory => {
    const name = JSON.stringify(key);
    const known = opened.get(name) ?? trying(() => memory.read(key)) ?? nothingRemembered;
    opened.set(name, known);
    for (const each of known.findings) if (each.over === null) firstSeen.set(each.finding.id, each.firstSeen);
    return known;
  };
  const remembered: Settled['remembered'] = (id, severity) => {
    const since = firstSeen.get(id);
    const ack = acknowledged.get(id);
    const silent = ack !== undefined && isSilenced(ack, severity, now);
    return {
      firstSeen: since === undefined ? undefined : new Date(since).toISOString(),
      acknowledged: silent ? { until: new Date(ack.until).toISOString(), because: ack.because, by: ack.by } : null,
    };
  };
  /** What is remembered of playbooks that were taken out of the fleet, or live elsewhere by now. */
  const gone = (): readonly MemoryKey[] => {
    if (fleet === undefined || playbooks === undefined) return [];
    const there = new Set(playbooks.map(({ metadata, target }) => nameOf(metadata.name, target)));
    const kept = trying(() => memory.ofFleet(fleet)) ?? [];
    return kept.filter((key) => {
      if (isOfAccount(key) || there.has(nameOf(key.playbook, key))) return false;
      const { blind, findings } = open(key);
      return blind.length + findings.length > 0;
    });
  };
  return {
    of: (outcome) => {
      open(keyOf(outcome));
      return remembered;
    },
    settle: async ({ between, outcomes, surveyed }) => {
      const release = await memory.claim(clock);
      // What was opened before may have been settled anew meanwhile.
      opened.clear();
      firstSeen.clear();
      const views = [
        ...outcomes.map((each) => viewOf(each)),
        ...betweenViews(outcomes, between, fleet, open),
        ...accountViews(outcomes, surveyed, fleet),
        ...gone().map((key) => viewOfGone(key)),
      ];
      const looks = views.map(({ groups, key, seen }) => {
        const before = open(key);
        const whole = { ...seen, at: now };
        return {
          groups,
          key,
          told: remember(before, whole, acknowledged, policy),
          untold: remember(before, whole, acknowledged, undefined),
        };
      });
      const write = (
        of: (look: (typeof looks)[number]) => Remembering,
        only: (look: (typeof looks)[number]) => boolean = () => true,
      ): void => {
        for (const look of looks.filter(only)) {
          trying(() => {
            memory.write(look.key, of(look).memory, now, playbooks === undefined ? undefined : fleet);
          });
        }
      };
      const dues = looks.flatMap(({ told: { alarmDue } }) => alarmDue ?? []);
      return {
        remembered,
        alarmDue: dues.length === 0 ? undefined : Math.min(...dues),
        resolved: looks.flatMap(({ told }) => told.resolved),
        alarms: looks.flatMap(({ groups, told: { alarms } }) => groups(alarms)),
        note: (scan, report) => {
          write(({ untold }) => untold);
          trying(() => {
            memory.record(scanRecord(scan, report));
          });
        },
        release,
        told: () => {
          write(
            ({ told }) => told,
            ({ told }) => told.alarms.length > 0,
          );
        },
      };
    },
  };
}

function keyOf({ playbook: { metadata, target }, sandbox }: PlaybookOutcome): MemoryKey {
  return { playbook: metadata.name, account: target.account, region: target.region, sandbox };
}

/** What is remembered of an account, or of playbooks together, is no playbook's. */
function isOfAccount({ region }: MemoryKey): boolean {
  return region === everywhere || region === betweenRegion;
}

function nameOf(playbook: string, { account, region }: Pick<MemoryKey, 'account' | 'region'>): string {
  return JSON.stringify([playbook, account, region]);
}

interface View {
  readonly key: MemoryKey;
  /** What alarms, with where it is and whom to ask. */
  readonly groups: (alarms: readonly Alarm[]) => readonly AlarmGroup[];
  readonly seen: Omit<Seen, 'at'>;
}

function groupOf({ alias, playbook, sandbox }: PlaybookOutcome, alarms: readonly Alarm[]): AlarmGroup {
  const { account, environment = null, region } = playbook.target;
  const { name, owner } = playbook.metadata;
  return { place: { account, alias, region, environment, sandbox }, playbook: name, owner, alarms };
}

function viewOf(outcome: PlaybookOutcome): View {
  const { playbook } = outcome;
  const unseen = unseenOf(outcome);
  const hidden = new Set(unseen.map(({ component }) => component));
  return {
    key: keyOf(outcome),
    groups: (alarms) => [groupOf(outcome, alarms)],
    // What was taken out of the playbook is over, whoever can see it.
    seen: {
      findings: findingsOf(outcome),
      unseen,
      isHidden: ({ component }) => playbook.components.has(component) && hidden.has(component),
    },
  };
}

/** Of all that a scan of these playbooks may know and leave. */
export function memoryKeys(
  playbooks: readonly Playbook[],
  fleet: string | undefined,
  sandbox: boolean,
): readonly MemoryKey[] {
  const accounts = [...new Set(playbooks.map(({ target }) => target.account))];
  return [
    ...playbooks.map(({ metadata, target }) => {
      return { playbook: metadata.name, account: target.account, region: target.region, sandbox };
    }),
    ...accounts.flatMap((account) =>
      [everywhere, betweenRegion].map((region) => ({ playbook: fleet ?? '', account, region, sandbox })),
    ),
  ];
}

/** Nobody looks at it any more: whoever was told of it is told that it is over. */
function viewOfGone(key: MemoryKey): View {
  const { account, playbook, region, sandbox } = key;
  const place = { account, alias: null, region, environment: null, sandbox };
  return {
    key,
    groups: (alarms) => [{ place, playbook, owner: undefined, alarms }],
    seen: { findings: [], unseen: [], isHidden: () => false },
  };
}

/** Where what is found of several playbooks together is remembered: no region is called so. */
const betweenRegion = 'between';

/** Of several playbooks together, by the account of the first of them; nothing where nothing is found and nothing is remembered. */
function betweenViews(
  outcomes: readonly PlaybookOutcome[],
  { findings, isHidden }: Between,
  fleet: string | undefined,
  open: (key: MemoryKey) => FindingMemory,
): readonly View[] {
  return [...new Set(outcomes.map(({ playbook }) => playbook.target.account))].flatMap((account): readonly View[] => {
    const inAccount = outcomes.filter(({ playbook }) => playbook.target.account === account);
    const own = findings.filter((each) => each.account === account);
    const sandbox = inAccount.some((each) => each.sandbox);
    const key = { playbook: fleet ?? '', account, region: betweenRegion, sandbox };
    if (own.length === 0 && open(key).findings.length === 0) return [];
    return [
      { key, groups: (alarms) => groupsBetween(alarms, inAccount), seen: { findings: own, unseen: [], isHidden } },
    ];
  });
}

/** By the playbook in whose place each is told. */
function groupsBetween(alarms: readonly Alarm[], outcomes: readonly PlaybookOutcome[]): readonly AlarmGroup[] {
  const told = alarms.flatMap((alarm) => (alarm.kind === 'finding' ? [{ alarm, finding: alarm.finding }] : []));
  const groups = groupBy(told, ({ finding }) => JSON.stringify([finding.playbook, finding.region]));
  return [...groups.values()].flatMap((each): readonly AlarmGroup[] => {
    const [first] = each;
    if (first === undefined) return [];
    const { account, environment, playbook, region } = first.finding;
    const own = each.map(({ alarm }) => alarm);
    const outcome = outcomes.find(
      (one) => one.playbook.metadata.name === playbook && one.playbook.target.region === region,
    );
    if (outcome !== undefined) return [groupOf(outcome, own)];
    // Of a playbook that is gone since.
    const sandbox = outcomes.some((each) => each.sandbox);
    return [{ place: { account, alias: null, region, environment, sandbox }, playbook, owner: undefined, alarms: own }];
  });
}

/** Of each account what it holds beside its playbooks, as far as it was listed. */
function accountViews(
  outcomes: readonly PlaybookOutcome[],
  surveyed: Surveyed | undefined,
  fleet: string | undefined,
): readonly View[] {
  if (surveyed === undefined) return [];
  const { judged, survey } = surveyed;
  const findings = beyondFindings(judged, survey);
  const unlisted = unlistedIn(survey);
  return [...new Set(survey.places.map(({ account }) => account))].map((account): View => {
    const own = unlisted.filter((each) => each.account === account);
    const listed = new Set([
      everywhere,
      ...survey.places.flatMap((each) => (each.account === account ? [each.region] : [])),
    ]);
    const outcome = outcomes.find(({ playbook }) => playbook.target.account === account);
    const sandbox = outcome?.sandbox ?? false;
    return {
      key: { playbook: fleet ?? '', account, region: everywhere, sandbox },
      groups: (alarms) => [
        {
          place: { account, alias: outcome?.alias ?? null, region: null, environment: null, sandbox },
          playbook: null,
          owner: undefined,
          alarms,
        },
      ],
      seen: {
        findings: findings.filter((each) => each.account === account),
        unseen: own,
        // What hangs together in an account is in several lists: one that is missing may be why something is not found.
        isHidden: ({ region }) => own.length > 0 || !listed.has(region),
      },
    };
  });
}
