// The fleet of a week: twenty playbooks in three accounts and four places, as text, and what can happen to their pieces.

/** A piece that somebody may lose or change by hand. */
export interface Piece {
  readonly playbook: string;
  readonly component: string;
  readonly kind: 'parameter' | 'item' | 'cluster';
  /** As AWS knows it: of a parameter its name, of a cluster too, of an item its table. */
  readonly name: string;
}

export interface FleetPlaybook {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly pieces: readonly Piece[];
  readonly text: string;
}

export interface Account {
  readonly id: string;
  readonly name: 'near' | 'far' | 'third';
  /** Of its schedule: cron, and the longest time from one scan's due time to the next one's, in milliseconds. */
  readonly cron: string;
  readonly interval: number;
  readonly jitter: number;
  readonly regions: readonly string[];
  readonly playbooks: number;
}

export const minute = 60_000;
export const hour = 60 * minute;

/** Of all times of the day: one that clocks change over. */
export const zone = 'Europe/Berlin';

export const accounts: readonly Account[] = [
  {
    id: '123456789012',
    name: 'near',
    cron: '0 * * * *',
    interval: hour,
    jitter: 0,
    regions: ['eu-west-1', 'eu-central-1'],
    playbooks: 8,
  },
  {
    id: '210987654321',
    name: 'far',
    cron: '20 */2 * * *',
    interval: 2 * hour,
    jitter: 2 * minute,
    regions: ['eu-west-1'],
    playbooks: 6,
  },
  {
    id: '345678901234',
    name: 'third',
    cron: '40 */3 * * *',
    interval: 3 * hour,
    jitter: minute,
    regions: ['us-east-1'],
    playbooks: 6,
  },
];

const names = [
  ...['cart', 'checkout', 'search', 'prices', 'stock', 'orders', 'returns', 'reviews'],
  ...['mail', 'invoices', 'ledger', 'payroll', 'audit', 'archive'],
  ...['maps', 'routes', 'drivers', 'parcels', 'labels', 'customs'],
];

export const playbooks: readonly FleetPlaybook[] = accounts.flatMap((account, at) => {
  const before = accounts.slice(0, at).reduce((sum, each) => sum + each.playbooks, 0);
  return names.slice(before, before + account.playbooks).map((name, index) => {
    const region = account.regions[index % account.regions.length] ?? '';
    return playbookOf(name, account.id, region, index);
  });
});

function playbookOf(name: string, account: string, region: string, index: number): FleetPlaybook {
  const pieces: Piece[] = [
    { playbook: name, component: 'url', kind: 'parameter', name: `/${name}/url` },
    { playbook: name, component: 'level', kind: 'parameter', name: `/${name}/level` },
  ];
  const more: string[] = [];
  if (index % 4 === 1) {
    pieces.push({ playbook: name, component: 'entry', kind: 'item', name: `${name}-state` });
    more.push(`  table:
    type: dynamodb/table
    spec: { name: ${name}-state, hashKey: { name: service } }
  entry:
    type: dynamodb/item
    spec: { table: '\${table.name}', key: { service: ${name} }, attributes: { status: deployed } }
`);
  }
  if (index % 4 === 2) {
    pieces.push({ playbook: name, component: 'cluster', kind: 'cluster', name });
    more.push(`  cluster:
    type: ecs/cluster
    spec: { name: ${name}, containerInsights: disabled }
`);
  }
  const text = `apiVersion: relight/v1
kind: Playbook
metadata: { name: ${name} }
target: { account: '${account}', region: ${region} }
components:
  url:
    type: ssm/parameter
    spec: { name: /${name}/url, type: String, value: 'https://${name}.example', description: where it is }
  level:
    type: ssm/parameter
    spec: { name: /${name}/level, type: String, value: info, description: how much it says }
${more.join('')}`;
  return { name, account, region, pieces, text };
}

/** How long a finding has to last, and after which time it is told again. */
export const alerts = { after: 25 * minute, remind: 24 * hour };
/** Milliseconds that a scan is given. */
export const deadline = 5 * minute;

export const roleName = 'scan';

/**
 * When the whole fleet is looked at, once a day: at a time that one night of spring does not have and one of autumn has twice, and
 * at which another schedule falls due too.
 */
export const nightly = { name: 'nightly', cron: '0 2 * * *' };

export const fleetText = `apiVersion: relight/v1
kind: Fleet
metadata: { name: wonderland }
regions: [eu-west-1]
accounts:
${accounts.map(({ id, name }) => `  - { id: '${id}'${name === 'near' ? '' : `, role: ${roleName}, externalId: week-7`} }`).join('\n')}
playbooks: ['books/*.yaml']
deadline: ${deadline / minute}m
schedules:
${accounts.map(({ cron, id, jitter, name }) => `  - { name: ${name}, cron: '${cron}', timeZone: ${zone}, jitter: ${jitter / 1000}s, accounts: ['${id}'] }`).join('\n')}
  - { name: ${nightly.name}, cron: '${nightly.cron}', timeZone: ${zone} }
alerts: { severity: medium, after: ${alerts.after / minute}m, remind: ${alerts.remind / hour}h }
notify: notify.yaml
`;

/** `team` is told all, `pager` what is high at least; both are this test's own. */
export const notifyText = `apiVersion: relight/v1
kind: Notifications
receivers:
  team: { kind: webhook, url: https://team.example/hook, secret: '\${env:HOOK}' }
  pager: { kind: webhook, url: https://pager.example/hook, secret: '\${env:HOOK}' }
routes:
  - { to: [team] }
  - { to: [pager], severity: high }
giveUpAfter: 168h
`;

export const receivers = ['team', 'pager'] as const;
export type ReceiverName = (typeof receivers)[number];
