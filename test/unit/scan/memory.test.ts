// What scans remember of findings, and what of it alarms somebody.
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/scan/finding.ts';
import { alarmNotice } from '../../../src/cli/scan/alarm-notice.ts';
import {
  nothingRemembered,
  remember,
  type Acknowledgement,
  type Alarm,
  type AlarmPolicy,
  type FindingMemory,
} from '../../../src/scan/memory.ts';
import { findingOf, unseenOf } from '../../helpers/scan-findings.ts';

const minute = 60_000;
const all: AlarmPolicy = { severity: 'low', after: 0, remind: undefined };
const nobody: ReadonlyMap<string, Acknowledgement> = new Map();

interface Look {
  readonly findings?: readonly Finding[];
  /** Components that could not be seen. */
  readonly hidden?: readonly string[];
  readonly policy?: AlarmPolicy | undefined;
  readonly acks?: ReadonlyMap<string, Acknowledgement>;
}

/** Looks follow each other after ten minutes each: what each alarmed with, and what was over. */
function play(
  looks: readonly Look[],
): readonly { readonly told: readonly string[]; readonly resolved: readonly string[] }[] {
  let memory: FindingMemory = nothingRemembered;
  return looks.map((look, index) => {
    const { acks = nobody, findings = [], hidden = [] } = look;
    const found = remember(
      memory,
      {
        findings,
        unseen: hidden.map((component) => unseenOf({ component })),
        isHidden: ({ component }) => hidden.includes(component),
        at: index * 10 * minute,
      },
      acks,
      'policy' in look ? look.policy : all,
    );
    ({ memory } = found);
    return { told: found.alarms.map(wordsOf), resolved: found.resolved.map(({ component }) => component) };
  });
}

function wordsOf(alarm: Alarm): string {
  return alarm.kind === 'finding' ? `${alarm.change} ${alarm.finding.component}` : `${alarm.change} blind`;
}

const a = findingOf({ component: 'a', severity: 'high' });
const told = (looks: readonly Look[]): readonly (readonly string[])[] => play(looks).map((each) => each.told);

test('it is known when the first of what waits will have lasted long enough', () => {
  const policy: AlarmPolicy = { severity: 'high', after: 25 * minute, remind: undefined };
  const dueOf = (memory: FindingMemory, findings: readonly Finding[], at: number, acks = nobody, hidden = false) => {
    const unseen = hidden ? [unseenOf({})] : [];
    return remember(memory, { findings, unseen, isHidden: () => false, at }, acks, policy);
  };
  const low = findingOf({ component: 'b', severity: 'low' });
  const first = dueOf(nothingRemembered, [a, low], 0);
  expect(first.alarmDue).toBe(25 * minute);
  const later = findingOf({ component: 'c', severity: 'critical' });
  expect(dueOf(first.memory, [a, later], 10 * minute).alarmDue).toBe(25 * minute);
  const told25 = dueOf(first.memory, [a, later], 25 * minute);
  expect([told25.alarms.map(wordsOf), told25.alarmDue]).toEqual([['new a'], 50 * minute]);
  expect(dueOf(nothingRemembered, [low], 0).alarmDue).toBeUndefined();
  expect(dueOf(first.memory, [], 10 * minute).alarmDue).toBeUndefined();
  expect(dueOf(nothingRemembered, [], 5 * minute, nobody, true).alarmDue).toBe(30 * minute);
  const ack = { finding: a.id, until: 99 * minute, because: '', by: '', at: 0, severity: 'high' } as const;
  expect(dueOf(nothingRemembered, [a], 0, new Map([[a.id, ack]])).alarmDue).toBeUndefined();
});

test('an outage that shows itself in another way at each look is one, and is told when it has lasted long enough', () => {
  const ways = [
    { reason: 'throttled', api: 'ecs:DescribeServices' },
    { reason: 'unavailable', api: 'ecs:DescribeClusters' },
    { reason: 'timeout', api: 'elasticloadbalancing:DescribeTags' },
    { reason: 'not-reached', api: null },
  ] as const;
  const policy: AlarmPolicy = { severity: 'high', after: 25 * minute, remind: undefined };
  let memory: FindingMemory = nothingRemembered;
  const looks = [...ways, ...ways, undefined].map((way, index) => {
    const unseen = way === undefined ? [] : [unseenOf(way)];
    const found = remember(
      memory,
      { findings: [], unseen, isHidden: () => true, at: index * 10 * minute },
      nobody,
      policy,
    );
    ({ memory } = found);
    return found.alarms.map(wordsOf);
  });
  expect(looks).toEqual([[], [], [], ['new blind'], [], [], [], [], ['resolved blind']]);
});

