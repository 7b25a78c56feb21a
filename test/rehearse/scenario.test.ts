import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/rehearse/disaster/simulate.ts';
import { reportOf, type RehearsalReport } from '../../src/rehearse/report/report.ts';
import { judge, type Judged } from '../../src/rehearse/scenario/judge.ts';
import { rehearsalJsonSchema } from '../../src/rehearse/scenario/json-schema.ts';
import { loadScenario, type Scenario, type ScenarioResult } from '../../src/rehearse/scenario/load.ts';
import { openEnvironment } from '../../src/rehearse/world/environment.ts';
import { playbookOf, readShipped } from '../helpers/rig.ts';

const playbook = playbookOf(readShipped('deployer-api.yaml'));
const environment = openEnvironment(playbook);

/** A rehearsal file with these parts. */
function written(parts: string): string {
  return `apiVersion: relight/v1\nkind: Rehearsal\nmetadata: { name: one }\n${parts}`;
}

function load(text: string, from = playbook): ScenarioResult {
  return loadScenario({
    file: 'one.yaml',
    bytes: text,
    readPlaybook: (file) =>
      file === 'deployer-api.yaml' ? { ok: true, playbook: from } : { ok: false, why: `${file}: no such file` },
  });
}

function sound(parts: string, from = playbook): Scenario {
  const result = load(written(parts), from);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.scenario;
}

async function tried(parts: string): Promise<{ report: RehearsalReport; judged: readonly Judged[] }> {
  const scenario = sound(parts);
  const report = reportOf(await simulate(await environment, scenario.script));
  return { report, judged: judge(scenario, report) };
}

const broken = (judged: readonly Judged[]): unknown =>
  judged.filter((each) => !each.holds).map(({ diff, name, position }) => ({ name, line: position.line, diff }));

describe('mistakes in a rehearsal file', () => {
  const given = 'given: { playbook: deployer-api.yaml }\n';
  const mistakes: readonly (readonly [string, string, number, string])[] = [
    ['a component that is not there', `${given}then: { untouched: [servce] }`, 5, 'no component "servce"'],
    [
      'consent without a reason',
      `${given}recover: { accept: [cname] }\nthen: { exit: 0 }`,
      5,
      '"cname" does not say what it accepts',
    ],
    [
      'consent for a reason that is not there',
      `${given}recover: { accept: ['cname:los'] }\nthen: { exit: 0 }`,
      5,
      '"cname:los" accepts nothing that there is: "los" is no reason',
    ],
    ['consent for nobody', `${given}recover: { accept: ['cnam:loss'] }\nthen: { exit: 0 }`, 5, 'no component "cnam"'],
    [
      'a state that the piece cannot be in',
      'given:\n  playbook: deployer-api.yaml\n  pieces: { cname: foreign }\nthen: { exit: 0 }',
      6,
      'cname cannot be foreign: it carries no tags',
    ],
    [
      'a word that is no state',
      'given:\n  playbook: deployer-api.yaml\n  pieces: { cname: gone }\nthen: { exit: 0 }',
      6,
      '"cname" is the text "gone"',
    ],
    [
      'a saved plan that is typed again',
      `${given}recover: { attempts: 2, savedPlan: { twice: true } }\nthen: { exit: 0 }`,
      5,
      '"savedPlan" does not fit',
    ],
    ['an unknown key', `${given}then: { exti: 0 }`, 5, 'unknown key "exti" in then'],
    [
      'a playbook that is not there',
      'given: { playbook: nowhere.yaml }\nthen: { exit: 0 }',
      4,
      'nowhere.yaml: no such file',
    ],
    ['no expectation at all', `${given}then: {}`, 5, 'nothing is expected: this rehearsal could not fail'],
    ['a step that cannot be', `${given}then: { plan: [service.reboot] }`, 5, '"service.reboot" is no step'],
    [
      'two things in one happening',
      `${given}when: [{ at: 1s, calm: true, kill: {} }]\nthen: { exit: 0 }`,
      5,
      'when[0]',
    ],
    [
      'a fault that can hit nothing',
      `${given}when: [{ at: 1s, fault: { kind: throttle, operation: Nothing } }]\nthen: { exit: 0 }`,
      5,
      '',
    ],
    [
      'expectations of commands that nobody types',
      `${given}then: { others: [{ exit: 3 }] }`,
      5,
      '1 commands, 0 are typed',
    ],
    [
      'pieces where nothing is deployed',
      'given: { playbook: deployer-api.yaml, deployed: false, pieces: { cname: lost } }\nthen: { exit: 0 }',
      4,
      'nothing is deployed',
    ],
  ];

  test.each(mistakes)('%s is told with its place', (_what, parts, line, message) => {
    const result = load(written(parts));
    if (result.ok) throw new Error('was taken for sound');
    expect(result.diagnostics.map((each) => [each.line, each.severity])).toContainEqual([line, 'error']);
    expect(JSON.stringify(result.diagnostics.map((each) => each.message)).replaceAll('\\"', '"')).toContain(message);
  });
});

