// What was seen -> findings, coverage and the result of a scan.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { componentTypes } from '../../../src/components/index.ts';
import type { AssessedDifference } from '../../../src/assess/assessment.ts';
import { coverageText } from '../../../src/scan/coverage.ts';
import { findingId } from '../../../src/scan/finding.ts';
import { scanEnded } from '../../../src/scan/outcome.ts';
import { fieldSeverityOf } from '../../../src/scan/severity.ts';
import { deniedObservation, outcomeOf, reportOf } from '../../helpers/scan.ts';

const changed = (path: string, desired: AssessedDifference['desired'], actual: AssessedDifference['actual']) =>
  ({ path, desired, actual, kind: 'changed', immutable: false }) as const;

describe('findings', () => {
  const two = 'lb type=elbv2/load-balancer; table type=dynamodb/table';
  const missing = { verdict: 'missing', reasons: [{ kind: 'missing', text: 'not there' }] } as const;

  test('of a piece that differs there is one for each field, as bad as its type says', () => {
    const differences = [
      changed('attributes.deletion_protection.enabled', 'true', 'false'),
      changed('attributes.idle_timeout.timeout_seconds', '60', '90'),
    ];
    const reasons = [{ kind: 'drifted', text: 'two differ' }] as const;
    const { findings } = reportOf([
      outcomeOf(two, { assessments: { lb: { verdict: 'drifted', reasons, differences } } }),
    ]);
    expect(findings.map(({ field, kind, severity, what }) => [field, kind, severity, what])).toEqual([
      [
        'attributes.deletion_protection.enabled',
        'drifted',
        'critical',
        'its protection against deletion is off: attributes.deletion_protection.enabled is false, wanted true',
      ],
      [
        'attributes.idle_timeout.timeout_seconds',
        'drifted',
        'medium',
        'attributes.idle_timeout.timeout_seconds is 90, wanted 60',
      ],
    ]);
  });

  test('a reference to what is gone is at least high', () => {
    const difference = { ...changed('ttl', 60, 5), kind: 'dangling' } as const;
    const type = componentTypes.get('route53/record');
    expect(type && fieldSeverityOf(difference, type)).toEqual({ severity: 'high' });
    expect(type && fieldSeverityOf({ ...difference, kind: 'changed' }, type)).toEqual({ severity: 'low' });
  });

  test('an index of a list is any index to a rule of a type', () => {
    const type = componentTypes.get('ecs/task-definition');
    expect(type && fieldSeverityOf(changed('containers[3].privileged', false, true), type).severity).toBe('critical');
    expect(type && fieldSeverityOf(changed('containers[3].privileged', true, false), type).severity).toBe('medium');
  });

  test('what follows from another piece is collateral and names it, behind root causes', () => {
    const assessments = { table: { ...missing, cause: 'lb' }, lb: missing };
    const { counts, findings } = reportOf([
      outcomeOf('table type=dynamodb/table; lb type=elbv2/load-balancer', { assessments }),
    ]);
    expect(findings.map(({ cause, component, why }) => [component, why, cause])).toEqual([
      ['lb', 'root-cause', 'lb'],
      ['table', 'collateral', 'lb'],
    ]);
    expect(counts).toEqual({ critical: 2, high: 0, medium: 0, low: 0 });
  });

  test("a place that somebody else's piece has taken is one finding, as bad as the loss", () => {
    const reasons = [{ kind: 'foreign', text: 'the port is taken' }, ...missing.reasons] as const;
    const { findings } = reportOf([outcomeOf(two, { assessments: { lb: { verdict: 'foreign', reasons } } })]);
    expect(findings.map(({ kind, severity }) => [kind, severity])).toEqual([['foreign', 'critical']]);
  });

  test('a piece that is on its way out is worse than one that is coming', () => {
    const reasons = [{ kind: 'settling', text: 'DRAINING' }] as const;
    const of = (settling: 'coming' | 'going') =>
      reportOf([outcomeOf(two, { assessments: { lb: { verdict: 'settling', reasons, settling } } })]).findings[0]
        ?.severity;
    expect([of('coming'), of('going')]).toEqual(['low', 'high']);
  });

  test('differences of a piece of which something could not be seen are told beside that', () => {
    const reasons = [
      { kind: 'unknown', text: 'x cannot be compared' },
      { kind: 'drifted', text: 'y differs' },
    ] as const;
    const assessments = {
      lb: { verdict: 'unknown', reasons, differences: [changed('scheme', 'internal', 'internet-facing')] },
    } as const;
    const report = reportOf([outcomeOf(two, { assessments })]);
    expect([report.result, report.coverage.unseen.length, report.findings.length]).toEqual(['incomplete', 1, 1]);
    expect(report.coverage.unseen[0]).toMatchObject({
      component: 'lb',
      reason: 'status',
      detail: 'x cannot be compared',
    });
  });
});

