// In the wrong place nothing is asked but who and where one is; in the right one, a command that reads cannot change.
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteLoadBalancerCommand, ModifyListenerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ChangeResourceRecordSetsCommand, DeleteHealthCheckCommand } from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { GateRefusal } from '../../src/aws/gate.ts';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { route53 } from '../../src/aws/services/route53.ts';
import { deployedRig, playbookOf, readShipped, type Rig } from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');
const identityReads = ['GetCallerIdentity', 'ListAccountAliases'];

function operationsOf(rig: Rig): readonly string[] {
  return rig.wire.map((call) => call.operation);
}

describe.each(['read', 'change'] as const)('the wrong place, opened to %s', (mode) => {
  test('another region: refused without a single call', async () => {
    const rig = await deployedRig(text);
    const result = await rig.tryOpen(mode, 'eu-central-1');
    expect(result).toEqual({
      kind: 'refused',
      identity: null,
      mismatches: [{ what: 'region', expected: 'eu-west-1', found: 'eu-central-1' }],
    });
    expect(operationsOf(rig)).toEqual([]);
  });

  test('another account: refused after the identity reads', async () => {
    const other = text.replaceAll('123456789012', '210987654321');
    const rig = (await deployedRig(text)).withPlaybook(playbookOf(other));
    const result = await rig.tryOpen(mode);
    expect(result).toMatchObject({
      kind: 'refused',
      mismatches: [{ what: 'account', expected: '210987654321', found: '123456789012' }],
    });
    expect(operationsOf(rig)).toEqual(identityReads);
  });

  test('another alias, and none at all: refused after the identity reads', async () => {
    for (const alias of ['wonderland-staging', null]) {
      const rig = await deployedRig(text);
      rig.world.data.alias = alias;
      const result = await rig.tryOpen(mode);
      expect(result).toMatchObject({
        kind: 'refused',
        mismatches: [{ what: 'alias', expected: 'wonderland-prod', found: alias ?? '(none)' }],
      });
      expect(operationsOf(rig)).toEqual(identityReads);
    }
  });

  test('account and alias both wrong: both are told', async () => {
    const other = text.replaceAll('123456789012', '210987654321').replace('wonderland-prod', 'wonderland-staging');
    const rig = (await deployedRig(text)).withPlaybook(playbookOf(other));
    const result = await rig.tryOpen(mode);
    expect(result.kind === 'refused' ? result.mismatches.map((each) => each.what) : result).toEqual([
      'account',
      'alias',
    ]);
  });

  test('nobody can say who is calling: no session, and nothing else is asked', async () => {
    const rig = await deployedRig(text);
    rig.faults.add({ operation: 'GetCallerIdentity', kind: 'expired-token' });
    const result = await rig.tryOpen(mode);
    expect(result).toMatchObject({ kind: 'no-identity', failure: { class: 'expired' } });
    expect(new Set(operationsOf(rig))).toEqual(new Set(['GetCallerIdentity']));
  });
});

describe('the right place', () => {
  test.each(['access-denied', 'throttle', 'error-500', 'hang'] as const)(
    'an alias that cannot be read (%s) is no obstacle: the account id is compared',
    async (kind) => {
      const rig = await deployedRig(text);
      rig.faults.add({ operation: 'ListAccountAliases', kind });
      const { assessed } = await rig.plan('repair');
      expect([...assessed.assessments.values()].every((each) => each.verdict === 'healthy')).toBe(true);
    },
  );

  test('the caller is another one when the run begins: refused before the first change', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service']);
    const from = rig.wire.length;
    const plain = rig.world.data.callerArn;
    let asked = 0;
    Object.defineProperty(rig.world.data, 'callerArn', {
      get: () => ((asked += 1) > 1 ? plain.replace('operator', 'intern') : plain),
    });
    const { report } = await rig.recover('repair');
    expect(report.result).toBe('refused');
    expect(rig.wire.slice(from).filter((call) => call.mutating)).toEqual([]);
  });

  const arn = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/deployer-api/0123456789abcdef';
  const record = { Name: 'a.wonderland.example', Type: 'A' as const };
  test('a session for reading refuses every change before it is sent', async () => {
    const rig = await deployedRig(text);
    const { aws } = (await rig.open('read')).observeContext;
    const sent = rig.wire.length;
    const changes: readonly (() => Promise<unknown>)[] = [
      () => aws.client(ecs).send(new CreateServiceCommand({ serviceName: 'deployer-api' })),
      () =>
        aws
          .client(ecs)
          .send(new UpdateServiceCommand({ service: 'deployer-api', cluster: 'wonderland', desiredCount: 0 })),
      () =>
        aws.client(ecs).send(new DeleteServiceCommand({ service: 'deployer-api', cluster: 'wonderland', force: true })),
      () => aws.client(ecs).send(new RegisterTaskDefinitionCommand({ family: 'x', containerDefinitions: [] })),
      () => aws.client(elbv2).send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn })),
      () => aws.client(elbv2).send(new ModifyListenerCommand({ ListenerArn: arn, Port: 80 })),
      () => aws.client(route53).send(new DeleteHealthCheckCommand({ HealthCheckId: 'x' })),
      () =>
        aws.client(route53).send(
          new ChangeResourceRecordSetsCommand({
            HostedZoneId: 'Z1',
            ChangeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet: record }] },
          }),
        ),
      () =>
        aws.client(dynamodb).send(new PutItemCommand({ TableName: 'deployer-state', Item: { service: { S: 'x' } } })),
      () =>
        aws.client(dynamodb).send(new DeleteItemCommand({ TableName: 'deployer-state', Key: { service: { S: 'x' } } })),
    ];
    for (const change of changes) await expect(change()).rejects.toThrow(GateRefusal);
    expect(rig.wire).toHaveLength(sent);
  });

  test('a session for reading cannot be opened for changes', async () => {
    const { aws } = (await (await deployedRig(text)).open('read')).observeContext;
    expect(() => {
      aws.gate.openForChanges();
    }).toThrow('without approval');
  });

  test('a session for changing refuses changes until the plan is run', async () => {
    const rig = await deployedRig(text);
    const { aws } = (await rig.open('change')).observeContext;
    await expect(
      aws.client(ecs).send(new DeleteServiceCommand({ service: 'deployer-api', cluster: 'wonderland', force: true })),
    ).rejects.toThrow(GateRefusal);
    expect(rig.wire.filter((call) => call.mutating)).toEqual([]);
  });
});
