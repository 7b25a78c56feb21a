// A worker without a load balancer: it takes messages from a queue, scales with them, and keeps its state in a table.
import { PutScalingPolicyCommand, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import {
  CreateTableCommand,
  PutItemCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { roleArn } from '../hands.ts';
import { head, type Shape } from '../shape.ts';

const queue = 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders';

export const worker: Shape = {
  name: 'a worker without a load balancer',
  playbook: `${head('worker', 'root: service')}
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: jobs } }
  state: { type: dynamodb/table, spec: { name: worker-state, hashKey: { name: id } } }
  lease:
    type: dynamodb/item
    spec: { table: '\${state.name}', key: { id: lease }, attributes: { owner: worker } }
  concurrency: { type: ssm/parameter, spec: { name: /worker/concurrency, type: String, value: '16' } }
  tasks:
    type: ecs/task-definition
    spec:
      family: worker
      containers: [{ name: worker, image: 'registry.example/worker:31', environment: { QUEUE: '${queue}' } }]
  service:
    type: ecs/service
    dependsOn: [state, concurrency]
    spec:
      cluster: '\${cluster.arn}'
      name: worker
      taskDefinition: '\${tasks.arn}'
      network: { subnets: [subnet-a1, subnet-b1] }
`,
  pieces: {
    state: 'table worker-state',
    lease: 'table worker-state',
    concurrency: 'parameter /worker/concurrency',
    tasks: 'task definition worker of service jobs/worker',
    service: 'service jobs/worker',
  },
  along: { service: ['scalable target service/jobs/worker', 'scaling policy backlog'] },
  consents: ['service:cascade'],
  build: async (hands) => {
    hands.holds(
      { kind: 'role', role: roleArn('worker-execution') },
      { kind: 'role', role: roleArn('worker-task') },
      { kind: 'secret', secret: 'worker/api-token' },
      { kind: 'parameter', parameter: '/worker/db-password' },
      { kind: 'log-group', name: '/ecs/worker' },
      { kind: 'security-group', id: 'sg-worker', region: 'eu-west-1' },
    );
    await hands.dynamodb.send(
      new CreateTableCommand({
        TableName: 'worker-state',
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'due', AttributeType: 'N' },
        ],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-due',
            KeySchema: [{ AttributeName: 'due', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        OnDemandThroughput: { MaxReadRequestUnits: 1000, MaxWriteRequestUnits: 500 },
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
        Tags: Object.entries(hands.tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    await hands.rig.clock.sleep(60_000);
    const TableName = 'worker-state';
    await hands.dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
      }),
    );
    await hands.dynamodb.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 14 },
      }),
    );
    await hands.dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: { id: { S: 'lease' }, owner: { S: 'worker' }, note: { S: 'set up by hand' }, shards: { NS: ['1', '2'] } },
      }),
    );
    await hands.ssm.send(
      new PutParameterCommand({
        Name: '/worker/concurrency',
        Type: 'String',
        Value: '16',
        Description: 'Messages at once',
        AllowedPattern: '^[0-9]+$',
        Tier: 'Standard',
        Tags: Object.entries(hands.tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    await hands.cluster({ clusterName: 'jobs', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
    const taskDefinition = await hands.definition({
      family: 'worker',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '2048',
      memory: '4096',
      executionRoleArn: roleArn('worker-execution'),
      taskRoleArn: roleArn('worker-task'),
      ephemeralStorage: { sizeInGiB: 60 },
      containerDefinitions: [
        {
          name: 'worker',
          image: 'registry.example/worker:31',
          command: ['consume', '--prefetch', '8'],
          environment: [
            { name: 'QUEUE', value: queue },
            { name: 'LOG_LEVEL', value: 'warn' },
          ],
          secrets: [
            {
              name: 'API_TOKEN',
              valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:worker/api-token:token::',
            },
            { name: 'DB_PASSWORD', valueFrom: '/worker/db-password' },
            { name: 'CONCURRENCY', valueFrom: '/worker/concurrency' },
          ],
          stopTimeout: 115,
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/ecs/worker',
              'awslogs-region': 'eu-west-1',
              'awslogs-stream-prefix': 'worker',
              mode: 'non-blocking',
              'max-buffer-size': '4m',
            },
          },
        },
      ],
    });
    await hands.service({
      cluster: 'jobs',
      serviceName: 'worker',
      taskDefinition,
      desiredCount: 5,
      capacityProviderStrategy: [
        { capacityProvider: 'FARGATE_SPOT', weight: 2 },
        { capacityProvider: 'FARGATE', weight: 1, base: 1 },
      ],
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-a1', 'subnet-b1'], securityGroups: ['sg-worker'] },
      },
      deploymentConfiguration: {
        minimumHealthyPercent: 50,
        maximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
    });
    const place = {
      ServiceNamespace: 'ecs',
      ResourceId: 'service/jobs/worker',
      ScalableDimension: 'ecs:service:DesiredCount',
    } as const;
    await hands.scaling.send(new RegisterScalableTargetCommand({ ...place, MinCapacity: 2, MaxCapacity: 40 }));
    await hands.scaling.send(
      new PutScalingPolicyCommand({
        ...place,
        PolicyName: 'backlog',
        PolicyType: 'StepScaling',
        StepScalingPolicyConfiguration: {
          AdjustmentType: 'ChangeInCapacity',
          Cooldown: 60,
          MetricAggregationType: 'Maximum',
          StepAdjustments: [
            { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 100, ScalingAdjustment: 2 },
            { MetricIntervalLowerBound: 100, ScalingAdjustment: 8 },
          ],
        },
      }),
    );
    await hands.rest('jobs', 'worker');
    return {};
  },
  drifts: [
    {
      what: 'a fix was deployed by hand',
      by: async (hands) => {
        const { taskDefinition: arn } = await hands.serviceOf('jobs', 'worker');
        const { taskDefinition: definition, tags } = await hands.definitionOf(arn);
        const [container] = definition.containerDefinitions ?? [];
        const answer = await hands.ecs.send(
          new RegisterTaskDefinitionCommand({
            ...definition,
            family: 'worker',
            containerDefinitions: [{ ...container, image: 'registry.example/worker:31-hotfix' }],
            tags,
          }),
        );
        const taskDefinition = answer.taskDefinition?.taskDefinitionArn;
        await hands.ecs.send(new UpdateServiceCommand({ cluster: 'jobs', service: 'worker', taskDefinition }));
        await hands.rest('jobs', 'worker');
      },
      steps: ['tasks.update', 'service.update'],
    },
    {
      what: 'the parameter has another value',
      by: async ({ ssm }) => {
        await ssm.send(new PutParameterCommand({ Name: '/worker/concurrency', Value: '1', Overwrite: true }));
      },
      steps: ['concurrency.update'],
    },
  ],
};
