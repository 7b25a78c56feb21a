// A daemon with GPU tasks on each instance of a cluster that fits: inference beside the hosts' other work.
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { roleArn } from '../hands.ts';
import { head, type Shape } from '../shape.ts';

export const gpu: Shape = {
  name: 'a daemon with GPU tasks',
  playbook: `${head('inference', 'root: service')}
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: gpu } }
  tasks:
    type: ecs/task-definition
    spec:
      family: inference
      networkMode: host
      requiresCompatibilities: [EC2]
      containers: [{ name: model, image: 'registry.example/inference:4' }]
  service:
    type: ecs/service
    spec:
      cluster: '\${cluster.arn}'
      name: inference
      taskDefinition: '\${tasks.arn}'
      launchType: EC2
      schedulingStrategy: DAEMON
      placementConstraints: [{ type: memberOf, expression: 'attribute:ecs.instance-type =~ g5\\.x.*' }]
`,
  pieces: {
    tasks: 'task definition inference of service gpu/inference',
    service: 'service gpu/inference',
  },
  build: async (hands) => {
    const home = { kind: 'container-instance', cluster: 'gpu', instanceType: 'g5.xlarge', gpus: 1 } as const;
    hands.holds(
      { kind: 'role', role: roleArn('inference-task') },
      { kind: 'secret', secret: 'inference/licence' },
      { kind: 'role', role: roleArn('inference-execution') },
      { ...home, instance: 'first', availabilityZone: 'eu-west-1a' },
      { ...home, instance: 'second', availabilityZone: 'eu-west-1b' },
      // Without a GPU, and of another type: neither has a task.
      { ...home, instance: 'without-gpu', gpus: 0 },
      { ...home, instance: 'other-type', instanceType: 'm5.large', gpus: 8 },
    );
    await hands.provider('gpu-instances', {
      managedScaling: { status: 'ENABLED', targetCapacity: 100, instanceWarmupPeriod: 120 },
      managedTerminationProtection: 'ENABLED',
    });
    await hands.cluster({
      clusterName: 'gpu',
      settings: [{ name: 'containerInsights', value: 'enabled' }],
      capacityProviders: ['gpu-instances'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'gpu-instances', weight: 1 }],
    });
    const taskDefinition = await hands.definition({
      family: 'inference',
      networkMode: 'host',
      requiresCompatibilities: ['EC2'],
      taskRoleArn: roleArn('inference-task'),
      executionRoleArn: roleArn('inference-execution'),
      pidMode: 'host',
      ipcMode: 'host',
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.os-type == linux' }],
      volumes: [{ name: 'models', host: { sourcePath: '/opt/models' } }],
      containerDefinitions: [
        {
          name: 'model',
          image: 'registry.example/inference:4',
          cpu: 2048,
          memory: 12_288,
          essential: true,
          privileged: true,
          resourceRequirements: [{ type: 'GPU', value: '1' }],
          portMappings: [{ containerPort: 8500, hostPort: 8500, protocol: 'tcp' }],
          mountPoints: [{ sourceVolume: 'models', containerPath: '/models', readOnly: true }],
          environment: [{ name: 'NVIDIA_DRIVER_CAPABILITIES', value: 'compute,utility' }],
          secrets: [
            {
              name: 'LICENCE',
              valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:inference/licence',
            },
          ],
          linuxParameters: {
            devices: [{ hostPath: '/dev/nvidia0', containerPath: '/dev/nvidia0', permissions: ['read', 'write'] }],
            sharedMemorySize: 1024,
            tmpfs: [{ containerPath: '/tmp', size: 512, mountOptions: ['rw', 'noexec'] }],
          },
          logConfiguration: { logDriver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
          dockerSecurityOptions: ['no-new-privileges'],
        },
      ],
    });
    await hands.service({
      cluster: 'gpu',
      serviceName: 'inference',
      taskDefinition,
      launchType: 'EC2',
      schedulingStrategy: 'DAEMON',
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:ecs.instance-type =~ g5\\.x.*' }],
      deploymentConfiguration: { minimumHealthyPercent: 50, maximumPercent: 100 },
      enableECSManagedTags: true,
      propagateTags: 'TASK_DEFINITION',
    });
    await hands.rest('gpu', 'inference');
    return {};
  },
  drifts: [
    {
      what: 'it runs everywhere',
      by: async (hands) => {
        hands.holds({ kind: 'container-instance', instance: 'other-type', cluster: 'gpu', gpus: 8 });
        await hands.ecs.send(
          new UpdateServiceCommand({ cluster: 'gpu', service: 'inference', placementConstraints: [] }),
        );
        await hands.rest('gpu', 'inference');
      },
      steps: ['service.update'],
    },
  ],
};
