// Files of receivers: what they say, and every mistake at once with its place; no secret is shown beside one.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { notifyJsonSchema } from '../../../src/notify/config/json-schema.ts';
import { readNotify, readNotifyFile, type ReadNotify } from '../../../src/notify/config/read.ts';
import { secretsFrom } from '../../../src/notify/config/secrets.ts';
import type { Receiver } from '../../../src/notify/receivers.ts';
import { formatDiagnostics } from '../../../src/playbook/diagnostic.ts';

const head = 'apiVersion: relight/v1\nkind: Notifications\n';
const read = (text: string): ReadNotify => readNotifyFile('n.yaml', '/etc/relight/n.yaml', head + text);

function mistakes(text: string): string {
  const result = read(text);
  if (result.ok) throw new Error('no mistake');
  return formatDiagnostics(result.diagnostics, result.text, { color: false });
}

const whole = `receivers:
  team: { kind: slack, url: '\${env:SLACK_URL}' }
  hook: { kind: webhook, url: https://hooks.example/relight, secret: '\${file:/run/secrets/hook}', timeout: 5s }
  pager: { kind: pagerduty, routingKey: '\${env:PD}' }
  topic: { kind: sns, topic: 'arn:aws:sns:eu-west-1:123456789012:alarms' }
  page: { kind: command, command: [./page.sh, --now], env: [CHANNEL] }
routes:
  - { to: [team], severity: low }
  - { to: [pager, page], severity: critical, accounts: [deployer-prod], playbooks: ['deployer-*'] }
link: https://reports.example/{account}/{id}.html
`;

test('a whole file', () => {
  const result = read(whole);
  expect(result.ok && result.config).toMatchObject({
    receivers: [
      { name: 'team', kind: 'slack', url: { kind: 'env', name: 'SLACK_URL' }, timeout: 10_000 },
      {
        name: 'hook',
        kind: 'webhook',
        url: 'https://hooks.example/relight',
        secret: { kind: 'file', path: '/run/secrets/hook' },
        timeout: 5_000,
      },
      { name: 'pager', kind: 'pagerduty', url: 'https://events.pagerduty.com/v2/enqueue', alerts: 'finding' },
      { name: 'topic', kind: 'sns' },
      { name: 'page', kind: 'command', command: ['./page.sh', '--now'], folder: '/etc/relight' },
    ],
    routes: [
      { to: ['team'], severity: 'low', tell: 'changes' },
      { to: ['pager', 'page'], severity: 'critical', playbooks: ['deployer-*'] },
    ],
    giveUpAfter: 72 * 3_600_000,
  });
});

test('without routes, everybody is told of every change', () => {
  const result = read("receivers: { team: { kind: slack, url: '${env:U}' } }\n");
  expect(result.ok && result.config.routes).toMatchObject([{ to: ['team'], severity: 'info', tell: 'changes' }]);
});

test('every mistake at once, each with its place and a way out', () => {
  expect(
    mistakes(`receivers:
  team: { kind: slak, url: '\${env:SLACK_URL}' }
  hook: { kind: webhook, url: http://hooks.example/, secret: '\${env:KEY}', timeoutt: 5s }
  topic: { kind: sns, topic: alarms }
routes:
  - { to: [tem], severity: hgih }
`),
  ).toMatchInlineSnapshot(`
    "n.yaml:4:17: error: there is no such kind of receiver
      4 |   team: { kind: slak, url: '\${env:SLACK_URL}' }
        |                 ^^^^
          expected: slack, webhook, pagerduty, sns, command
          did you mean "slack"?

    n.yaml:5:31: error: "url" is (hidden)
      5 |   hook: { kind: webhook, url: *********************, secret: '\${env:KEY}', timeoutt: ** }
        |                               ^^^^^^^^^^^^^^^^^^^^^
          expected: an https:// address without user and password (http:// on this machine alone), or \${env:NAME} or \${file:/path}: the secret itself stands in no file of receivers

    n.yaml:5:76: error: unknown key "timeoutt" in receivers.hook
      5 |   hook: { kind: webhook, url: *********************, secret: '\${env:KEY}', timeoutt: ** }
        |                                                                            ^^^^^^^^
          expected: kind, url, secret, previousSecret or timeout
          did you mean "timeout"?

    n.yaml:6:30: error: "topic" is the text "alarms"
      6 |   topic: { kind: sns, topic: alarms }
        |                              ^^^^^^
          expected: the ARN of a topic, such as arn:aws:sns:eu-west-1:123456789012:alarms

    n.yaml:8:12: error: there is no receiver "tem"
      8 |   - { to: [tem], severity: hgih }
        |            ^^^
          did you mean "team"?

    n.yaml:8:28: error: "severity" is the text "hgih"
      8 |   - { to: [tem], severity: hgih }
        |                            ^^^^
          expected: "critical", "high", "medium", "low" or "info"
          did you mean "high"?

    6 errors in n.yaml
    "
  `);
});

