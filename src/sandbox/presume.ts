// Puts things into a world that no sandbox service creates, but that its services check for: networks, certificates,
// the account's alias. Everything is idempotent, so that a seed may be repeated.
import type { CallContext, NetworkStore, World } from './model.ts';
import { services } from './services/index.ts';

export type PresumedItem =
  | { readonly kind: 'vpc'; readonly id: string; readonly region?: string | undefined }
  | {
      readonly kind: 'subnet';
      readonly id: string;
      readonly vpc?: string | undefined;
      readonly availabilityZone?: string | undefined;
      readonly region?: string | undefined;
    }
  | {
      readonly kind: 'security-group';
      readonly id: string;
      readonly vpc?: string | undefined;
      readonly region?: string | undefined;
    }
  | { readonly kind: 'certificate'; readonly arn: string; readonly region?: string | undefined }
  | { readonly kind: 'hosted-zone'; readonly name: string }
  | { readonly kind: 'alias'; readonly alias: string }
  | { readonly kind: 'account'; readonly account: string };

export type PresumedKind = PresumedItem['kind'];

/** Kinds in the order in which they are put in: a subnet that names no VPC takes the region's first. */
const order: readonly PresumedKind[] = [
  'account',
  'alias',
  'vpc',
  'subnet',
  'security-group',
  'certificate',
  'hosted-zone',
];

/** @throws Error when an item cannot be, such as an alias that IAM would refuse */
export function presume(world: World, items: readonly PresumedItem[]): void {
  for (const kind of order) {
    for (const item of items) if (item.kind === kind) presumeOne(world, item);
  }
}

function presumeOne(world: World, item: PresumedItem): void {
  switch (item.kind) {
    case 'vpc':
      networkOf(world, item).vpcs[item.id] ??= {};
      return;
    case 'subnet': {
      const network = networkOf(world, item);
      const known = network.subnets[item.id];
      const vpc = item.vpc ?? known?.vpc ?? anyVpc(network);
      network.vpcs[vpc] ??= {};
      const region = item.region ?? defaultRegion;
      const availabilityZone =
        item.availabilityZone ?? known?.availabilityZone ?? nextZone(region, Object.keys(network.subnets).length);
      network.subnets[item.id] = { availabilityZone, vpc };
      return;
    }
    case 'security-group': {
      const network = networkOf(world, item);
      const vpc = item.vpc ?? network.securityGroups[item.id]?.vpc ?? anyVpc(network);
      network.vpcs[vpc] ??= {};
      network.securityGroups[item.id] = { vpc };
      return;
    }
    case 'certificate':
      // arn:aws:acm:<region>:<account>:certificate/<id>; a listener may only name one of its own region.
      networkOf(world, { region: item.region ?? item.arn.split(':')[3] ?? defaultRegion }).certificates[item.arn] ??=
        {};
      return;
    case 'hosted-zone':
      presumeZone(world, item.name);
      return;
    case 'alias':
      if (!/^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$/.test(item.alias)) {
        throw new Error(`${JSON.stringify(item.alias)} is no account alias: 3 to 63 of a-z, 0-9 and single hyphens`);
      }
      world.data.alias = item.alias;
      return;
    case 'account':
      changeAccount(world, item.account);
      return;
  }
}

const defaultRegion = 'eu-west-1';

function networkOf(world: World, item: { readonly region?: string | undefined }): NetworkStore {
  return world.region(item.region ?? defaultRegion).network;
}

function anyVpc(network: NetworkStore): string {
  return Object.keys(network.vpcs)[0] ?? 'vpc-presumed';
}

/** Round robin by the order of insertion, so that the subnets of one list lie in different zones. */
function nextZone(region: string, index: number): string {
  return `${region}${'abc'.charAt(index % 3)}`;
}

function changeAccount(world: World, account: string): void {
  const { data } = world;
  if (account === data.account) return;
  if (!/^\d{12}$/.test(account)) throw new Error(`an AWS account id has 12 digits, got ${JSON.stringify(account)}`);
  if (JSON.stringify(data.regions).includes(`:${data.account}:`)) {
    throw new Error(
      `this world already holds resources of account ${data.account}; only an empty one can become ${account}`,
    );
  }
  data.callerArn = data.callerArn.replace(`:${data.account}:`, `:${account}:`);
  data.account = account;
}

/** Through Route 53's own operations, so that a presumed zone has its NS and SOA records like any other. */
function presumeZone(world: World, name: string): void {
  const wanted = `${name.toLowerCase().replace(/\.$/, '')}.`;
  const listed = callRoute53(world, 'ListHostedZonesByName', { dnsname: wanted, maxitems: '1' });
  const zones = listed['HostedZones'];
  const first: unknown = Array.isArray(zones) ? zones[0] : undefined;
  if (typeof first === 'object' && first !== null && 'Name' in first && first.Name === wanted) return;
  callRoute53(world, 'CreateHostedZone', { body: { Name: wanted, CallerReference: `presumed-${world.hex(16)}` } });
}

function callRoute53(
  world: World,
  operation: string,
  input: Record<string, unknown>,
): Readonly<Record<string, unknown>> {
  const service = services.find(({ name }) => name === 'route53');
  const route =
    service?.protocol === 'rest-xml' ? service.routes.find((found) => found.operation === operation) : undefined;
  if (route === undefined) throw new Error(`the sandbox's Route 53 has no ${operation}`);
  const context: CallContext = {
    world,
    region: 'us-east-1',
    now: world.clock.now(),
    get local() {
      return world.region('us-east-1');
    },
  };
  return route.handle(input, context);
}
