// `relight prove` in this process: what it prints and writes, the exit codes, and what plan and recover make of it. The
// playbook is a small one and one worker plays it, so that a whole proof takes seconds. Who plays changes nothing of what is
// found: a proof that finds something is played once more as a process with real worker threads, and one that finds nothing
// in test/examples.test.ts, so that these are also the tests that both are the same (test/cli/bin.sized.test.ts).
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadPlaybook } from '../../src/engine.ts';
import { readCertificate } from '../../src/prove/certificate/certificate.ts';
import type { Certificate } from '../../src/prove/certificate/certificate-schema.ts';
import { proofRefusal, statusOf } from '../../src/prove/certificate/proof-status.ts';
import { outcomeOf, start } from '../cli/harness.ts';
import { foundIn, planJson, proofJson } from '../cli/schemas.ts';
import { relightIn, type Said } from '../helpers/command.ts';
import { plainShop, shop } from '../helpers/shop.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'relight-prove-'));
  writeFileSync(join(folder, 'shop.yaml'), plainShop);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const relight = (line: string): Promise<Said> => relightIn(folder, line, { RELIGHT_LOCK_DIR: join(folder, 'locks') });

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function certificateOf(place: string): Certificate {
  const read = readCertificate(readFileSync(join(folder, place), 'utf8'));
  if (typeof read === 'string') throw new Error(read);
  return read;
}

