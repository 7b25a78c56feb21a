// One piece of each type, all of them the playbook's own, under every kind of forged answer.
import { deployedRig } from '../helpers/rig.ts';
import { attackKinds } from './kinds.ts';
import { attackAll } from './suite.ts';

const network = '{ subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }';

const text = `apiVersion: relight/v1
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

const whole = await deployedRig(text);

attackAll(
  [
    { what: 'one of each type is well', command: 'status', rig: whole, quick: 90 },
    { what: 'one of each type is well', command: 'teardown', rig: whole, quick: 90 },
  ],
  attackKinds,
);
