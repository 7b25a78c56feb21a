// Whom a change on the wire is about, told by AWS's own parameters alone: by neither plan nor journal. Every parameter that
// names a piece is compared whole, with those that name what it is in: cluster, table, zone, load balancer, listener.
import { createHash } from 'node:crypto';
import type { Assessed } from '../engine.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import type { ObservedCall } from '../sandbox/index.ts';
import { canonicalName } from '../util/dns.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A component as calls name it. */
interface Named {
  readonly id: string;
  readonly type: string;
  /** ARNs and ids that AWS gave to it. */
  readonly ids: ReadonlySet<string>;
  /** Its spec, as it reads with what each look saw of the others. */
  readonly specs: readonly Fields[];
  /** Ids of the zones that it was seen in. */
  readonly zones: ReadonlySet<string>;
}

/** Tells whether the call is about the piece and nothing else. */
type Naming = (input: Fields, piece: Named, playbook: Playbook) => boolean;

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function anySpec({ specs }: Named, test: (spec: Fields) => boolean): boolean {
  return specs.some(test);
}

/** What stands behind an ARN's account, when it is one of this account and region: `service/<cluster>/<name>`. */
function localPart(arn: string, { target }: Playbook): string | undefined {
  const [scheme, , , region, account, ...rest] = arn.split(':');
  return scheme === 'arn' && region === target.region && account === target.account ? rest.join(':') : undefined;
}

/** Two ways to write the same: a name, or an ARN that ends with it. */
function isNamed(said: unknown, name: unknown, kind: string, playbook: Playbook): boolean {
  const bare = (value: string): string => {
    if (!value.startsWith('arn:')) return value;
    const local = localPart(value, playbook);
    return local?.startsWith(`${kind}/`) === true ? (local.split('/').at(-1) ?? '') : value;
  };
  return text(said) !== '' && bare(text(said)) === bare(text(name));
}

// --- By type ---------------------------------------------------------------------------------------------------------

/** By an id that only AWS can have given. */
function byId(parameter: string): Naming {
  return (input, { ids }) => ids.has(text(input[parameter]));
}

/** `loadbalancer/app/<name>/<id>`, `targetgroup/<name>/<id>`: of such a name there is one at a time. */
function byArn(parameter: string, part: 'loadbalancer' | 'targetgroup'): Naming {
  return (input, piece, playbook) => isArnOf(text(input[parameter]), part, piece, playbook);
}

function isArnOf(arn: string, part: 'loadbalancer' | 'targetgroup', piece: Named, playbook: Playbook): boolean {
  if (piece.ids.has(arn)) return true;
  const [kind, ...rest] = localPart(arn, playbook)?.split('/') ?? [];
  return kind === part && anySpec(piece, ({ name }) => rest.at(-2) === name);
}

function byField(parameter: string, field: string): Naming {
  return (input, piece) => text(input[parameter]) !== '' && anySpec(piece, (spec) => input[parameter] === spec[field]);
}

function byService(parameter: string): Naming {
  return (input, piece, playbook) =>
    anySpec(
      piece,
      (spec) =>
        isNamed(input[parameter], spec['name'], 'service', playbook) &&
        isNamed(input['cluster'] ?? 'default', spec['cluster'] ?? 'default', 'cluster', playbook),
    );
}

function byCluster(parameter: string): Naming {
  return (input, piece, playbook) =>
    anySpec(piece, (spec) => isNamed(input[parameter], spec['name'], 'cluster', playbook));
}

function byTable(input: Fields, piece: Named, playbook: Playbook): boolean {
  return anySpec(piece, (spec) => isNamed(input['TableName'], spec['name'], 'table', playbook));
}

/** `family:revision`, alone or at the end of an ARN. */
function byRevision(input: Fields, piece: Named, playbook: Playbook): boolean {
  const said = text(input['taskDefinition']);
  const local = said.startsWith('arn:') ? (localPart(said, playbook) ?? '') : `task-definition/${said}`;
  return anySpec(piece, ({ family }) => local.replace(/:\d+$/, '') === `task-definition/${text(family)}`);
}

function byKey(parameter: 'Key' | 'Item'): Naming {
  return (input, piece, playbook) =>
    anySpec(piece, (spec) => {
      const key = fieldsOf(spec['key']);
      const said = fieldsOf(input[parameter]);
      const isWhole = parameter === 'Item' || Object.keys(said).length === Object.keys(key).length;
      return (
        isWhole &&
        isNamed(input['TableName'], spec['table'], 'table', playbook) &&
        Object.entries(key).every(([name, value]) => {
          const typed = fieldsOf(said[name]);
          return text(typed[typeof value === 'number' ? 'N' : 'S']) === text(value);
        })
      );
    });
}