test('slips in names are told together with a broken shape', () => {
  const result = load(
    written(
      [
        'given:',
        '  playbook: deployer-api.yaml',
        '  pieces: { servce: lost, cname: foreign, listener: gone }',
        '  faults: [{ kind: throtle }, { kind: hang, servce: ecs }]',
        'when:',
        '  - { at: 5, fault: { kind: throttle, operation: CreateServce } }',
        '  - { at: 5s, set: { cnme: lost } }',
        'then: { outcome: succeded, plan: [service.creat], untouched: [lisener] }',
      ].join('\n'),
    ),
  );
  const text = result.ok ? '' : result.diagnostics.map((each) => `${each.line}: ${each.message}`).join('\n');
  for (const part of [
    '6: deployer-api has no component "servce"',
    '6: cname cannot be foreign',
    '6: "listener" is the text "gone"',
    '7: "kind": one of throttle',
    '7: "faults[1]": hang has no "servce"',
    'has no operation CreateServce',
    '10: deployer-api has no component "cnme"',
    '11: "service.creat" is no step',
    '11: deployer-api has no component "lisener"',
  ])
    expect(text).toContain(part);
});

describe('an expectation', () => {
  test('that does not hold is shown as a diff, with its line in the file', async () => {
    const { judged } = await tried(
      [
        'given: { playbook: deployer-api.yaml, pieces: { cname: lost } }',
        'then:',
        '  before: { service: missing, cname: missing }',
        '  plan: [service.create, cname.create, verify-1, verify-2]',
        '  outcome: failed',
        '  exit: 0',
        '  serving: false',
        '  within: 10s',
        '  changes: 0',
        '  untouched: [cname, service]',
      ].join('\n'),
    );
    expect(broken(judged)).toEqual([
      { name: 'then.before', line: 6, diff: ['- service: missing', '+ service: healthy'] },
      { name: 'then.plan', line: 7, diff: ['- service.create'] },
      { name: 'then.outcome', line: 8, diff: ['- failed', '+ succeeded'] },
      { name: 'then.serving', line: 10, diff: ['- false', '+ true'] },
      { name: 'then.within', line: 11, diff: ['- at most 10 s', expect.stringMatching(/^\+ \d+/)] },
      { name: 'then.changes', line: 12, diff: ['- at most 0', '+ 1'] },
      { name: 'then.untouched', line: 13, diff: ['+ cname.create'] },
    ]);
    expect(judged.find((each) => each.name === 'then.exit')?.holds).toBe(true);
  });

  test('fails too when what was to happen came too late', async () => {
    const { judged } = await tried(
      'given: { playbook: deployer-api.yaml, pieces: { cname: lost } }\nwhen:\n  - { at: 2h, set: { service: lost } }\nthen: { end: healthy }',
    );
    expect(broken(judged)).toEqual([
      { name: 'when[0]', line: 6, diff: [expect.stringContaining('the recovery was over before')] },
    ]);
  });
});

