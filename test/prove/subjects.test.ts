// A change is somebody's only when all that names the piece is right: the name, and what it is in.
import { beforeAll, describe, expect, test } from 'vitest';
import { aboutsIn, subjectsIn, type Subjects } from '../../src/prove/promises/subjects.ts';
import { deletesIn } from '../../src/rehearse/world/namings.ts';
import { openEnvironment } from '../../src/rehearse/world/environment.ts';
import { route53Of, type ServiceName } from '../../src/sandbox/index.ts';
import { playbookOf, readShipped } from '../helpers/rig.ts';

const playbook = playbookOf(readShipped('deployer-api.yaml'));
const region = 'eu-west-1';
const inRegion = `${region}:123456789012`;
const cluster = `arn:aws:ecs:${inRegion}:cluster/wonderland`;

let subjectsOf: Subjects;
/** Of the load balancer, of its listener, of the health check, and of the zone. */
const ids = { loadBalancer: '', listener: '', healthCheck: '', zone: '' };

beforeAll(async () => {
  const environment = await openEnvironment(playbook);
  const { assessed } = await environment.truth({});
  subjectsOf = subjectsIn(playbook, [assessed]);
  const { outputs } = assessed.observations;
  ids.loadBalancer = outputs.get('load-balancer')?.['arn'] ?? '';
  ids.listener = outputs.get('listener')?.['arn'] ?? '';
  ids.healthCheck = outputs.get('health-check')?.['id'] ?? '';
  ids.zone = Object.keys(route53Of(environment.deployed).zones)[0] ?? '';
});

function about(service: ServiceName, operation: string, input: Record<string, unknown>, where = region) {
  return subjectsOf({ service, operation, region: where, input });
}

function recordChange(zone: string, ...records: readonly Record<string, unknown>[]) {
  const Changes = records.map((ResourceRecordSet) => ({ Action: 'DELETE', ResourceRecordSet }));
  return about('route53', 'ChangeResourceRecordSets', { Id: zone, body: { ChangeBatch: { Changes } } });
}

const cname = { Name: 'Deployer-API.wonderland.example.', Type: 'CNAME' };

describe('the service', () => {
  test('by its name or its ARN, in its cluster', () => {
    expect(about('ecs', 'DeleteService', { cluster, service: 'deployer-api' })).toEqual(['service']);
    expect(about('ecs', 'DeleteService', { cluster: 'wonderland', service: 'deployer-api' })).toEqual(['service']);
    const arn = `arn:aws:ecs:${inRegion}:service/wonderland/deployer-api`;
    expect(about('ecs', 'UpdateService', { cluster, service: arn })).toEqual(['service']);
    expect(about('ecs', 'TagResource', { resourceArn: arn })).toEqual(['service']);
  });

  test('not one whose name begins alike, nor one in another cluster or region', () => {
    expect(about('ecs', 'DeleteService', { cluster, service: 'deployer-api-canary' })).toEqual([]);
    expect(about('ecs', 'DeleteService', { cluster: 'staging', service: 'deployer-api' })).toEqual([]);
    expect(about('ecs', 'DeleteService', { service: 'deployer-api' })).toEqual([]);
    expect(about('ecs', 'DeleteService', { cluster, service: 'deployer-api' }, 'us-east-1')).toEqual([]);
  });
});

test('the task definition by its family', () => {
  const revision = `arn:aws:ecs:${inRegion}:task-definition/deployer-api:7`;
  expect(about('ecs', 'DeregisterTaskDefinition', { taskDefinition: revision })).toEqual(['task-definition']);
  const other = { taskDefinition: `arn:aws:ecs:${inRegion}:task-definition/deployer-api-canary:7` };
  expect(about('ecs', 'DeregisterTaskDefinition', other)).toEqual([]);
  expect(about('ecs', 'RegisterTaskDefinition', { family: 'deployer-api-canary' })).toEqual([]);
});

test('the item by its table and its whole key', () => {
  const Key = { service: { S: 'deployer-api' } };
  expect(about('dynamodb', 'DeleteItem', { TableName: 'deployer-state', Key })).toEqual(['state-entry']);
  expect(about('dynamodb', 'PutItem', { TableName: 'deployer-state', Item: { ...Key, status: { S: '' } } })).toEqual([
    'state-entry',
  ]);
  expect(about('dynamodb', 'DeleteItem', { TableName: 'billing', Key })).toEqual([]);
  expect(about('dynamodb', 'DeleteItem', { TableName: 'deployer-state', Key: { service: { S: 'x' } } })).toEqual([]);
  const longer = { ...Key, version: { S: '1' } };
  expect(about('dynamodb', 'DeleteItem', { TableName: 'deployer-state', Key: longer })).toEqual([]);
});

test('the listener by its load balancer and port, or by its ARN', () => {
  const create = (LoadBalancerArn: string, Port: string) =>
    about('elasticloadbalancing', 'CreateListener', { LoadBalancerArn, Port });
  expect(create(ids.loadBalancer, '443')).toEqual(['listener']);
  expect(create(ids.loadBalancer, '80')).toEqual([]);
  expect(create(ids.loadBalancer.replace('deployer-api', 'other'), '443')).toEqual([]);
  const remove = (ListenerArn: string) => about('elasticloadbalancing', 'DeleteListener', { ListenerArn });
  expect(remove(ids.listener)).toEqual(['listener']);
  expect(remove(ids.listener.replace(/.$/, ''))).toEqual([]);
});