/** A new one, told by what it is in and by the number that no other in there has. */
function byPlace(container: readonly [string, string], number: readonly [string, string]): Naming {
  return (input, piece) =>
    anySpec(
      piece,
      (spec) => input[container[0]] === spec[container[1]] && text(input[number[0]]) === text(spec[number[1]]),
    );
}

/** A new health check has neither name nor tags: by what it asks. */
function byEndpoint(input: Fields, piece: Named): boolean {
  const config = fieldsOf(fieldsOf(input['body'])['HealthCheckConfig']);
  const fields = [
    ['FullyQualifiedDomainName', 'fqdn'],
    ['IPAddress', 'ipAddress'],
    ['Port', 'port'],
    ['ResourcePath', 'path'],
  ] as const;
  return anySpec(piece, (spec) =>
    fields.every(([said, field]) => spec[field] === undefined || text(config[said]) === text(spec[field])),
  );
}

function byHealthCheckTags(input: Fields, { ids }: Named): boolean {
  return input['ResourceType'] === 'healthcheck' && ids.has(text(input['ResourceId']));
}

/** Each operation that changes something: the type of piece, and how it names one. */
const namings: Readonly<Record<string, readonly [type: string, naming: Naming]>> = {
  CreateCluster: ['ecs/cluster', byCluster('clusterName')],
  UpdateCluster: ['ecs/cluster', byCluster('cluster')],
  DeleteCluster: ['ecs/cluster', byCluster('cluster')],
  CreateService: ['ecs/service', byService('serviceName')],
  UpdateService: ['ecs/service', byService('service')],
  DeleteService: ['ecs/service', byService('service')],
  RegisterTaskDefinition: ['ecs/task-definition', byField('family', 'family')],
  DeregisterTaskDefinition: ['ecs/task-definition', byRevision],
  CreateLoadBalancer: ['elbv2/load-balancer', byField('Name', 'name')],
  DeleteLoadBalancer: ['elbv2/load-balancer', byArn('LoadBalancerArn', 'loadbalancer')],
  SetSubnets: ['elbv2/load-balancer', byArn('LoadBalancerArn', 'loadbalancer')],
  SetSecurityGroups: ['elbv2/load-balancer', byArn('LoadBalancerArn', 'loadbalancer')],
  SetIpAddressType: ['elbv2/load-balancer', byArn('LoadBalancerArn', 'loadbalancer')],
  ModifyLoadBalancerAttributes: ['elbv2/load-balancer', byArn('LoadBalancerArn', 'loadbalancer')],
  CreateTargetGroup: ['elbv2/target-group', byField('Name', 'name')],
  ModifyTargetGroup: ['elbv2/target-group', byArn('TargetGroupArn', 'targetgroup')],
  ModifyTargetGroupAttributes: ['elbv2/target-group', byArn('TargetGroupArn', 'targetgroup')],
  DeleteTargetGroup: ['elbv2/target-group', byArn('TargetGroupArn', 'targetgroup')],
  CreateListener: ['elbv2/listener', byPlace(['LoadBalancerArn', 'loadBalancer'], ['Port', 'port'])],
  ModifyListener: ['elbv2/listener', byId('ListenerArn')],
  DeleteListener: ['elbv2/listener', byId('ListenerArn')],
  CreateRule: ['elbv2/listener-rule', byPlace(['ListenerArn', 'listener'], ['Priority', 'priority'])],
  ModifyRule: ['elbv2/listener-rule', byId('RuleArn')],
  DeleteRule: ['elbv2/listener-rule', byId('RuleArn')],
  CreateHealthCheck: ['route53/health-check', byEndpoint],
  UpdateHealthCheck: ['route53/health-check', byId('HealthCheckId')],
  DeleteHealthCheck: ['route53/health-check', byId('HealthCheckId')],
  ChangeTagsForResource: ['route53/health-check', byHealthCheckTags],
  CreateTable: ['dynamodb/table', byTable],
  UpdateTable: ['dynamodb/table', byTable],
  DeleteTable: ['dynamodb/table', byTable],
  PutItem: ['dynamodb/item', byKey('Item')],
  UpdateItem: ['dynamodb/item', byKey('Key')],
  DeleteItem: ['dynamodb/item', byKey('Key')],
};

// --- Whom a call is about --------------------------------------------------------------------------------------------

/** Ids of the components that a change is about; none for one that is about anything outside of the playbook. */
export type Subjects = (call: Pick<ObservedCall, 'service' | 'operation' | 'region' | 'input'>) => readonly string[];