describe('a fault', () => {
  const given = 'given:\n  playbook: deployer-api.yaml\n  pieces: { service: lost }\n';

  test.each([
    '{ kind: service-never-steady, resource: deployer-apii }',
    '{ kind: targets-unhealthy, resource: deployer-apii }',
    '{ kind: service-drains-forever, resource: deployer-api }',
    '{ kind: load-balancer-fails, resource: deployer-api, region: us-east-1 }',
    '{ kind: change-never-in-sync, resource: nowhere.example }',
    '{ kind: throttle, service: ecs, operation: CreateService, resource: no-such-thing }',
    '{ kind: error-503, nth: 100000 }',
    '{ kind: stale, service: iam }',
    '{ kind: request-rates, service: sts }',
  ])('that hits nothing is a failure, with its place: %s', async (fault) => {
    const { judged, report } = await tried(`${given}  faults:\n    - ${fault}\nthen: { end: healthy }`);
    expect(report.faults).toMatchObject([{ at: 0, hits: 0 }]);
    expect(broken(judged)).toEqual([
      { name: 'given.faults[0]', line: 8, diff: [expect.stringMatching(/^\+ hit nothing: [a-z0-9-]+, /)] },
    ]);
  });

  test('that is set later and hits nothing is one too; one that never came is told once', async () => {
    const { judged } = await tried(
      [
        'given: { playbook: deployer-api.yaml, pieces: { service: lost } }',
        'when:',
        '  - { at: 3h, fault: { kind: hang } }',
        '  - { at: 2s, fault: { kind: throttle, resource: nothing } }',
        '  - { at: 1s, fault: { kind: latency, latency: 20ms } }',
        'then: { end: healthy }',
      ].join('\n'),
    );
    expect(broken(judged)).toMatchObject([
      { name: 'when[0]', line: 6 },
      { name: 'when[1].fault', line: 7, diff: ['+ hit nothing: throttle, resource nothing'] },
    ]);
  });

  test('is told with what it did', async () => {
    const { judged, report } = await tried(
      `${given}  faults:
    - { kind: throttle, service: elbv2, for: 5s }
    - { kind: stale, service: ecs, within: 20s }
    - { kind: request-rates, share: 0.1 }
    - { kind: service-never-steady, resource: deployer-api, for: 1m }
    - { kind: change-never-in-sync, for: 10s }
then: { end: healthy }`,
    );
    expect(report.faults.map((each) => each.text)).toEqual([
      'throttle, service elbv2, for 5s',
      'stale, service ecs, within 20s',
      'request-rates, share 0.1',
      'service-never-steady, resource deployer-api, region eu-west-1, for 1m',
      'change-never-in-sync, for 10s',
    ]);
    const hits = report.faults.map((each) => each.hits);
    expect(hits.map((each) => each > 0)).toEqual([true, true, true, true, false]);
    expect(hits[3]).toBe(1);
    expect(broken(judged)).toHaveLength(1);
  });
});