describe('a playbook that recovers', () => {
  test('is proved: exit code 0, a sealed certificate, a page that loads nothing', async () => {
    const { code, out } = await relight('prove shop.yaml --json --quiet --workers 1 --out shop.html');
    const report = proofJson.parse(JSON.parse(out));
    expect([code, report.result, report.counterExamples]).toEqual([0, 'proved', []]);
    const certificate = certificateOf(report.certificate?.file ?? '');
    expect(certificate.cover.losses).toEqual({ kind: 'all', states: 4, upTo: null, random: 0 });
    expect(certificate.runs.total).toBeGreaterThan(150);
    expect(certificate.cover.twists).toMatchObject({ representatives: 6 });
    expect(certificate.recovery.byLost.map((each) => `${each.lost} ${each.strategy}`)).toEqual(
      ['repair', 'rebuild'].flatMap((strategy) => [0, 1, 2].map((lost) => `${lost} ${strategy}`)),
    );
    expect(Object.keys(certificate.recovery.bySet)).toHaveLength(4);
    const reasons = certificate.stoppedBecause.map((each) => each.reason);
    expect(reasons).toEqual(expect.arrayContaining(['it is shared and missing', 'the caller may not read it']));
    for (const page of [report.certificate?.page ?? '', 'shop.html']) {
      const text = readFileSync(join(folder, page), 'utf8');
      expect(text).toContain(certificate.seal);
      expect(text).not.toMatch(/(src|href)="http|<script/);
    }
  });

  // That two workers prove alike what one proves: test/examples.test.ts.
  test('a part of it gives no certificate', async () => {
    const { code, out } = await relight('prove shop.yaml --quick --quiet --json --workers 1 --state-dir elsewhere');
    const { certificate, summary } = proofJson.parse(JSON.parse(out));
    expect([code, certificate]).toEqual([0, null]);
    expect(summary?.runs.total).toBeGreaterThan(30);
    expect(existsSync(join(folder, 'elsewhere/proofs'))).toBe(false);
  });

  test('an edited certificate is worth nothing', async () => {
    const place = proofsOf('shop')[0] ?? '';
    const sound = readFileSync(join(folder, place), 'utf8');
    write(place, sound.replace('"stopped": 0', '"stopped": 1').replace(/"total": \d+/, '"total": 9999'));
    expect(readCertificate(readFileSync(join(folder, place), 'utf8'))).toContain('edited');
    expect((await relight('plan shop.yaml --sandbox')).err).toContain('cannot be used, its seal does not fit');
    write(place, sound);
  });
});

function proofsOf(name: string): readonly string[] {
  const place = join('.relight/proofs', name);
  return readdirSync(join(folder, place))
    .filter((each) => each.endsWith('.json'))
    .map((each) => join(place, each));
}

describe('plan and recover', () => {
  beforeAll(async () => {
    await relight('sandbox seed shop.yaml');
  });

  test('say that there is none, and how to get one', async () => {
    write('other.yaml', plainShop.replace('name: shop }', 'name: other }'));
    const { err } = await relight('plan other.yaml --sandbox');
    expect(err).toContain('proof: none of this playbook; prove it: relight prove other.yaml');
  });

  test('say until when it is valid, and whether something has changed since', async () => {
    expect((await relight('plan shop.yaml --sandbox')).err).toMatch(
      /proof: valid until 2\S+, \d+ recoveries played on 2/,
    );
    const { proof } = planJson.parse(JSON.parse((await relight('plan shop.yaml --sandbox --json')).out));
    expect(proof).toMatchObject({ status: 'valid' });
    write(
      'changed.yaml',
      plainShop.replace('name: shop, taskDefinition', 'name: shop, desiredCount: 3, taskDefinition'),
    );
    const { err } = await relight('plan changed.yaml --sandbox');
    expect(err).toContain('proof: stale, component service has changed; prove it: relight prove changed.yaml');
    expect((await relight('plan shop.yaml --sandbox --param image=x:2')).err).toContain(
      'proof: stale, component tasks',
    );
  });

  test('a certificate beside the playbook is found by whoever has the playbook', async () => {
    write('shop.proof.json', readFileSync(join(folder, proofsOf('shop')[0] ?? ''), 'utf8'));
    expect((await relight('plan shop.yaml --sandbox --state-dir of-a-colleague')).err).toContain('proof: valid until');
  });

  test('recover is refused where the playbook wants a proof, before anything is asked of AWS', async () => {
    const { code, err, out } = await relight('recover changed.yaml --sandbox --yes --json');
    expect(code).toBe(3);
    expect(err).toContain('no older than 7 days (guards.requireProof)');
    expect(err).toContain('relight prove changed.yaml');
    expect(err).not.toContain('123456789012');
    expect(JSON.parse(out)).toMatchObject({ result: 'refused', proof: { status: 'stale' } });
    expect((await relight('plan changed.yaml --sandbox')).code).toBe(2);
    expect((await relight('teardown changed.yaml --sandbox --yes')).code).toBe(0);
    expect((await relight('recover shop.yaml --sandbox --yes --quiet')).code).toBe(0);
  });

  test('a proof that is too old is none', () => {
    const loaded = loadPlaybook({ bytes: new TextEncoder().encode(plainShop), file: 'shop.yaml' });
    if (!loaded.ok) throw new Error('the playbook is not sound');
    const certificate = certificateOf(proofsOf('shop')[0] ?? '');
    const after = (days: number): string | undefined => {
      const now = Date.parse(certificate.provedAt) + days * 86_400_000;
      return proofRefusal(statusOf(certificate, loaded.playbook, now), loaded.playbook, now);
    };
    expect(after(6.9)).toBeUndefined();
    expect(after(7.1)).toContain(`the last one is of ${certificate.provedAt}`);
    expect(after(30.1)).toContain('its time was over on');
  });
});

describe('a playbook with a wrong owner', () => {
  const line = 'prove wrong.yaml --quick --json';
  let alone: Said;
  beforeAll(async () => {
    write('wrong.yaml', shop.replace('type: dynamodb/item', 'type: dynamodb/item\n    ownedBy: tasks'));
    alone = await relight(`${line} --quiet --workers 1 --state-dir broken`);
  });

  test('is broken by a disaster that is told in plain words, and replays', async () => {
    const { certificate, counterExamples, result } = proofJson.parse(JSON.parse(alone.out));
    expect(alone.code).toBe(5);
    expect([result, certificate]).toEqual(['broken', null]);
    const example = counterExamples.find((each) => each.promise === 'leftovers-go');
    expect(example).toMatchObject({
      components: ['entry', 'service'],
      pieces: { service: 'lost' },
      strategy: 'repair',
      disaster: 'service lost (repair)',
    });
    expect(example?.look.join()).toContain('is ownedBy: tasks although it speaks of service');
    expect(example?.replay).toBe(`relight rehearse ${example?.file ?? ''}`);
    const replayed = await relight(`rehearse ${example?.file ?? ''}`);
    expect(replayed.code).toBe(5);
    expect(replayed.out).toContain('then.promises does not hold');
    expect(replayed.out).toContain('+ what speaks of a piece that is gone is made again with it');
  });

  test('is broken alike by two workers, which only a process has', async () => {
    const words = [...line.split(' '), '--workers', '2', '--state-dir', 'broken'];
    const { code, stderr, stdout } = await outcomeOf(start(folder, words));
    expect({ code, stderr }).toMatchObject({ code: alone.code });
    expect(stderr).toContain('no call leaves this machine');
    expect([foundIn(alone.out).workers, foundIn(stdout)]).toEqual([1, { ...foundIn(alone.out), workers: 2 }]);
  });
});

describe('a playbook that lacks a piece', () => {
  test('is told to be undeployable, with what AWS said', async () => {
    write(
      'lacking.yaml',
      `${plainShop.replace('taskDefinition:', "loadBalancer: { targetGroup: '${targets.arn}', container: web, port: 80 }, taskDefinition:").replace("image: '${params.image}'", "image: '${params.image}', port: 80")}  targets:
    type: elbv2/target-group
    spec: { name: shop, port: 80, protocol: HTTP, targetType: ip, vpc: vpc-1 }
`,
    );
    const { code, out } = await relight('prove lacking.yaml --json --quiet');
    const { counterExamples, result, summary } = proofJson.parse(JSON.parse(out));
    expect([code, result, summary]).toEqual([5, 'undeployable', null]);
    expect(counterExamples[0]?.seen).toContain('cannot be deployed into an empty world: service.create');
    expect(counterExamples[0]?.seen).toContain('does not have an associated load balancer');
    const replayed = await relight('rehearse lacking.yaml');
    expect([replayed.code, replayed.err]).toEqual([
      5,
      expect.stringContaining('relight recover lacking.yaml --sandbox'),
    ]);
  });
});

test.each([
  ['prove shop.yaml --workers 0', '--workers 0: expected 1 or more'],
  ['prove shop.yaml --random x', '--random x: expected a whole number'],
  ['prove shop.yaml --out proof.txt', '--out proof.txt: expected a name that ends in .json or .html'],
  ['prove nowhere.yaml', 'nowhere.yaml: no such file'],
])('%s is a mistake', async (line, says) => {
  const { code, err } = await relight(line);
  expect([code, err]).toEqual([1, expect.stringContaining(says)]);
});

describe('what keeps the outcome of a proof from being written', () => {
  test.each([
    ['--out no/such/x.json', '--out no/such/x.json: there is no folder no/such'],
    ['--out folder.json', '--out folder.json: is a folder; name a file in it'],
    ['--out other.json', '--out other.json: it is there already and is no certificate; choose another name'],
    ['--quick --out x.json', '--out x.json has no effect with --quick, which writes no certificate: leave one out'],
  ])('%s: is told before anything is played', async (flags, says) => {
    mkdirSync(join(folder, 'folder.json'), { recursive: true });
    write('other.json', '{ "name": "mine" }');
    expect(await relight(`prove shop.yaml ${flags}`)).toEqual({ code: 1, out: '', err: `${says}\n` });
    expect(readFileSync(join(folder, 'other.json'), 'utf8')).toBe('{ "name": "mine" }');
  });

  test('a file in place of the proofs: told before anything is played', async () => {
    write('state', '');
    const { code, err } = await relight('prove shop.yaml --state-dir state');
    expect(err).toBe(
      `what comes of it could not be kept: ${join(folder, 'state')} is no folder. ` +
        'A file stands where a folder is needed: move it away, or name another place\n',
    );
    expect(code).toBe(1);
  });
});