/** @param assessed looks in which the ids that AWS gave are known: before, and after the calls */
export function subjectsIn(playbook: Playbook, assessedAll: readonly Assessed[]): Subjects {
  const components = [...playbook.components.values()];
  const known = new Map<string, Named>();
  const named = (component: Component): Named => {
    let piece = known.get(component.id);
    if (piece === undefined) known.set(component.id, (piece = nameOf(component, assessedAll)));
    return piece;
  };
  const ofType = (type: string): readonly Named[] => components.filter((each) => each.type === type).map(named);
  const withArn = (arn: string): readonly string[] =>
    components
      .map(named)
      .filter(
        (piece) =>
          piece.ids.has(arn) ||
          (piece.type === 'elbv2/load-balancer' && isArnOf(arn, 'loadbalancer', piece, playbook)) ||
          (piece.type === 'elbv2/target-group' && isArnOf(arn, 'targetgroup', piece, playbook)),
      )
      .map(({ id }) => id);
  /** None as soon as one of the things that a call names is nobody's. */
  const all = (things: readonly unknown[], ownersOf: (thing: unknown) => readonly string[]): readonly string[] => {
    const owners = things.map(ownersOf);
    return owners.some((each) => each.length === 0) ? [] : [...new Set(owners.flat())];
  };
  return ({ input, operation, region, service }) => {
    if (service !== 'route53' && region !== playbook.target.region) return [];
    switch (operation) {
      case 'AddTags':
        return all(listOf(input['ResourceArns']), (arn) => withArn(text(arn)));
      case 'TagResource':
        return withArn(text(input['resourceArn'] ?? input['ResourceArn']));
      case 'ChangeResourceRecordSets': {
        const records = ofType('route53/record');
        return all(changesIn(input), (change) =>
          records.filter((each) => isRecord(input, change, each)).map(({ id }) => id),
        );
      }
      default: {
        const [type = '', naming] = namings[operation] ?? [];
        if (naming === undefined) return [];
        return ofType(type)
          .filter((each) => naming(input, each, playbook))
          .map(({ id }) => id);
      }
    }
  };
}

function nameOf({ id, spec, type }: Component, assessedAll: readonly Assessed[]): Named {
  const ids = assessedAll.flatMap(({ observations }) => {
    const { arn, id: given } = observations.outputs.get(id) ?? {};
    return [arn, given].filter((each) => each !== undefined && each !== '');
  });
  const zones = assessedAll.flatMap(({ observations }) => {
    const seen = observations.byId.get(id);
    return seen?.kind === 'present' ? [text(fieldsOf(fieldsOf(seen.state)['zone'])['id'])] : [];
  });
  return {
    id,
    type,
    ids: new Set(ids as readonly string[]),
    specs: assessedAll.map(({ observations }) =>
      fieldsOf(resolveReferences(spec, (other, output) => observations.outputs.get(other)?.[output])),
    ),
    zones: new Set(zones),
  };
}

function changesIn(input: Fields): readonly unknown[] {
  return listOf(fieldsOf(fieldsOf(input['body'])['ChangeBatch'])['Changes']);
}

/** A record is told from others by zone, name, type and set identifier. */
function isRecord(input: Fields, change: unknown, piece: Named): boolean {
  const { Name, SetIdentifier, Type } = fieldsOf(fieldsOf(change)['ResourceRecordSet']);
  return (
    piece.zones.has(text(input['Id'])) &&
    anySpec(
      piece,
      (spec) =>
        (Type === spec['type'] &&
          text(SetIdentifier) === text(spec['setIdentifier']) &&
          canonicalName(text(Name)) === canonicalName(text(spec['name']))) ||
        (Type === 'TXT' && canonicalName(text(Name)) === markerNameOf(spec)),
    )
  );
}

/** The TXT record beside a record that says whose it is (docs/playbook.md). */
function markerNameOf({ name, setIdentifier, type }: Fields): string {
  const member = text(setIdentifier);
  const digest = createHash('sha256').update(member).digest('hex').slice(0, 12);
  const below = canonicalName(text(name)).replace(/^\*(?=\.)/, 'any');
  return `_relight-${text(type).toLowerCase()}${member === '' ? '' : `-${digest}`}.${below}`;
}

/** It takes something away. */
export function isDelete({ input, operation }: Pick<ObservedCall, 'input' | 'operation'>): boolean {
  if (operation === 'ChangeResourceRecordSets') {
    return changesIn(input).every((each) => fieldsOf(each)['Action'] === 'DELETE');
  }
  return /^(Delete|Deregister)/.test(operation);
}

/** AWS carried it out, whether or not the caller heard of it. */
export function wasDone({ outcome }: ObservedCall): boolean {
  return outcome.kind === 'ok' || (outcome.kind === 'reset' && outcome.applied);
}