describe('in the middle of a recovery', () => {
  const lost = 'given: { playbook: deployer-api.yaml, pieces: { service: lost } }\n';

  test('a loss is told in the timeline, and the same command typed again heals it', async () => {
    const { report } = await tried(
      `${lost}recover: { attempts: 2 }\nwhen: [{ at: 30s, set: { cname: lost } }]\nthen: { end: healthy }`,
    );
    expect(report.events).toEqual([{ at: 30, text: 'cname lost: deleted by hand' }]);
    expect(report.runs.map((each) => each.outcome)).toEqual(['partial', 'succeeded']);
    expect(report.result).toBe('healed');
  });

  test('throttling for 40 s delays and harms nothing', async () => {
    const { report } = await tried(
      `${lost}when: [{ at: 5s, fault: { kind: throttle, service: ecs, for: 40s } }]\nthen: { end: healthy }`,
    );
    expect(report.result).toBe('healed');
    expect(report.calls.deletes).toBe(1);
  });

  test('a fault can be ended', async () => {
    const { report } = await tried(
      `${lost}recover: { attempts: 9, pause: 1m }\nwhen: [{ at: 5s, fault: { kind: expired-token } }, { at: 5m, calm: true }]\nthen: { end: healthy }`,
    );
    expect(report.runs.length).toBeGreaterThan(1);
    expect(report.result).toBe('healed');
  });

  test('a kill ends the process, and the next one goes on', async () => {
    const { report } = await tried(`${lost}when: [{ at: 20s, kill: { restart: 1m } }]\nthen: { end: healthy }`);
    expect(report.runs.map((each) => [each.from, each.outcome])).toEqual([
      [0, 'killed'],
      [80, 'succeeded'],
    ]);
  });

  test('stuck states end with all faults, and after their time', async () => {
    const calmed = await tried(
      `given: { playbook: deployer-api.yaml, pieces: { cname: lost }, faults: [{ kind: change-never-in-sync }] }\nwhen: [{ at: 2m, calm: true }]\nthen: { end: healthy, serving: true }`,
    );
    expect([calmed.report.result, broken(calmed.judged)]).toEqual(['healed', []]);
    expect(calmed.report.seconds).toBeGreaterThan(120);
    const timed = await tried(
      `given: { playbook: deployer-api.yaml, pieces: { service: lost }, faults: [{ kind: service-never-steady, resource: deployer-api, for: 3m }] }\nthen: { end: healthy }`,
    );
    expect([timed.report.result, broken(timed.judged)]).toEqual(['healed', []]);
    expect(timed.report.seconds).toBeGreaterThan(180);
  });

  test('what is stuck is in the region of the playbook', async () => {
    const virginia = playbookOf(readShipped('deployer-api.yaml').replaceAll('eu-west-1', 'us-east-1'));
    const stuck = '{ kind: service-never-steady, resource: deployer-api }';
    for (const parts of [`faults: [${stuck}] }`, `}\nwhen: [{ at: 1s, fault: ${stuck} }]`]) {
      const { script } = sound(
        `given: { playbook: deployer-api.yaml, pieces: { service: lost }, ${parts}\nthen: { end: healthy }`,
        virginia,
      );
      const report = reportOf(await simulate(await openEnvironment(virginia), script));
      expect([report.target.region, report.result]).toEqual(['us-east-1', 'not-healed']);
    }
  });

  test('what is stuck at the end is seen so', async () => {
    const { report } = await tried(
      `${lost}when: [{ at: 0s, fault: { kind: targets-unhealthy, resource: deployer-api } }]\nthen: { serving: false }`,
    );
    expect([report.result, report.end.healthy, report.end.serving]).toEqual(['not-healed', false, false]);
  });

  test('a kill that nobody answers leaves things as they are', async () => {
    const { report } = await tried(`${lost}when: [{ at: 20s, kill: {} }]\nthen: { end: healthy }`);
    expect(report.runs.map((each) => [each.outcome, each.exitCode])).toEqual([['killed', null]]);
    expect(report.result).toBe('not-healed');
  });

  test('an operator with credentials of another account is turned away without a change', async () => {
    const { report } = await tried(
      `${lost}when: [{ at: 10s, recover: { caller: { account: '999999999999' } } }]\nthen: { end: healthy }`,
    );
    const [other] = report.runs.filter((each) => each.operator === 1);
    expect(other).toMatchObject({ outcome: 'turned-away', exitCode: 3, steps: [] });
    expect(other?.reason).toContain('999999999999');
  });
});

test('the same rehearsal gives the same report, to the byte', async () => {
  const parts =
    'given: { playbook: deployer-api.yaml, pieces: { load-balancer: lost } }\nwhen: [{ at: 20s, fault: { kind: throttle, rate: 0.3, for: 1m } }]\nthen: { end: healthy }';
  const [one, two] = [await tried(parts), await tried(parts)];
  expect(JSON.stringify(one.report)).toBe(JSON.stringify(two.report));
});

test('the JSON Schema of rehearsals is fresh in the repository', () => {
  const file = readFileSync(new URL('../../schema/rehearsal.schema.json', import.meta.url), 'utf8');
  const fresh: unknown = JSON.parse(JSON.stringify(rehearsalJsonSchema()));
  expect(JSON.parse(file), 'run: npm run schema').toEqual(fresh);
});

test('who comes with a limit of deletes has it alone', async () => {
  const { judged, report } = await tried(
    'given: { playbook: deployer-api.yaml, pieces: { service: lost } }\n' +
      'when: [{ at: 0s, recover: { strategy: rebuild, maxDeletes: 0 } }]\n' +
      'then: { outcome: succeeded, others: [{ outcome: refused, reason: maxDeletes }] }',
  );
  expect(broken(judged)).toEqual([]);
  expect(report.runs.map((each) => each.operator).sort()).toEqual([0, 1]);
});
