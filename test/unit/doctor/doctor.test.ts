// What a doctor finds: from assessed of a sandbox, through the command itself, and that it changes nothing.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Io } from '../../../src/cli/terminal/io.ts';
import { runCli } from '../../../src/cli/program.ts';
import { componentTypes } from '../../../src/components/index.ts';
import { troubled, type Check } from '../../../src/doctor/check.ts';
import {
  clockCheck,
  embeddedClockCheck,
  identityChecks,
  prerequisiteChecks,
  reachabilityChecks,
  readChecks,
} from '../../../src/doctor/findings.ts';
import { deployedRig, playbookOf, readShipped, seededRig } from '../../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');
const folder = mkdtempSync(join(tmpdir(), 'relight-doctor-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
writeFileSync(join(folder, 'api.yaml'), text);
writeFileSync(join(folder, 'bad.yaml'), 'kind: Playbook\n');

async function relight(...words: readonly string[]): Promise<{ readonly code: number; readonly out: string }> {
  let out = '';
  const io: Io = {
    out: (each) => (out += each),
    err: () => undefined,
    block: () => undefined,
    env: {},
    cwd: folder,
    canAsk: false,
    outIsTerminal: false,
    canRedraw: false,
    columns: 120,
    rows: 24,
    ask: () => Promise.resolve(undefined),
    onInterrupt: () => () => undefined,
  };
  const code = await runCli(words, io);
  return { code, out };
}

const outcomes = (checks: readonly Check[]): Readonly<Record<string, string>> =>
  Object.fromEntries(checks.map((each) => [each.name, each.outcome]));

describe('relight doctor', () => {
  it('tells the wrong place, and goes on where it can', async () => {
    const { code, out } = await relight('doctor', 'api.yaml', '--sandbox');
    expect(code).toBe(3);
    expect(out).toContain('FAIL alias: (none), the playbook names wonderland-prod');
    expect(out).toContain('SKIP reads');
    expect(out).toContain('OK   runs');
  });

  it('finds nothing wrong in a seeded sandbox, changes nothing, and names runs without an end', async () => {
    await relight('sandbox', 'seed', 'api.yaml', '--sandbox');
    const world = readFileSync(join(folder, '.relight/sandbox.json'), 'utf8');
    const fine = await relight('doctor', 'api.yaml', '--sandbox');
    expect(fine.code).toBe(0);
    await expect(fine.out).toMatchFileSnapshot('../../golden/doctor-fine.txt');
    expect(readFileSync(join(folder, '.relight/sandbox.json'), 'utf8')).toBe(world);

    expect((await relight('recover', 'api.yaml', '--sandbox', '--yes', '--confirm', 'deployer-api')).code).toBe(0);
    const [real = ''] = readdirSync(join(folder, '.relight/runs'));
    const journal = join(folder, '.relight/runs', real, 'journal.jsonl');
    const whole = readFileSync(journal, 'utf8');
    writeFileSync(journal, whole.slice(0, whole.length / 2));
    const left = await relight('doctor', 'api.yaml', '--sandbox', '--json');
    expect(left.code).toBe(1);
    const view = JSON.parse(left.out) as { readonly version: number; readonly checks: readonly Check[] };
    expect(view.version).toBe(1);
    expect(troubled(view.checks)).toMatchObject([{ name: real, outcome: 'ng' }]);
    writeFileSync(journal, whole);
    expect((await relight('doctor', 'api.yaml', '--sandbox')).code).toBe(0);
  });

  it('warns of what AWS would refuse to delete, and finds nothing wrong with it', async () => {
    writeFileSync(
      join(folder, 'guarded.yaml'),
      text.replace(
        '  target-group:\n',
        '      attributes: { deletion_protection.enabled: "true" }\n\n  target-group:\n',
      ),
    );
    await relight('sandbox', 'seed', 'guarded.yaml', '--sandbox');
    const made = await relight('recover', 'guarded.yaml', '--sandbox', '--yes', '--confirm', 'deployer-api');
    expect(made.code).toBe(0);
    const { code, out } = await relight('doctor', 'guarded.yaml', '--sandbox');
    expect(code).toBe(0);
    expect(out).toContain(
      'WARN load-balancer: its attribute deletion_protection.enabled is true, and AWS does not delete it. ' +
        'Set deletion_protection.enabled to false first, if it may go',
    );
  });

  it('does not say that nothing is wrong where recover is refused for want of a proof', async () => {
    writeFileSync(join(folder, 'proved.yaml'), `${text}\nguards: { requireProof: 7d }\n`);
    await relight('sandbox', 'seed', 'proved.yaml', '--sandbox');
    const refused = await relight('recover', 'proved.yaml', '--sandbox', '--yes', '--confirm', 'deployer-api');
    expect(refused.code).toBe(3);
    const { code, out } = await relight('doctor', 'proved.yaml', '--sandbox');
    expect(code).toBe(1);
    expect(out).toContain(
      'FAIL proof: the playbook wants a proof no older than 7 days (guards.requireProof). ' +
        'proof: none of this playbook; prove it: relight prove proved.yaml',
    );
  });

  it('has sent nothing where there are no credentials', async () => {
    const { out } = await relight('doctor', 'api.yaml');
    expect(out).toContain('FAIL credentials: ');
    expect(out).toContain('SKIP sts: nothing was sent: there are no credentials to sign with');
    expect(out).not.toMatch(/answered \d+ call/);
  });

  it('leaves out what needs a sound playbook', async () => {
    const { code, out } = await relight('doctor', 'bad.yaml', '--sandbox');
    expect(code).toBe(1);
    expect(out).toMatch(/FAIL playbook: \d+ mistakes/);
    expect(out).toContain('SKIP reads: needs a sound playbook');
  });
});

describe('checks', () => {
  it.each([
    [undefined, 'skip'],
    [0.4, 'ok'],
    [45, 'ok'],
    [-299, 'ok'],
    [301, 'ng'],
    [-4000, 'ng'],
  ] as const)('a clock that is %s s ahead is %s', (seconds, outcome) => {
    expect(clockCheck(seconds, 'nobody told')).toMatchObject({ outcome });
  });

  it('note a clock that is off by more than 30 s', () => {
    expect(clockCheck(45, '').detail).toContain('note');
    expect(clockCheck(20, '').detail).not.toContain('note');
  });

  it('tell how far the time of a sandbox is from this machine’s', () => {
    expect(embeddedClockCheck(2)).toMatchObject({ outcome: 'skip' });
    expect(embeddedClockCheck(4200).detail).toContain('1h10m ahead of this machine’s');
    expect(clockCheck(0.3, '', 4200).detail).toContain('the served sandbox’s time is 1h10m ahead of');
    expect(clockCheck(0.3, '', 3).detail).toBe('this machine and AWS agree');
  });

  it('name what could not be seen, and leave out what depends on it', async () => {
    const rig = await deployedRig(text);
    rig.faults.add({ operation: 'DescribeLoadBalancers', kind: 'access-denied' });
    const { observations } = await rig.look();
    const reads = readChecks(rig.playbook, observations.byId);
    expect(outcomes(reads)).toMatchObject({ 'load-balancer': 'ng', listener: 'skip', cluster: 'ok', service: 'ok' });
    const further = [
      'What has to be allowed: relight permissions playbook.yaml; recover can do without it by --exclude load-balancer',
    ];
    expect(troubled(reads)).toMatchObject([{ name: 'load-balancer', trouble: 'unseen', further }]);
  });

  it('are not told what to allow where AWS was silent', async () => {
    const rig = await deployedRig(text);
    rig.faults.add({ operation: 'DescribeLoadBalancers', kind: 'error-503' });
    const { observations } = await rig.look();
    expect(troubled(readChecks(rig.playbook, observations.byId))[0]).not.toHaveProperty('further');
  });

  it('miss shared components and zones that are not there', async () => {
    const rig = await seededRig(playbookOf(text));
    await rig.break(['state-table']);
    const moved = rig.withPlaybook(playbookOf(text.replaceAll('wonderland.example', 'other.example')));
    const { observations } = await moved.look();
    const found = prerequisiteChecks(moved.playbook, observations.byId, componentTypes);
    expect(outcomes(found)).toMatchObject({
      cluster: 'ok',
      'state-table': 'ng',
      'zone other.example': 'ng',
      networks: 'skip',
    });
  });

  it('tell an API that refuses from one that is silent', () => {
    const call = { startedAt: 0, endedAt: 1, took: 1 };
    const found = reachabilityChecks(
      ['sts', 'iam', 'ecs', 'elbv2'],
      [
        { ...call, service: 'sts', operation: 'GetCallerIdentity' },
        { ...call, service: 'iam', operation: 'ListAccountAliases', error: 'ENOTFOUND' },
        { ...call, service: 'ecs', operation: 'DescribeClusters', error: 'AccessDeniedException' },
        { ...call, service: 'elbv2', operation: 'DescribeRules', error: 'CallTimeout' },
      ],
    );
    expect(outcomes(found)).toEqual({ sts: 'ok', iam: 'skip', ecs: 'ok', elbv2: 'ng' });
  });

  it('tell credentials that are refused from nobody who could be asked', () => {
    const caller = (failed: 'denied' | 'unavailable') =>
      identityChecks(
        { kind: 'unknown', failure: { class: failed, code: 'X', message: 'y' }, remedy: '' },
        playbookOf(text),
        'eu-west-1',
      );
    expect(outcomes(caller('denied'))).toMatchObject({ credentials: 'ng', account: 'skip', region: 'ok' });
    expect(outcomes(caller('unavailable'))).toMatchObject({ credentials: 'skip' });
  });
});