describe('the id of a finding', () => {
  const key = { playbook: 'shop', account: '1', region: 'r', component: 'c', kind: 'drifted', field: 'f' } as const;

  test('is of this value for good: what remembers findings goes by it', () => {
    expect(findingId(key)).toBe('1ca92d640ec15777');
  });

  test('differs by each of its parts, and is not confused by what stands in them', () => {
    const others = [
      { ...key, playbook: 'x' },
      { ...key, account: '2' },
      { ...key, region: 'x' },
      { ...key, component: 'x' },
      { ...key, kind: 'dangling' },
      { ...key, field: null },
      { ...key, field: 'null' },
      { ...key, component: 'c","drifted' },
    ] as const;
    expect(new Set([key, ...others].map(findingId)).size).toBe(others.length + 1);
  });

  test('is the same in another order of playbooks, from another file and with another value', () => {
    const reasons = [{ kind: 'drifted', text: 'differs' }] as const;
    const of = (file: string, actual: string) =>
      outcomeOf('lb type=elbv2/load-balancer', {
        file,
        assessments: { lb: { verdict: 'drifted', reasons, differences: [changed('scheme', 'internal', actual)] } },
      });
    const other = outcomeOf('t type=dynamodb/table', { name: 'other', file: 'm.yaml' });
    const ids = [
      [of('a.yaml', 'x'), other],
      [other, of('z.yaml', 'y')],
    ].map((all) => reportOf(all).findings.map(({ id }) => id));
    expect(ids[0]).toEqual(ids[1]);
    expect(ids[0]).toHaveLength(1);
  });

  test('leads to what earlier scans knew of it', () => {
    const missing = { verdict: 'missing', reasons: [{ kind: 'missing', text: 'not there' }] } as const;
    const outcome = outcomeOf('a type=dynamodb/table; b type=dynamodb/table', {
      assessments: { a: missing, b: missing },
    });
    const known = reportOf([outcome]).findings.find(({ component }) => component === 'a')?.id;
    const remembered = (id: string) => ({
      firstSeen: id === known ? '2026-11-01T00:00:00.000Z' : undefined,
      acknowledged: null,
    });
    const { findings } = reportOf([outcome], { remembered });
    expect(findings.map(({ component, firstSeen, isNew }) => [component, firstSeen, isNew])).toEqual([
      ['a', '2026-11-01T00:00:00.000Z', false],
      ['b', '2026-12-01T03:00:00.000Z', true],
    ]);
  });
});

describe('coverage', () => {
  const api = 'elasticloadbalancing:DescribeTags';
  const upstream = {
    kind: 'unknown',
    reason: 'upstream',
    detail: 'cannot be looked up while lb is unknown',
    at: 0,
    via: 'lb',
  } as const;
  const unknown = (cause: string) =>
    ({ verdict: 'unknown', reasons: [{ kind: 'unknown', text: 'hidden' }], cause }) as const;
  const pieces =
    'lb type=elbv2/load-balancer; listener type=elbv2/listener; rule type=elbv2/listener-rule; table type=dynamodb/table';
  const denied = outcomeOf(pieces, {
    account: '222233334444',
    assessments: { lb: unknown('lb'), listener: unknown('lb'), rule: unknown('listener') },
    observations: { lb: deniedObservation(api), listener: upstream, rule: { ...upstream, via: 'listener' } },
  });

  test('a piece that hides others carries account, region, API and principal for all of them', () => {
    const { coverage, findings, result } = reportOf([
      denied,
      outcomeOf('a type=dynamodb/table', { name: 'other', file: 'a.yaml' }),
    ]);
    expect(coverageText(coverage)).toBe(
      `saw 2 of 5 pieces in 2 accounts; 3 unknown: denied ${api} in 222233334444 eu-west-1`,
    );
    for (const each of coverage.unseen) {
      expect(each).toMatchObject({
        account: '222233334444',
        region: 'eu-west-1',
        reason: 'denied',
        api,
        code: 'AccessDenied',
        principal: 'arn:aws:iam::222233334444:user/operator',
        permissions: 'relight permissions shop.yaml --for scan',
      });
    }
    expect(coverage.unseen.map(({ component, hiddenBy }) => [component, hiddenBy])).toEqual([
      ['lb', null],
      ['listener', 'lb'],
      ['rule', 'lb'],
    ]);
    expect([findings, result]).toEqual([[], 'incomplete']);
  });

  test('of a playbook that was not looked at, every piece was not seen', () => {
    const because = { reason: 'place', detail: 'account: the playbook wants 1, found 2' } as const;
    const { coverage, playbooks } = reportOf([
      outcomeOf('a type=dynamodb/table; b type=dynamodb/table', { unseen: because }),
    ]);
    expect(coverageText(coverage)).toBe(
      'saw 0 of 2 pieces in 1 account; 2 unknown: wrong place in 123456789012 eu-west-1',
    );
    expect(playbooks[0]).toMatchObject({ seen: 0, pieces: 2, observedAt: null });
  });

  test('what was under way when the scan ended was not reached, whatever the call said', () => {
    const ended = {
      kind: 'unknown',
      reason: 'timeout',
      detail: `${scanEnded}: the scan ended`,
      at: 0,
      code: scanEnded,
      api,
    } as const;
    const { coverage } = reportOf(
      [outcomeOf('lb type=elbv2/load-balancer', { assessments: { lb: unknown('lb') }, observations: { lb: ended } })],
      { ended: 'deadline' },
    );
    expect(coverage.unseen[0]).toMatchObject({
      reason: 'not-reached',
      api: null,
      code: null,
      detail: 'the scan ended',
      permissions: null,
    });
  });

  test('credentials that ran out need no permissions', () => {
    const expired = { ...deniedObservation(api), code: 'ExpiredToken' };
    const { coverage } = reportOf([
      outcomeOf('lb type=elbv2/load-balancer', { assessments: { lb: unknown('lb') }, observations: { lb: expired } }),
    ]);
    expect(coverage.unseen[0]).toMatchObject({ reason: 'denied', permissions: null });
  });
});