test('what a clock that ran ahead has left silences nothing once the clock is right', () => {
  const policy: AlarmPolicy = { severity: 'high', after: 15 * minute, remind: 60 * minute };
  const year = 365 * 24 * 60 * minute;
  let memory: FindingMemory = nothingRemembered;
  const at = (now: number): readonly string[] => {
    const seen = { findings: [a], unseen: [unseenOf({})], isHidden: () => false, at: now };
    const found = remember(memory, seen, nobody, policy);
    ({ memory } = found);
    return found.alarms.map(wordsOf);
  };
  expect(at(year)).toEqual([]);
  expect(at(0)).toEqual([]);
  expect(at(15 * minute)).toEqual(['new a', 'new blind']);
  expect(at(75 * minute)).toEqual(['reminder a', 'reminder blind']);
  expect(at(year)).toEqual(['reminder a', 'reminder blind']);
  expect(at(100 * minute)).toEqual([]);
  expect(at(160 * minute)).toEqual(['reminder a', 'reminder blind']);
});

test('new, and over, each once', () => {
  expect(told([{ findings: [a] }, { findings: [a] }, {}, {}])).toEqual([['new a'], [], ['resolved a'], []]);
});

test('what could not be seen is not over, and that it could not be seen is told', () => {
  const looks = play([{ findings: [a] }, { hidden: ['a'] }, { hidden: ['a'] }, { findings: [a] }, {}]);
  expect(looks.map((each) => each.told)).toEqual([['new a'], ['new blind'], [], ['resolved blind'], ['resolved a']]);
  expect(looks.map((each) => each.resolved)).toEqual([[], [], [], [], ['a']]);
});

test('it comes again after it was over: that is new', () => {
  expect(told([{ findings: [a] }, {}, { findings: [a] }])).toEqual([['new a'], ['resolved a'], ['new a']]);
});

test('what becomes graver is told; what lasts is told again after the time that is wanted', () => {
  const worse = { ...a, severity: 'critical' } as const;
  expect(told([{ findings: [a] }, { findings: [worse] }, { findings: [worse] }])).toEqual([['new a'], ['worse a'], []]);
  const remind = { ...all, remind: 20 * minute };
  const look = { findings: [a], policy: remind };
  expect(told([look, look, look, look, look])).toEqual([['new a'], [], ['reminder a'], [], ['reminder a']]);
});

test('what has to last is not told before, and not at all where it did not', () => {
  const policy = { ...all, after: 15 * minute };
  expect(
    told([
      { findings: [a], policy },
      { findings: [a], policy },
      { findings: [a], policy },
    ]),
  ).toEqual([[], [], ['new a']]);
  expect(told([{ findings: [a], policy }, { policy }, { policy }])).toEqual([[], [], []]);
});

test('what is less severe than wanted alarms nobody', () => {
  const policy = { ...all, severity: 'critical' } as const;
  expect(told([{ findings: [a], policy }, { policy }])).toEqual([[], []]);
});

test('while nobody can be told, nothing is: all of it afterwards', () => {
  const quiet = { policy: undefined };
  const looks = play([{ findings: [a] }, quiet, quiet, {}]);
  expect(looks.map((each) => each.told)).toEqual([['new a'], [], [], ['resolved a']]);
  // The list of what is over tells it once, whoever is alarmed later.
  expect(looks.map((each) => each.resolved)).toEqual([[], ['a'], [], []]);
});

describe('an acknowledged finding', () => {
  const ack = (until: number, severity: Acknowledgement['severity'] = 'high') =>
    new Map([[a.id, { finding: a.id, until, because: 'x', by: 'me', at: 0, severity }]]);

  test('alarms nobody until its time is over', () => {
    const acks = ack(15 * minute);
    const look = { findings: [a], acks };
    expect(told([look, look, look])).toEqual([[], [], ['new a']]);
  });

  test('alarms all the same when it is graver than it was then', () => {
    expect(told([{ findings: [a], acks: ack(minute * 60, 'low') }])).toEqual([['new a']]);
  });
});

describe('a notice', () => {
  const place = { account: '123456789012', alias: null, region: 'eu-west-1', environment: null, sandbox: false };
  const seen = (at: number) => ({ findings: [a], unseen: [], isHidden: () => false, at });
  const noticeOf = (memory: FindingMemory, at: number, scan: string) => {
    const { alarms } = remember(memory, seen(at), nobody, all);
    return alarmNotice([{ place, playbook: 'shop', owner: 'team-a', alarms }], {
      scan,
      at,
      link: 'https://r.example/{id}',
    });
  };

  test('is the same when it is made again by a scan that was killed before it wrote down whom it had told', () => {
    const noted = remember(nothingRemembered, seen(0), nobody, undefined).memory;
    const [first, again] = [noticeOf(noted, 0, 'one'), noticeOf(noted, 10 * minute, 'two')];
    expect([first?.id, again?.id]).toEqual([expect.any(String), first?.id]);
  });

  test('is another one when the finding comes again', () => {
    const [first, later] = [noticeOf(nothingRemembered, 0, 'one'), noticeOf(nothingRemembered, minute, 'two')];
    expect(first?.id).not.toBe(later?.id);
  });

  test('tells whom to ask, and where the report is', () => {
    const notice = noticeOf(nothingRemembered, 0, 'scan-1');
    expect(notice?.link).toBe('https://r.example/scan-1');
    expect(notice?.groups[0]?.items[0]?.details).toContain('whom to ask: team-a');
  });
});
