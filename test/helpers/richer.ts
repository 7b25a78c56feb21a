// A deployed world with settings that its playbook does not say, put there by hand.
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  AddTagsCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { observePieces } from '../../src/observe/bases.ts';
import { typeOf } from '../../src/observe/observe.ts';
import { componentTypes } from '../../src/components/index.ts';
import { opened } from '../../src/rehearse/world/harness.ts';
import { presume } from '../../src/sandbox/index.ts';
import type { Rig } from './rig.ts';

const taskRole = 'arn:aws:iam::123456789012:role/deployer-api';

/** Settings of the Deployer API's pieces beyond its playbook; waits until the service runs with them. */
export async function enrich(rig: Rig): Promise<void> {
  presume(rig.world, [{ kind: 'role', role: taskRole }]);
  const { observations } = await rig.look();
  const outputOf = (id: string, name: string): string => {
    const value = observations.outputs.get(id)?.[name];
    if (value === undefined) throw new Error(`${id} has no ${name}`);
    return value;
  };
  const balancing = rig.operator.client(elbv2);
  const LoadBalancerArn = outputOf('load-balancer', 'arn');
  const TargetGroupArn = outputOf('target-group', 'arn');
  await balancing.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn,
      Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '120' }],
    }),
  );
  await balancing.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn,
      Attributes: [{ Key: 'slow_start.duration_seconds', Value: '45' }],
    }),
  );
  await balancing.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthyThresholdCount: 3 }));
  await balancing.send(
    new AddTagsCommand({ ResourceArns: [LoadBalancerArn, TargetGroupArn], Tags: [{ Key: 'team', Value: 'werkzeug' }] }),
  );
  const containers = rig.operator.client(ecs);
  const { taskDefinition, tags } = await containers.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: 'deployer-api', include: ['TAGS'] }),
  );
  const [container, ...others] = taskDefinition?.containerDefinitions ?? [];
  if (taskDefinition === undefined || container === undefined) throw new Error('no task definition');
  const registered = await containers.send(
    new RegisterTaskDefinitionCommand({
      family: taskDefinition.family,
      cpu: taskDefinition.cpu,
      memory: taskDefinition.memory,
      networkMode: taskDefinition.networkMode,
      requiresCompatibilities: taskDefinition.requiresCompatibilities,
      executionRoleArn: taskDefinition.executionRoleArn,
      taskRoleArn: taskRole,
      ephemeralStorage: { sizeInGiB: 40 },
      containerDefinitions: [
        { ...container, environment: [{ name: 'LOG_LEVEL', value: 'debug' }], user: 'app' },
        ...others,
      ],
      tags: [...(tags ?? []), { key: 'team', value: 'werkzeug' }],
    }),
  );
  await containers.send(
    new UpdateServiceCommand({
      cluster: 'wonderland',
      service: 'deployer-api',
      taskDefinition: registered.taskDefinition?.taskDefinitionArn,
      deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 150 },
    }),
  );
  for (let round = 0; round < 60; round += 1) {
    const { services = [] } = await containers.send(
      new DescribeServicesCommand({ cluster: 'wonderland', services: ['deployer-api'] }),
    );
    const [deployment, ...others] = services[0]?.deployments ?? [];
    if (others.length === 0 && deployment?.rolloutState === 'COMPLETED') return;
    await rig.clock.sleep(10_000);
  }
  throw new Error('the service does not come to rest');
}

/** All settings of each piece, in a playbook's words, ids that AWS gave replaced by what they are the ids of. */
export async function settingsOf(
  rig: Pick<Rig, 'look' | 'playbook' | 'tryOpen'>,
): Promise<Readonly<Record<string, unknown>>> {
  const { observations } = await rig.look();
  const { observeContext } = opened(await rig.tryOpen('read'));
  const owned = [...rig.playbook.components.values()].filter((each) => !each.shared);
  const pieces = await observePieces(owned, observations, observeContext);
  const described = owned.flatMap((component) => {
    const seen = observations.byId.get(component.id);
    const piece = pieces.get(component.id);
    if (seen?.kind !== 'present' || piece === undefined) return [];
    const { spec } = typeOf(component, componentTypes).undo.specOf(piece.spec, seen.state, piece.captured);
    const tags = Object.entries(seen.tags ?? {}).filter(([key]) => !key.startsWith('relight:'));
    return [[component.id, { spec, tags: Object.fromEntries(tags) }] as const];
  });
  const names = [...observations.outputs].flatMap(([id, outputs]) =>
    Object.entries(outputs).flatMap(([output, value]): [string, string][] =>
      value === undefined || value.length <= 3 ? [] : [[value, `<${id}.${output}>`]],
    ),
  );
  names.sort(([left], [right]) => right.length - left.length);
  let text = JSON.stringify(Object.fromEntries(described));
  for (const [value, name] of names) text = text.replaceAll(value, name);
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}
