// --record: what goes over the wire, written down for others to read, and made into a recording that the sandbox is held to.
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lineMaker } from '../../src/cli/place/recorded.ts';
import { createRedactor, nothingToRedact } from '../../src/util/redact.ts';
import { readRecording } from '../conformance/recordings.ts';
import { replay } from '../conformance/replay.ts';
import { makeFolder } from './harness.ts';

const folder = makeFolder();
const playbook = 'deployer-api.yaml';

interface Line {
  readonly service: string;
  readonly operation: string;
  readonly output?: unknown;
  readonly error?: string;
}

function linesOf(file: string): readonly Line[] {
  return readFileSync(folder.file(file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('--record', () => {
  beforeAll(async () => {
    const seeded = await folder.relight(['sandbox', 'seed', playbook]);
    expect(seeded.code, seeded.stderr).toBe(0);
  });
  afterAll(() => {
    folder[Symbol.dispose]();
  });

  test('writes a line for each call, its answer or its error, which only the owner may read', async () => {
    const args = [playbook, '--sandbox', '--yes', '--confirm', 'deployer-api', '--record', 'calls.jsonl', '--verbose'];
    const { code, stderr } = await folder.relight(['recover', ...args]);
    expect(code, stderr).toBe(0);
    expect(statSync(folder.file('calls.jsonl')).mode & 0o777).toBe(0o600);
    const lines = linesOf('calls.jsonl');
    const told = [...stderr.matchAll(/^ {2}call (\w+):(\w+)/gm)].map(([, service, operation]) => [service, operation]);
    expect(lines.map(({ service, operation }) => [service, operation])).toEqual(told);
    expect(lines.filter(({ output, error }) => (output === undefined) === (error === undefined))).toEqual([]);
    expect(lines.find(({ operation }) => operation === 'CreateService')?.output).toMatchObject({
      service: { serviceName: 'deployer-api', status: 'ACTIVE' },
    });
  });

  test('what was recorded becomes a recording, and the sandbox answers it alike', async () => {
    const script = resolve(import.meta.dirname, '../../scripts/recording.mjs');
    const made = execFileSync(process.execPath, [script, folder.file('calls.jsonl'), 'a recovery'], {
      encoding: 'utf8',
    });
    writeFileSync(folder.file('recording.jsonl'), made);
    const recording = readRecording(folder.file('recording.jsonl'));
    expect(recording.about).toBe('a recovery');
    // What a seed made before cannot be seen from the calls. The load balancer's pieces are the recovery's own; their
    // targets are registered by ECS.
    const exchanges = recording.exchanges.filter(
      ({ service, operation }) => service === 'elbv2' && operation !== 'DescribeTargetHealth',
    );
    expect(exchanges.length).toBeGreaterThan(10);
    expect(await replay({ ...recording, exchanges })).toEqual([]);
  });

  test('a file that is there already is left as it is', async () => {
    writeFileSync(folder.file('mine.txt'), 'mine\n');
    const { code, stderr } = await folder.relight(['status', playbook, '--sandbox', '--record', 'mine.txt']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('--record mine.txt: it is there already')]);
    expect(readFileSync(folder.file('mine.txt'), 'utf8')).toBe('mine\n');
  });
});

describe('what is written of a call', () => {
  const lineOf = (exchange: Parameters<ReturnType<typeof lineMaker>>[0], redactor = nothingToRedact): string =>
    lineMaker(redactor)(exchange);
  const common = { service: 'ecs', operation: 'Any', at: 5 };

  test('no account, wherever it stands', () => {
    const line = lineOf({
      ...common,
      input: { cluster: 'arn:aws:ecs:eu-west-1:777788889999:cluster/a', bucket: 'logs-777788889999' },
      output: { image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/a:1', account: '777788889999' },
    });
    expect(line).not.toMatch(/777788889999|111122223333/);
    expect(JSON.parse(line)).toMatchObject({
      input: { cluster: 'arn:aws:ecs:eu-west-1:123456789012:cluster/a', bucket: 'logs-123456789012' },
      output: { image: '210987654321.dkr.ecr.eu-west-1.amazonaws.com/a:1', account: '123456789012' },
    });
  });

  test('no caller, no credentials and no key', () => {
    const output = {
      Account: '777788889999',
      Arn: 'arn:aws:sts::777788889999:assumed-role/ops/alice@example.com',
      UserId: 'AROAEXAMPLEEXAMPLE00:alice@example.com',
      Credentials: { SecretAccessKey: 'wJalrXUtnFEMI' },
    };
    const line = lineOf({ ...common, service: 'sts', input: { key: 'AKIAEXAMPLEEXAMPLE00' }, output });
    expect(line).not.toMatch(/alice|AROA|AKIA|wJalr|777788889999/);
    expect(line).toContain('arn:aws:iam::123456789012:user/somebody');
  });

  test('no secret value and no name of a secret: of tasks, of parameters, of the playbook', () => {
    const redactor = createRedactor(() => ({ strong: ['from-the-playbook'], implied: [], open: [] }));
    const container = {
      environment: [{ name: 'GREETING', value: 'from-nowhere' }],
      secrets: [{ name: 'DB', valueFrom: 'arn:aws:secretsmanager:eu-west-1:777788889999:secret:prod/db-AbCdEf' }],
    };
    const task = lineOf({ ...common, input: { containers: [container], note: 'from-the-playbook' } }, redactor);
    expect(task).not.toMatch(/from-nowhere|prod\/db|from-the-playbook/);
    expect(task).toContain('GREETING');
    const parameter = { Parameter: { Name: '/a', Value: 'plain' } };
    expect(lineOf({ ...common, service: 'ssm', input: {}, output: parameter })).not.toContain('plain');
    const refusal = { class: 'denied' as const, code: 'AccessDenied', message: 'arn:aws:iam::777788889999:user/alice' };
    const refused = lineOf({ ...common, input: {}, error: refusal });
    expect(JSON.parse(refused)).toMatchObject({ error: 'AccessDenied' });
    expect(refused).not.toContain('777788889999');
  });
});
