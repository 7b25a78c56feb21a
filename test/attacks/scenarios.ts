// The playbooks that are attacked, in what state, with which commands: one list for the attacks and for who counts them.
import { deployedRig, ownedBy, playbookOf, readShipped } from '../helpers/rig.ts';
import type { Scenario } from './suite.ts';

const network = '{ subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }';

/** One piece of each type, all of them the playbook's own. */
const everything = `apiVersion: relight/v1
kind: Playbook
metadata: { name: everything }
target: { account: '123456789012', region: eu-west-1 }
root: service
components:
  cluster: { type: ecs/cluster, spec: { name: everything } }
  table: { type: dynamodb/table, spec: { name: everything, hashKey: { name: service, type: S } } }
  tasks:
    type: ecs/task-definition
    spec: { family: everything, cpu: '256', memory: '512', containers: [{ name: web, image: 'registry.example/web:1', port: 8080 }] }
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: everything, scheme: internet-facing, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
  targets:
    type: elbv2/target-group
    spec: { name: everything, port: 8080, protocol: HTTP, targetType: ip, vpc: vpc-1, healthCheck: { path: /health } }
  listener:
    type: elbv2/listener
    spec: { loadBalancer: '\${load-balancer.arn}', port: 80, protocol: HTTP, fixedResponse: { status: '404' } }
  rule:
    type: elbv2/listener-rule
    spec: { listener: '\${listener.arn}', priority: 10, conditions: { pathPattern: ['/*'] }, forwardTo: '\${targets.arn}' }
  service:
    type: ecs/service
    dependsOn: [rule]
    spec:
      cluster: '\${cluster.arn}'
      name: everything
      taskDefinition: '\${tasks.arn}'
      desiredCount: 1
      loadBalancer: { targetGroup: '\${targets.arn}', container: web, port: 8080 }
      network: ${network}
  record:
    type: route53/record
    spec: { zone: wonderland.example, name: everything.wonderland.example, type: CNAME, ttl: 60, values: ['\${load-balancer.dnsName}'] }
  check:
    type: route53/health-check
    dependsOn: [service]
    spec: { fqdn: '\${record.fqdn}', port: 80, protocol: HTTP, path: /health }
  entry:
    type: dynamodb/item
    spec: { table: '\${table.name}', key: { service: everything }, attributes: { arn: '\${service.arn}' } }
`;

/** Status, recovery of all that is lost, teardown of the Deployer API. */
export async function deployerApi(): Promise<readonly Scenario[]> {
  const text = readShipped('deployer-api.yaml');
  const whole = await deployedRig(text);
  const lost = await deployedRig(text);
  await lost.break(ownedBy(playbookOf(text)));
  return [
    { what: 'the Deployer API is well', command: 'status', rig: whole, quick: 60 },
    { what: 'all of the Deployer API is lost', command: 'repair', rig: lost, quick: 50 },
    { what: 'the Deployer API is well', command: 'teardown', rig: whole, quick: 50 },
  ];
}

/** The same of the storefront: rules of a shared load balancer, aliases, several services. */
export async function storefront(): Promise<readonly Scenario[]> {
  const text = readShipped('storefront.yaml');
  const whole = await deployedRig(text);
  const lost = await deployedRig(text);
  await lost.break(ownedBy(playbookOf(text)));
  return [
    { what: 'the storefront is well', command: 'status', rig: whole, quick: 20, turn: { nth: 0, of: 3 } },
    { what: 'all of the storefront is lost', command: 'repair', rig: lost, quick: 20, turn: { nth: 1, of: 3 } },
    { what: 'the storefront is well', command: 'teardown', rig: whole, quick: 20, turn: { nth: 2, of: 3 } },
  ];
}

export async function allTypes(): Promise<readonly Scenario[]> {
  const whole = await deployedRig(everything);
  return [
    { what: 'one of each type is well', command: 'status', rig: whole, quick: 30, turn: { nth: 0, of: 2 } },
    { what: 'one of each type is well', command: 'teardown', rig: whole, quick: 30, turn: { nth: 1, of: 2 } },
  ];
}
