// What a scan finds of several playbooks together: circles through a recovery, with ids that no order of files changes, and in
// every form of the report.
import { describe, expect, test } from 'vitest';
import { judgeBetween } from '../../../src/scan/between/judge.ts';
import { readPiece, type Between } from '../../../src/scan/between/model.ts';
import { unlikeSeverityOf } from '../../../src/scan/severity.ts';
import type { FactDifference } from '../../../src/compare/comparison.ts';
import { componentTypes } from '../../../src/components/index.ts';
import type { Playbook } from '../../../src/playbook/model.ts';
import type { PlaybookOutcome } from '../../../src/scan/outcome.ts';
import { serviceOf, type Service } from '../../helpers/services.ts';
import { then } from '../../helpers/scan.ts';

const outcome = (playbook: Playbook): PlaybookOutcome => ({
  playbook,
  principal: null,
  alias: null,
  sandbox: false,
  commands: { plan: 'relight plan', permissions: 'relight permissions' },
  // Circles are in the playbooks: they are found also where AWS says nothing.
  seen: { kind: 'unseen', because: { reason: 'denied', detail: 'nobody may look' } },
});

const judged = (playbooks: readonly Playbook[], whole = false): Between =>
  judgeBetween({
    outcomes: playbooks.map(outcome),
    pairs: [],
    whole,
    at: then,
    commands: { circle: (files) => `relight validate ${files.join(' ')}`, pair: () => 'relight compare' },
  });

/** Each needs the next one to be recovered. */
const ring = (names: readonly string[], more: Service = {}): readonly Playbook[] =>
  names.map((name, index) =>
    serviceOf(name, {
      ...more,
      provides: [`${name}.example.org`],
      needs: [{ name: `${names[(index + 1) % names.length] ?? ''}.example.org`, because: 'it asks for it' }],
    }),
  );
const moved = (playbook: Playbook, file: string): Playbook => ({ ...playbook, file });

describe('a circle', () => {
  const [orders, licence, dns] = ring(['orders', 'licence', 'dns']) as [Playbook, Playbook, Playbook];

  test('is one finding, at the line that says what leads on, with its path as evidence', () => {
    const { findings } = judged([orders, licence, dns]);
    expect(findings).toHaveLength(1);
    const [found] = findings;
    expect(found).toMatchObject({
      kind: 'recovery-circle',
      severity: 'high',
      playbook: 'dns',
      file: 'dns.yaml',
      account: '123456789012',
      component: 'dns, orders and licence',
      observedAt: '2026-12-01T03:00:00.000Z',
      isNew: true,
      plan: 'relight validate dns.yaml licence.yaml orders.yaml',
    });
    expect(found?.line).toBeGreaterThan(1);
    expect(found?.evidence).toEqual([
      expect.stringMatching(
        new RegExp(`^dns needs orders to be recovered \\(.*dns\\.yaml:${found?.line}: .*orders\\.yaml:\\d+ `),
      ),
      expect.stringMatching(/^orders needs licence to be recovered .*orders\.yaml:\d+: .*licence\.yaml:\d+ /),
      expect.stringMatching(/^licence needs dns to be recovered .*licence\.yaml:\d+: .*dns\.yaml:\d+ /),
    ]);
  });

  test('has one id in whatever order and in whatever files the playbooks come', () => {
    const ids = [
      [orders, licence, dns],
      [dns, licence, orders],
      [moved(licence, 'a/z.yaml'), moved(dns, 'b.yaml'), moved(orders, 'a.yaml')],
    ].map((each) => judged(each).findings.map(({ id }) => id));
    expect(ids[0]).toHaveLength(1);
    expect(new Set(ids.map(String)).size).toBe(1);
  });

  test('the other way around, or in another account, it is another one', () => {
    const way = judged(ring(['orders', 'licence', 'dns'])).findings[0]?.id;
    const back = judged(ring(['licence', 'orders', 'dns'])).findings[0]?.id;
    const there = judged(
      [orders, licence, dns].map((each) => ({ ...each, target: { ...each.target, account: '210987654321' } })),
    ).findings[0]?.id;
    expect(new Set([way, back, there]).size).toBe(3);
  });

  test('of two of which several say so is told once, beside one that has nothing to do with it', () => {
    const others = ring(['chat', 'mail']);
    const { findings } = judged([...others, orders, licence, dns]);
    expect(findings.map(({ component }) => component)).toEqual(['chat and mail', 'dns, orders and licence']);
  });

  test('is hidden while one of its playbooks is not looked at, and over where all that there are lead nowhere', () => {
    const [found] = judged([orders, licence, dns]).findings;
    if (found === undefined) throw new Error('the circle was not found');
    const free = serviceOf('licence', { provides: ['licence.example.org'] });
    expect(judged([orders, dns]).isHidden(found)).toBe(true);
    expect(judged([orders, free, dns]).isHidden(found)).toBe(false);
    expect(judged([orders, free, dns]).findings).toEqual([]);
    // It was taken out of the fleet.
    expect(judged([orders, dns], true).isHidden(found)).toBe(false);
  });

  test('of a service that needs itself is one as well', () => {
    const [found] = judged(ring(['registry'])).findings;
    expect([found?.component, found?.what, readPiece(found?.piece ?? null)?.parties]).toEqual([
      'registry',
      'it needs itself to be recovered, so that nobody can begin',
      [['registry', '123456789012', 'eu-west-1']],
    ]);
  });

  test('is none where services ask each other while they run', () => {
    const calling = (name: string, other: string): Playbook =>
      serviceOf(name, {
        provides: [`${name}.example.org`],
        container: { environment: { OTHER: `https://${other}.example.org` } },
      });
    expect(judged([calling('left', 'right'), calling('right', 'left')]).findings).toEqual([]);
  });
});

describe('how bad a difference is', () => {
  const difference = (more: Partial<FactDifference>): FactDifference => ({
    ...{ component: 'x', ids: { left: 'x', right: 'x' }, type: 'ecs/task-definition', field: null, kind: 'differs' },
    ...{ side: null, detail: null, follows: null, severity: 'medium', expected: null },
    ...more,
  });
  test.each([
    ['containers[web].image', 'ecs/task-definition', {}, 'high'],
    ['containers[web].dockerLabels.team', 'ecs/task-definition', {}, 'low'],
    // The type says so only of who wants it off: on either side.
    ['containers[web].privileged', 'ecs/task-definition', { left: true, right: false }, 'critical'],
    ['network.assignPublicIp', 'ecs/service', { left: false, right: true }, 'critical'],
    ['containers[web].memory', 'ecs/task-definition', {}, 'medium'],
    ['tags.team', 'ecs/task-definition', { severity: 'low' }, 'low'],
    ['containers[web].dockerLabels.team', 'ecs/task-definition', { kind: 'crosses' }, 'high'],
  ] as const)('%s of %s %j: %s', (field, type, more, severity) => {
    expect(unlikeSeverityOf(difference({ field, type, ...more }), componentTypes.get(type))).toBe(severity);
  });
  test('of a component that one side has alone it is medium', () => {
    expect(unlikeSeverityOf(difference({ kind: 'only', side: 'left' }), undefined)).toBe('medium');
  });
});