test('a secret in the file is refused, and shown nowhere', () => {
  const url = 'https://hooks.slack.com/services/T0/B0/verysecretword';
  const text = mistakes(`receivers:
  team: { kind: slack, url: ${url} }
  pager: { kind: pagerduty, routing_key: verysecretword0123 }
  hook: { kind: webhook, url: 'https://ann:verysecretword@h.example/', secret: whsec_verysecretword }
`);
  expect(text).toContain('the secret itself stands in no file of receivers');
  expect(text).toContain('n.yaml:4:');
  expect(text).not.toContain('verysecret');
  expect(mistakes(`receivers:\n  team: { kind: slack, url: [${url}\n`)).not.toContain('verysecret');
});

test('a section of another file is read the same way, with its own places', () => {
  const section = { receivers: { team: { kind: 'slack', url: 'x' } }, routes: [{ to: ['nobody'] }] };
  const result = readNotify(section, ['notify'], { file: 'fleet.yaml', folder: '/' });
  expect(result.ok ? [] : result.findings.map(({ path }) => path.join('.'))).toEqual([
    'notify.receivers.team.url',
    'notify.routes.0.to.0',
  ]);
});

describe('secrets', () => {
  const hook: Receiver = {
    name: 'hook',
    kind: 'webhook',
    timeout: 1,
    url: { kind: 'env', name: 'URL' },
    secret: { kind: 'file', path: '/k' },
    previousSecret: undefined,
  };
  const key = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const from = (env: Readonly<Record<string, string>>, file: () => string) =>
    secretsFrom({ env, readFile: file }).of(hook);

  test('come from the environment and from files', () => {
    expect(from({ URL: 'https://h.example/a' }, () => `${key}\n`)).toMatchObject({
      kind: 'known',
      reach: { url: 'https://h.example/a' },
    });
  });

  test.each([
    ['a variable that is not set', {}, () => key, 'the environment variable URL is not set'],
    ['an address that is not safe', { URL: 'http://h.example/verysecret' }, () => key, 'is no https:// address'],
    ['a key that is none', { URL: 'https://h.example/' }, () => 'verysecret', 'is no signing key'],
    ['an empty file', { URL: 'https://h.example/' }, () => '\n', '/k is empty'],
  ])('%s is told, and not its value', (_what, env, file, text) => {
    const found = from(env, file);
    expect(found).toMatchObject({ kind: 'unknown' });
    expect(found.kind === 'unknown' && found.why).toContain(text);
    expect(JSON.stringify(found)).not.toContain('verysecret');
  });

  test('are taken out of whatever text they come back in', () => {
    const secrets = secretsFrom({ env: { URL: 'https://h.example/services/verysecretpath' }, readFile: () => key });
    secrets.of(hook);
    expect(secrets.redactor.text('POST /services/verysecretpath failed')).not.toContain('verysecretpath');
    expect(secrets.redactor.text(`key ${key.slice(6)}`)).not.toContain(key.slice(6));
  });
});

test('the published schema is the one in use', () => {
  const published = JSON.parse(
    readFileSync(new URL('../../../schema/notify.schema.json', import.meta.url), 'utf8'),
  ) as unknown;
  expect(published).toEqual(JSON.parse(JSON.stringify(notifyJsonSchema())));
});