describe('the result', () => {
  const well = outcomeOf('a type=dynamodb/table');
  const unread = [{ file: 'bad.yaml', mistakes: [{ line: 3, column: 1, message: 'unknown key' }] }];
  const lost = outcomeOf('a type=dynamodb/table', {
    assessments: { a: { verdict: 'missing', reasons: [{ kind: 'missing', text: 'not there' }] } },
  });
  const hidden = outcomeOf('a type=dynamodb/table', { file: 'h.yaml', unseen: { reason: 'denied', detail: 'no' } });

  test.each([
    ['all well', [well], [], 'fine'],
    ['something found', [lost], [], 'findings'],
    ['a file that cannot be read goes before findings', [lost], unread, 'error'],
    ['what was not seen goes before all', [lost, hidden], unread, 'incomplete'],
    ['nothing to look at is no success', [], [], 'error'],
  ] as const)('%s', (_name, outcomes, files, result) => {
    expect(reportOf(outcomes, { unread: files }).result).toBe(result);
  });

  test('of nothing is not told as if all had been seen', () => {
    expect(coverageText(reportOf([], { unread }).coverage)).toBe('saw no piece at all; 1 file could not be read');
  });
});

/** Of a schema and of those that it is made of. */
function propertiesIn({ allOf = [], anyOf = [], properties = {} }: z.core.JSONSchema.BaseSchema): readonly string[] {
  const parts = [...allOf, ...anyOf].flatMap((each) => (typeof each === 'object' ? propertiesIn(each) : []));
  return [...Object.keys(properties), ...parts];
}

describe('severities of the shipped types', () => {
  test('name fields that a spec of the type has', () => {
    // Told where a health check carries none of relight's.
    const told = new Set(['route53/health-check tags']);
    for (const { judging, traits } of componentTypes.values()) {
      const schema = z.toJSONSchema(traits.schema as z.ZodType, { io: 'input', unrepresentable: 'any' });
      const fields = new Set(propertiesIn(schema));
      expect(fields.size).toBeGreaterThan(0);
      for (const { field } of judging.severities) {
        const [top = ''] = field.split(/[.[]/);
        expect(fields.has(top) || told.has(`${traits.type} ${field}`), `${traits.type} ${field}`).toBe(true);
      }
    }
  });

  test('no rule stands behind one that covers it already', () => {
    for (const { judging, traits } of componentTypes.values()) {
      judging.severities.forEach(({ field }, index) => {
        const before = judging.severities.slice(0, index).filter((each) => each.wanted === undefined);
        const covering = before.find((each) => field === each.field || field.startsWith(`${each.field}.`));
        expect(covering, `${traits.type} ${field}`).toBeUndefined();
      });
    }
  });

  test('switched-off protection is critical in every type that has it', () => {
    const of = (type: string, path: string, wanted: boolean | string) => {
      const known = componentTypes.get(type);
      return known && fieldSeverityOf(changed(path, wanted, null), known).severity;
    };
    expect([
      of('dynamodb/table', 'deletionProtection', true),
      of('dynamodb/table', 'pointInTimeRecovery.pointInTimeRecoveryEnabled', true),
      of('elbv2/load-balancer', 'attributes.deletion_protection.enabled', 'true'),
      of('route53/health-check', 'disabled', false),
      of('route53/health-check', 'tags', 'those of relight'),
    ]).toEqual(['critical', 'critical', 'critical', 'critical', 'low']);
  });
});
