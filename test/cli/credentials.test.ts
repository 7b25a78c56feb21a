// Credentials that expire while a recovery is under way, as people meet them: a profile in ~/.aws/credentials whose keys
// AWS does not take any more, and that somebody renews meanwhile.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonOf, makeFolder, outcomeOf, serveSandbox, start, waitForText, type Env, type Folder } from './harness.ts';

const playbook = 'deployer-api.yaml';
const approved = ['--yes', '--confirm', 'deployer-api'];

/** Writes the default profile of `~/.aws/credentials`. */
function writeKeys(folder: Folder, accessKeyId: string): void {
  mkdirSync(folder.file('.aws'), { recursive: true });
  writeFileSync(
    folder.file('.aws/credentials'),
    `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = secret\naws_session_token = token-${accessKeyId}\n`,
  );
}

async function tell(url: string, key: object): Promise<void> {
  const answer = await fetch(`${url}/_relight/credentials`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(key),
  });
  expect(answer.status).toBe(200);
}

interface Simulated {
  readonly code: number | null;
  readonly stderr: string;
  readonly report: { readonly result: string; readonly interruption: string | null };
  readonly journal: string;
}

/** Deploys, and lets the first keys expire in the middle; the second ones are in the file as soon as that is told. */
async function playExpiry(callerOfSecond?: string): Promise<Simulated> {
  using folder = makeFolder();
  await using server = await serveSandbox(folder, ['--speed', '60']);
  const { url } = server;
  const env: Env = { AWS_ENDPOINT_URL: url, AWS_REGION: 'eu-west-1' };
  writeKeys(folder, 'AKIAFIRST');
  if (callerOfSecond !== undefined) await tell(url, { accessKeyId: 'AKIASECOND', callerArn: callerOfSecond });
  await folder.relight(['sandbox', 'seed', playbook], env);
  const child = start(folder.path, ['recover', playbook, '--json', ...approved], env);
  const ended = outcomeOf(child);
  // Something is done by then, and something is still waited for.
  await waitForText(child.stderr, /^(?=[^]*load-balancer .*waits)(?=[^]* done in )/);
  await tell(url, { accessKeyId: 'AKIAFIRST', expired: true });
  await waitForText(child.stderr, /CREDENTIALS EXPIRED/);
  writeKeys(folder, 'AKIASECOND');
  const outcome = await ended;
  const [run = ''] = readdirSync(folder.file('.relight/runs'));
  const journal = readFileSync(folder.file(`.relight/runs/${run}/journal.jsonl`), 'utf8');
  return { ...outcome, report: jsonOf(outcome) as Simulated['report'], journal };
}

test('renewed in the file meanwhile: the run goes on and ends well', async () => {
  const { code, journal, report, stderr } = await playExpiry();
  expect(stderr).toMatch(/CREDENTIALS EXPIRED: .*aws sso login/);
  expect(stderr).toMatch(/credentials renewed from .*: still arn:aws:iam::123456789012:user\/operator; going on/);
  expect(report.result).toBe('succeeded');
  expect(code).toBe(0);
  expect(journal).toContain('"type":"credentials-expired"');
  expect(journal).toContain('"type":"credentials-renewed"');
  expect(journal).not.toContain('token-AKIA');
});

test('renewed as somebody else: the run ends, and says as whom it was begun', async () => {
  const { code, report, stderr } = await playExpiry('arn:aws:iam::123456789012:user/somebody-else');
  expect(report.result).toBe('partial');
  expect(report.interruption).toContain('user/somebody-else');
  expect(stderr).toContain('nothing is done as another caller');
  expect(code).toBe(5);
});

test('a status with expired credentials says what to type', async () => {
  using folder = makeFolder();
  await using server = await serveSandbox(folder);
  writeKeys(folder, 'AKIAFIRST');
  await tell(server.url, { accessKeyId: 'AKIAFIRST', expired: true });
  const env = { AWS_ENDPOINT_URL: server.url, AWS_REGION: 'eu-west-1' };
  const outcome = await folder.relight(['status', playbook], env);
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toContain('the credentials have expired');
  expect(outcome.stderr).toContain('aws sso login');
});

test('a profile and keys in the environment: the SDK’s own warning stays out of the terminal', async () => {
  using folder = makeFolder();
  await using server = await serveSandbox(folder);
  writeKeys(folder, 'AKIAFIRST');
  const env = { ...server.env, AWS_PROFILE: 'default', AWS_ACCESS_KEY_ID: 'AKIAOTHER', AWS_SECRET_ACCESS_KEY: 'other' };
  const outcome = await folder.spawned(['status', playbook], env);
  expect(outcome.stderr).toContain('SANDBOX account');
  expect(outcome.stderr).not.toMatch(/Multiple credential sources|aws-sdk|WARNING/);
});
