// Looking must stay cheap: many services of the Deployer API’s shape in one playbook, a hundred in the long run.
import { describe, expect, test, vi } from 'vitest';
import type * as Limits from '../../src/sandbox/services/elbv2/limits.ts';
import { systemClock } from '../../src/util/clock.ts';
import { deployedRig, playbookOf, readShipped, seededRig, troubles, unfinished } from '../helpers/rig.ts';
import { sized } from '../helpers/sized.ts';

// A hundred load balancers need a raised quota; AWS raises it on request [ELB quotas: 50 a region, adjustable].
vi.mock('../../src/sandbox/services/elbv2/limits.ts', async (importOriginal) => {
  const limits: typeof Limits = await importOriginal();
  const atMost: typeof Limits.atMost = (limit, count, code) => {
    if (limit !== 'application-load-balancers') limits.atMost(limit, count, code);
  };
  return { ...limits, atMost };
});

const services = sized({ quick: 25, long: 100 });
/** AWS calls of one look, by service. */
const callsAllowed = 6;

/** The Deployer API a hundred times: shared are cluster, table and zone; all else is each one's own. */
function manyServices(count: number): string {
  const own = (name: string): string => `
  ${name}-tasks:
    type: ecs/task-definition
    ownedBy: ${name}-service
    spec: { family: ${name}, cpu: '256', memory: '512', containers: [{ name: api, image: 'registry.example/${name}:1', port: 8080 }] }
  ${name}-lb:
    type: elbv2/load-balancer
    ownedBy: ${name}-service
    spec: { name: ${name}, scheme: internet-facing, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
  ${name}-targets:
    type: elbv2/target-group
    ownedBy: ${name}-service
    spec: { name: ${name}, port: 8080, protocol: HTTP, targetType: ip, vpc: vpc-1, healthCheck: { path: /health } }
  ${name}-listener:
    type: elbv2/listener
    ownedBy: ${name}-service
    spec: { loadBalancer: '\${${name}-lb.arn}', port: 443, protocol: HTTPS, certificate: '${certificate}', forwardTo: '\${${name}-targets.arn}' }
  ${name}-service:
    type: ecs/service
    dependsOn: [${name}-listener]
    spec:
      cluster: '\${cluster.arn}'
      name: ${name}
      taskDefinition: '\${${name}-tasks.arn}'
      desiredCount: 2
      loadBalancer: { targetGroup: '\${${name}-targets.arn}', container: api, port: 8080 }
      network: { subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
  ${name}-cname:
    type: route53/record
    ownedBy: ${name}-service
    spec: { zone: wonderland.example, name: ${name}.wonderland.example, type: CNAME, ttl: 60, values: ['\${${name}-lb.dnsName}'] }
  ${name}-check:
    type: route53/health-check
    ownedBy: ${name}-service
    dependsOn: [${name}-service]
    spec: { fqdn: '\${${name}-cname.fqdn}', port: 443, protocol: HTTPS, path: /health }
  ${name}-state:
    type: dynamodb/item
    ownedBy: ${name}-service
    spec: { table: '\${state-table.name}', key: { service: ${name} }, attributes: { serviceArn: '\${${name}-service.arn}', status: deployed } }
`;
  const names = Array.from({ length: count }, (_, index) => `svc-${String(index + 1).padStart(3, '0')}`);
  return `
apiVersion: relight/v1
kind: Playbook
metadata: { name: many-services }
target: { account: '123456789012', alias: wonderland-prod, region: eu-west-1 }
recovery: { concurrency: 50, deadline: 6h }
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: wonderland } }
  state-table: { type: dynamodb/table, shared: true, spec: { name: deployer-state } }
${names.map(own).join('')}
`;
}

const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555';

function callsByOperation(calls: readonly { readonly operation: string }[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { operation } of calls) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

describe('calls of a look', () => {
  test(`${services} services: at most ${callsAllowed} each, and all of them can be deployed in one run`, async () => {
    const startedAt = systemClock.now();
    const rig = await seededRig(playbookOf(manyServices(services)));
    const { report, wire } = await rig.recover('repair');
    const realSeconds = (systemClock.now() - startedAt) / 1000;
    expect(unfinished(report)).toEqual([]);

    const from = rig.wire.length;
    const lookedAt = rig.clock.now();
    const assessments = await rig.status();
    const calls = rig.wire.slice(from);
    expect(assessments.size).toBe(8 * services + 2);
    expect(troubles(assessments)).toEqual({});
    expect(calls.length / services).toBeLessThanOrEqual(callsAllowed);
    console.log(
      `${services} services, ${assessments.size} components: one look takes ${calls.length} calls ` +
        `(${calls.length / services} a service) and ${(rig.clock.now() - lookedAt) / 1000} s of AWS time; ` +
        `deployed in ${report.durationSeconds} s of AWS time with ${wire.length} calls, ${realSeconds} s of real time\n` +
        JSON.stringify(callsByOperation(calls)),
    );
  });

  test('one service: few, since everything is asked for at once', async () => {
    const rig = await deployedRig(readShipped('deployer-api.yaml'));
    await rig.look();
    expect(rig.wire.length).toBeLessThanOrEqual(20);
  });
});
