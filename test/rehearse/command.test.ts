// `relight rehearse` in this process: what it prints, where, and the exit code. Every rehearsal that ships is run here.
import { linkSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultKinds } from '../../src/sandbox/fault-data.ts';
import { servicesWith } from '../../src/sandbox/service-set.ts';
import { rehearsalJson, rehearsalsJson } from '../cli/schemas.ts';
import { relightIn, type Said } from '../helpers/command.ts';

const shipped = fileURLToPath(new URL('../../playbooks', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'relight-rehearse-'));
  cpSync(shipped, join(folder, 'playbooks'), { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const relight = (line: string): Promise<Said> => relightIn(folder, line);

describe('the rehearsals that ship', () => {
  test('all hold, and say so like a test runner', async () => {
    const files = readdirSync(join(shipped, 'rehearsals'));
    for (const text of ['README.md', 'CHANGELOG.md']) {
      const said = readFileSync(join(shipped, '..', text), 'utf8');
      expect(said).toMatch(text === 'README.md' ? `${files.length} of them` : `${files.length} rehearsals ship`);
    }
    const line = 'rehearse playbooks/rehearsals';
    expect(readFileSync(join(shipped, '..', 'README.md'), 'utf8')).toContain(`./relight ${line} `);
    const { code, err, out } = await relight(line);
    expect(out).toMatch(new RegExp(`^${files.length} rehearsals, \\d+ expectations, all hold \\(`));
    expect(err.match(/^✓ /gm)).toHaveLength(files.length);
    expect(code).toBe(0);
  });

  test('are of every kind of fault that can befall what ships', () => {
    const playbooks = readdirSync(shipped).filter((name) => name.endsWith('.yaml'));
    const used = new Set(
      playbooks
        .flatMap((name) => [...readFileSync(join(shipped, name), 'utf8').matchAll(/\btype: ([a-z0-9]+)\//g)])
        .map(([, service]) => service),
    );
    const elsewhere = servicesWith().all.filter((each) => !used.has(each.alias ?? each.name));
    const stuckElsewhere = elsewhere.flatMap(({ stuck = [] }) => stuck.map(({ kind }) => kind));
    const kindsOfShipped = faultKinds.filter((kind) => !stuckElsewhere.includes(kind));
    const texts = readdirSync(join(shipped, 'rehearsals')).map((name) =>
      readFileSync(join(shipped, 'rehearsals', name), 'utf8'),
    );
    expect(kindsOfShipped.length).toBeGreaterThan(10);
    for (const kind of kindsOfShipped) {
      expect(texts.filter((text) => text.includes(`{ kind: ${kind}`)).length, kind).toBeGreaterThan(0);
    }
  });

  test('are of every playbook that ships', () => {
    const texts = readdirSync(join(shipped, 'rehearsals')).map((name) =>
      readFileSync(join(shipped, 'rehearsals', name), 'utf8'),
    );
    for (const playbook of readdirSync(shipped).filter((name) => name.endsWith('.yaml'))) {
      expect(texts.filter((text) => text.includes(`playbook: ../${playbook}`)).length, playbook).toBeGreaterThan(3);
    }
  });

  test('as JSON hold their interface', async () => {
    const { out } = await relight(
      'rehearse playbooks/rehearsals/wonderland-outage.yaml playbooks/rehearsals/wrong-alias.yaml --json --quiet',
    );
    const { rehearsals, summary } = rehearsalsJson.parse(JSON.parse(out));
    expect(rehearsals.map((each) => [each.name, each.holds])).toEqual([
      ['wonderland-outage', true],
      ['wrong-alias', true],
    ]);
    expect(summary).toMatchObject({ rehearsals: 2, failed: 0, badFiles: [] });
  });
});

describe('a playbook', () => {
  test('without a disaster loses its root, and is healed', async () => {
    const { code, err, out } = await relight('rehearse playbooks/deployer-api.yaml');
    expect(err).toContain('no call leaves this machine, no credentials are read');
    expect(out).toContain('service  lost  deleted by hand');
    expect(out).toMatch(/healed in 1m30s, objective 15m00s met/);
    expect(code).toBe(0);
  });

  test('without a root loses every owner', async () => {
    const { out } = await relight('rehearse playbooks/storefront.yaml --json --quiet');
    const report = rehearsalJson.parse(JSON.parse(out));
    expect(report.disaster.map((each) => each.component).toSorted()).toEqual([
      'cart-service',
      'search-service',
      'shop-service',
    ]);
  });

  test('takes several states at once, and its JSON holds its interface', async () => {
    const { code, out } = await relight(
      'rehearse playbooks/deployer-api.yaml --lose service,cname --drift target-group --strategy rebuild --json --quiet',
    );
    const report = rehearsalJson.parse(JSON.parse(out));
    expect(report.disaster.map(({ component, state }) => `${component} ${state}`)).toEqual([
      'target-group drifted',
      'service lost',
      'cname lost',
    ]);
    expect(report).toMatchObject({ result: 'healed', objective: 'met' });
    expect(code).toBe(0);
  });

  test('whose recovery cannot see something ends with the exit code of that recovery', async () => {
    const { code, out } = await relight('rehearse playbooks/deployer-api.yaml --lose service --unreadable state-entry');
    expect(out).toContain('state-entry');
    expect(code).toBe(4);
  });

  test('whose shared prerequisite is gone is refused with the reason, and nothing is changed', async () => {
    const { code, out } = await relight('rehearse playbooks/deployer-api.yaml --lose cluster');
    expect(out).toContain('nothing was changed: cluster: shared and missing');
    expect(code).toBe(5);
  });

  test('is met by faults', async () => {
    const { code, out } = await relight(
      'rehearse playbooks/deployer-api.yaml --lose service --fault reset-after:ecs:CreateService:1 --json --quiet',
    );
    expect(rehearsalJson.parse(JSON.parse(out)).result).toBe('healed');
    expect(code).toBe(0);
  });

  test('is met by every fault that a file may hold, as a map or in short', async () => {
    const { out } = await relight(
      'rehearse playbooks/deployer-api.yaml --lose service --fault {"kind":"throttle","service":"ecs","rate":0.3,"after":"1s","for":"40s"} --fault service-never-steady:deployer-api --fault {"kind":"latency","latency":{"uniform":["5ms","9ms"]}} --json --quiet',
    );
    expect(rehearsalJson.parse(JSON.parse(out)).faults.map((each) => [each.text, each.hits > 0])).toEqual([
      ['throttle, service ecs, rate 0.3, after 1s, for 40s', true],
      ['service-never-steady, resource deployer-api, region eu-west-1', true],
      ['latency, latency {"uniform":[5,9]}', true],
    ]);
  });

  test('that misses its objective ends with 5, and says so', async () => {
    const text = readFileSync(join(shipped, 'deployer-api.yaml'), 'utf8').replace('rto: 15m', 'rto: 1m');
    writeFileSync(join(folder, 'playbooks', 'late.yaml'), text);
    const { code, out } = await relight('rehearse playbooks/late.yaml --json --quiet');
    expect(rehearsalJson.parse(JSON.parse(out))).toMatchObject({ result: 'healed', objective: 'missed' });
    expect(code).toBe(5);
    const rehearsal = join(folder, 'playbooks', 'rehearsals', 'shop-service-lost.yaml');
    const late = readFileSync(join(shipped, 'rehearsals', 'internal-errors.yaml'), 'utf8');
    writeFileSync(rehearsal.replace('shop-service-lost', 'late'), late.replace('deployer-api.yaml', 'late.yaml'));
    const file = await relight('rehearse playbooks/rehearsals/late.yaml');
    expect(file.out).toContain('1 missed the objective: internal-errors');
    expect(file.code).toBe(0);
    rmSync(join(folder, 'playbooks', 'late.yaml'));
    rmSync(join(folder, 'playbooks', 'rehearsals', 'late.yaml'));
  });

  test('whose fault hits nothing ends with 5, and names it', async () => {
    const { code, out } = await relight(
      'rehearse playbooks/deployer-api.yaml --lose service --fault targets-unhealthy:api',
    );
    expect(out).toMatch(/targets-unhealthy, resource api, region eu-west-1 +hit nothing/);
    expect(code).toBe(5);
  });

  test('tells seconds to the millisecond', async () => {
    const { out } = await relight(
      'rehearse playbooks/deployer-api.yaml --fault {"kind":"latency","latency":{"uniform":["1ms","9ms"]}} --json --quiet',
    );
    const report = rehearsalJson.parse(JSON.parse(out));
    const all = [
      report.seconds,
      ...report.runs.flatMap((run) => [run.to, ...run.steps.flatMap((step) => [step.from ?? 0, step.to ?? 0])]),
    ];
    for (const seconds of all) expect(String(seconds)).toMatch(/^\d+(\.\d{1,3})?$/);
  });

  test('takes other times with a seed, and the same ones with the same seed', async () => {
    const seconds = async (seed: number): Promise<number> => {
      const { out } = await relight(`rehearse playbooks/deployer-api.yaml --seed ${seed} --json --quiet`);
      return rehearsalJson.parse(JSON.parse(out)).seconds;
    };
    const [one, again, other] = [await seconds(7), await seconds(7), await seconds(8)];
    expect(one).toBe(again);
    expect(one).not.toBe(other);
  });

  test('is told as Markdown, into a file', async () => {
    const { code, err, out } = await relight('rehearse playbooks/deployer-api.yaml --format md --out drill.md');
    expect([code, out]).toEqual([0, '']);
    expect(err).toContain('written to drill.md');
    const text = readFileSync(join(folder, 'drill.md'), 'utf8');
    expect(text).toMatch(/^# Rehearsal: deployer-api\n\n\*\*healed in 1m30s, objective 15m00s met\.\*\*/);
    expect(text).toContain('| `service.create` | succeeded |');
  });
});

describe('a rehearsal that does not hold', () => {
  const text = (then: string): string =>
    `apiVersion: relight/v1\nkind: Rehearsal\nmetadata: { name: wrong }\ngiven: { playbook: playbooks/deployer-api.yaml, pieces: { cname: lost } }\nthen:\n  ${then}\n`;

  test('ends with 5, and shows expected and seen with the place in the file', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), text('plan: [service.create, verify-1, verify-2]'));
    const { code, out } = await relight('rehearse wrong.yaml --quiet');
    expect(out).toContain('wrong.yaml:6:3: wrong: then.plan does not hold\n    - service.create\n    + cname.create\n');
    expect(out).toContain('1 rehearsal failed');
    expect(code).toBe(5);
  });

  test('because it is no rehearsal ends with 1, and the others run all the same', async () => {
    writeFileSync(join(folder, 'bad.yaml'), text('plam: []'));
    const { code, err, out } = await relight('rehearse bad.yaml playbooks/rehearsals/dangling-cname.yaml');
    expect(err).toContain('bad.yaml:6:3: error: unknown key "plam" in then');
    expect(err).toContain('✓ dangling-cname');
    expect(out).toContain('1 file with mistakes: bad.yaml');
    expect(code).toBe(1);
  });
});

test.each([
  ['rehearse nowhere', 'nowhere: no such file or folder'],
  ['rehearse playbooks/deployer-api.yaml --lose servce', 'servce: no such component; did you mean service?'],
  ['rehearse playbooks/deployer-api.yaml --foreign cname', 'cname cannot be foreign: it carries no tags'],
  ['rehearse playbooks/deployer-api.yaml --lose cname --drift cname', 'cname cannot be both lost and drifted'],
  [
    'rehearse playbooks/deployer-api.yaml --fault throttle:ecs:Nothing',
    '--fault throttle:ecs:Nothing: operation: ecs in the sandbox has no operation Nothing\nexpected kind[:service',
  ],
  ['rehearse playbooks/deployer-api.yaml --fault thorttle', 'kind: one of throttle, access-denied'],
  ['rehearse playbooks/deployer-api.yaml --fault throttle:ecs:CreateService:one', 'nth: '],
  ['rehearse playbooks/deployer-api.yaml --fault targets-unhealthy', 'resource: '],
  [
    'rehearse playbooks/deployer-api.yaml --fault targets-unhealthy:a:b',
    'too many parts: targets-unhealthy takes resource',
  ],
  ['rehearse playbooks/deployer-api.yaml --fault latency:ecs', 'latency: a latency such as 250ms'],
  ['rehearse playbooks/deployer-api.yaml --fault {kind:', '--fault {kind:: '],
  [
    'rehearse playbooks/deployer-api.yaml --fault {"kind":"hang","operaton":"X"}',
    'hang has no "operaton"; it takes service, operation, calls, resource, where, nth, times, rate, seed, after, for',
  ],
  ['rehearse playbooks/deployer-api.yaml --format png', '--format png: expected text, json, md'],
  ['rehearse playbooks/deployer-api.yaml --seed x', '--seed x: expected a whole number'],
  ['rehearse playbooks', 'are playbooks, which are rehearsed one at a time: relight rehearse playbooks/'],
  [
    'rehearse playbooks/deployer-api.yaml playbooks/rehearsals/wrong-alias.yaml',
    'playbooks/deployer-api.yaml is a playbook, which are',
  ],
  ['rehearse playbooks/rehearsals --lose service', '--lose has no effect on a rehearsal file'],
])('relight %s is a mistake', async (line, says) => {
  const { code, err } = await relight(line);
  expect(err).toContain(says);
  expect(code).toBe(1);
});

describe('the file that --out names', () => {
  const one = 'rehearse playbooks/deployer-api.yaml --quiet --out';

  test.each([['txt'], ['json'], ['md'], ['html']])(
    'as .%s is written, and written over the next time',
    async (ending) => {
      const single = `${one} one.${ending}`;
      const several = `rehearse playbooks/rehearsals/wrong-alias.yaml playbooks/rehearsals/wonderland-outage.yaml --quiet --out one.${ending}`;
      // Each over the other.
      for (const line of [single, several, single]) {
        expect(await relight(line)).toMatchObject({ code: 0, err: `written to one.${ending}\n` });
      }
    },
  );

  test.each([
    ['playbooks/deployer-api.yaml', 'is what the command reads; choose another name'],
    ['playbooks/../linked.yaml', 'is what the command reads; choose another name'],
    ['playbooks/storefront.yaml', 'it is there already and is no rehearsal that relight wrote; choose another name'],
    ['commented.yaml', 'it is there already and is no rehearsal that relight wrote; choose another name'],
    ['playbooks', 'is a folder; name a file in it'],
    ['no/such/x.html', 'there is no folder no/such'],
    ['commented.yaml/x.html', 'commented.yaml is no folder'],
  ])('%s: nothing is played, nothing is written over', async (out, says) => {
    writeFileSync(join(folder, 'commented.yaml'), '# Rehearsal: of what is below\n\na: b\n');
    rmSync(join(folder, 'linked.yaml'), { force: true });
    linkSync(join(folder, 'playbooks/deployer-api.yaml'), join(folder, 'linked.yaml'));
    const before = ['deployer-api', 'storefront'].map((name) =>
      readFileSync(join(folder, `playbooks/${name}.yaml`), 'utf8'),
    );
    expect(await relight(`${one} ${out}`)).toEqual({ code: 1, out: '', err: `--out ${out}: ${says}\n` });
    const after = ['deployer-api', 'storefront'].map((name) =>
      readFileSync(join(folder, `playbooks/${name}.yaml`), 'utf8'),
    );
    expect(after).toEqual(before);
  });
});
