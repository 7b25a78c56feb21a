import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { fleetJsonSchema } from '../../../src/fleet/json-schema.ts';
import { isFleetFile, loadFleet, type FleetResult } from '../../../src/fleet/load.ts';

const sound = `apiVersion: relight/v1
kind: Fleet
metadata: { name: wonderland, owner: platform }
regions: [eu-west-1]
accounts:
  - id: '111122223333'
    alias: wonderland-prod
    environment: production
    role: relight/scan
    externalId: relight-7
    inventory: complete
  - id: '222233334444'
    owner: payments
    regions: [us-east-1, eu-west-1]
    role: arn:aws:iam::222233334444:role/relight-scan
playbooks: ['playbooks/*.yaml', '!playbooks/old-*.yaml']
external: ['*.vendor.example']
share: 0.25
deadline: 4m
schedules:
  - { name: often, cron: '*/15 * * * *', timeZone: Europe/Berlin, jitter: 30s, accounts: ['111122223333'] }
  - { name: nightly, cron: 0 3 * * *, deadline: 30m, catchUp: none, beyond: true, ping: 'https://ping.example/\${env:PING}' }
alerts: { severity: medium, after: 10m, remind: 24h }
memory: dynamodb://team
compare: [{ left: api, right: books/api.yaml }]
`;

function mistakesIn(text: string): readonly string[] {
  const result = loadFleet({ file: 'fleet.yaml', bytes: text });
  return result.ok
    ? []
    : result.diagnostics.map(({ code, column, expected, line, message }) =>
        [`${line}:${column} ${code}: ${message}`, ...(expected === undefined ? [] : [expected])].join(' | '),
      );
}

function fleetIn(result: FleetResult): Extract<FleetResult, { ok: true }>['fleet'] {
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.fleet;
}

test('a sound one says who is entered how, what is scanned, when, and whom it alarms', () => {
  const fleet = fleetIn(loadFleet({ file: 'fleet.yaml', bytes: sound }));
  expect(fleet.accounts).toMatchObject([
    {
      id: '111122223333',
      owner: 'platform',
      regions: ['eu-west-1'],
      role: { arn: 'arn:aws:iam::111122223333:role/relight/scan', externalId: 'relight-7' },
      inventory: 'complete',
      position: { line: 6 },
    },
    {
      id: '222233334444',
      owner: 'payments',
      regions: ['us-east-1', 'eu-west-1'],
      role: { arn: 'arn:aws:iam::222233334444:role/relight-scan', externalId: undefined },
      inventory: 'partial',
    },
  ]);
  expect(fleet).toMatchObject({ name: 'wonderland', share: 0.25, deadline: 240_000, external: ['*.vendor.example'] });
  expect(fleet.schedules).toMatchObject([
    { name: 'often', beyond: undefined, jitter: 30_000, deadline: 240_000, catchUp: 'once', timeZone: 'Europe/Berlin' },
    {
      name: 'nightly',
      beyond: true,
      jitter: 0,
      deadline: 1_800_000,
      catchUp: 'none',
      timeZone: 'UTC',
      accounts: undefined,
    },
  ]);
  expect(fleet).toMatchObject({
    memory: 'dynamodb://team',
    compare: [{ left: 'api', right: 'books/api.yaml', position: { line: 25 } }],
  });
  expect(fleet.alerts).toEqual({ severity: 'medium', after: 600_000, remind: 86_400_000 });
});

describe('each mistake is told with its place and what would be right', () => {
  test.each([
    [
      '    role: relight/scan\n',
      '    role: arn:aws:iam::999999999999:role/relight-scan\n',
      ['9:11 other-account: the role is in account 999999999999 | a role of account 111122223333'],
    ],
    ["id: '222233334444'", "id: '111122223333'", ['12:9 duplicate', '15:11 other-account']],
    ['regions: [eu-west-1]\n', '', ['5:5 missing: account 111122223333 has no regions']],
    ['    role: relight/scan\n', '', ['9:5 no-effect: an external id without a role has no effect']],
    ['*/15 * * * *', '*/15 * * *', ['21:26 invalid-value: cron is "*/15 * * *"']],
    ['*/15 * * * *', '0 0 30 2 *', ['21:26 invalid-value: cron "0 0 30 2 *" never comes about']],
    ['Europe/Berlin', 'Europe/Berlinn', ['21:52 invalid-value: timeZone is "Europe/Berlinn"']],
    [
      "accounts: ['111122223333'] }",
      "accounts: ['111122223334'] }",
      ['21:91 unknown-account: no account 111122223334'],
    ],
    ['name: nightly', 'name: often', ['22:13 duplicate: schedules[0] has the name often already']],
    ['share: 0.25', 'share: 0', ['18:8 invalid-value: "share" is the number 0 | more than 0']],
    ['beyond: true', "beyond: 'yes'", ['22:77 wrong-type: "beyond" is the text "yes" | true or false']],
    ['https://ping', 'http://ping', ['22:89 invalid-value']],
    ['dynamodb://team', 's3://team', ['24:9 invalid-value']],
    ['external: [', 'extrenal: [', ['17:1 unknown-key: unknown key "extrenal"']],
    ['kind: Fleet', 'kind: Fleet\n---\nkind: Fleet', ['3:1']],
  ])('%s instead', (right, wrong, told) => {
    expect(sound).toContain(right);
    const mistakes = mistakesIn(sound.replace(right, wrong));
    expect(mistakes).toHaveLength(told.length);
    for (const [index, each] of told.entries()) expect(mistakes[index]).toContain(each);
  });

  test('an account of which no region is known, and all others at once', () => {
    expect(mistakesIn('kind: Fleet').length).toBeGreaterThan(2);
  });
});

test('a file is a fleet by its kind alone', () => {
  expect(isFleetFile('kind: Fleet\nnonsense: true')).toBe(true);
  expect(isFleetFile('kind: Playbook')).toBe(false);
  expect(isFleetFile('kind: [Fleet')).toBe(false);
});

test('its schema is published as it is (npm run schema)', () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL('../../../schema/fleet.schema.json', import.meta.url), 'utf8'),
  );
  expect(published).toEqual(JSON.parse(JSON.stringify(fleetJsonSchema())));
});