test('load balancer and target group by the name in their ARN', () => {
  const arn = (kind: string) => `arn:aws:elasticloadbalancing:${inRegion}:${kind}/0123456789abcdef`;
  const removed = (LoadBalancerArn: string) => about('elasticloadbalancing', 'DeleteLoadBalancer', { LoadBalancerArn });
  expect(removed(arn('loadbalancer/app/deployer-api'))).toEqual(['load-balancer']);
  expect(removed(arn('loadbalancer/app/deployer-api-canary'))).toEqual([]);
  const tagged = (...ResourceArns: readonly string[]) => about('elasticloadbalancing', 'AddTags', { ResourceArns });
  expect(tagged(arn('targetgroup/deployer-api'), ids.listener)).toEqual(['target-group', 'listener']);
  expect(tagged(arn('targetgroup/deployer-api'), arn('targetgroup/other'))).toEqual([]);
});

test('the record by zone, name, type and set identifier, and all of a batch', () => {
  expect(recordChange(ids.zone, cname)).toEqual(['cname']);
  expect(recordChange('ZOTHER', cname)).toEqual([]);
  expect(recordChange(ids.zone, { ...cname, Name: 'prod.deployer-api.wonderland.example.' })).toEqual([]);
  expect(recordChange(ids.zone, { ...cname, Type: 'TXT' })).toEqual([]);
  expect(recordChange(ids.zone, { ...cname, SetIdentifier: 'canary' })).toEqual([]);
  expect(recordChange(ids.zone, cname, { Name: 'x.wonderland.example.', Type: 'A' })).toEqual([]);
});

test('the health check by its id, a new one by what it asks', () => {
  expect(about('route53', 'DeleteHealthCheck', { HealthCheckId: ids.healthCheck })).toEqual(['health-check']);
  expect(about('route53', 'DeleteHealthCheck', { HealthCheckId: 'another' })).toEqual([]);
  const create = (FullyQualifiedDomainName: string) => {
    const HealthCheckConfig = { Type: 'HTTPS', FullyQualifiedDomainName, Port: '443', ResourcePath: '/health' };
    return about('route53', 'CreateHealthCheck', { body: { HealthCheckConfig } });
  };
  expect(create('deployer-api.wonderland.example')).toEqual(['health-check']);
  expect(create('other.wonderland.example')).toEqual([]);
});

test('nothing by a call that nobody has written down', () => {
  expect(about('ecs', 'PutAttributes', { cluster })).toEqual([]);
});

test('one request that deletes one record and makes another does to each its own', async () => {
  const storefront = playbookOf(readShipped('storefront.yaml'));
  const environment = await openEnvironment(storefront);
  const { assessed } = await environment.truth({});
  const aboutsOf = aboutsIn(storefront, [assessed]);
  const [zone = ''] = Object.keys(route53Of(environment.deployed).zones);
  const change = (Action: string, component: string): object => {
    const { name, setIdentifier, type } = storefront.components.get(component)?.spec as Record<string, unknown>;
    return { Action, ResourceRecordSet: { Name: name, Type: type, SetIdentifier: setIdentifier } };
  };
  const told = (...Changes: readonly object[]): unknown =>
    aboutsOf({
      service: 'route53',
      operation: 'ChangeResourceRecordSets',
      region,
      input: { Id: zone, body: { ChangeBatch: { Changes } } },
    });
  expect(told(change('CREATE', 'shop-fallback-record'), change('DELETE', 'shop-record'))).toEqual([
    { subjects: ['shop-fallback-record'], deletes: false },
    { subjects: ['shop-record'], deletes: true },
  ]);
  // To delete and make anew is to change.
  expect(told(change('DELETE', 'shop-record'), change('CREATE', 'shop-record'))).toEqual([
    { subjects: ['shop-record'], deletes: false },
  ]);
  // A marker goes with its record, and is no delete of its own.
  const marker = { Action: 'DELETE', ResourceRecordSet: { Name: '_relight-a.cart.storefront.example', Type: 'TXT' } };
  expect(told(change('DELETE', 'cart-record'), marker, change('CREATE', 'shop-record'))).toEqual([
    { subjects: ['cart-record'], deletes: true },
    { subjects: ['shop-record'], deletes: false },
  ]);
  const taken = (...Changes: readonly object[]): number =>
    deletesIn(
      { service: 'route53', operation: 'ChangeResourceRecordSets', input: { body: { ChangeBatch: { Changes } } } },
      storefront.types,
    );
  expect(taken(change('DELETE', 'cart-record'), marker, change('CREATE', 'shop-record'))).toBe(1);
  expect(taken(change('DELETE', 'cart-record'), change('DELETE', 'shop-record'))).toBe(2);
  expect(taken(change('DELETE', 'shop-record'), change('CREATE', 'shop-record'))).toBe(0);
  const others = { Action: 'DELETE', ResourceRecordSet: { Name: 'pay.storefront.example', Type: 'A' } };
  expect(told(change('DELETE', 'shop-record'), others)).toEqual([{ subjects: [], deletes: true }]);
});
