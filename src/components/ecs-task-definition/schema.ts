// ecs/task-definition: what a playbook may say of one. AWS keeps revisions of a family; that which its services run counts.
import type { ContainerDefinition, Volume } from '@aws-sdk/client-ecs';
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { withMembers } from '../kit/members/schema.ts';
import { port, text } from '../kit/schema.ts';
import { containerPart, portPart, taskPart, volumePart } from './parts.ts';

const seconds = (): z.ZodNumber => z.number().int().min(0);

const portMapping = z
  .strictObject(
    withMembers(
      {
        containerPort: port().optional(),
        hostPort: port().optional(),
        protocol: z.enum(['tcp', 'udp']).optional().describe('tcp unless told.'),
        containerPortRange: text().optional().describe('Such as 8000-8010, instead of containerPort.'),
      },
      portPart,
    ),
  )
  .refine((spec) => (spec.containerPort === undefined) !== (spec.containerPortRange === undefined), {
    error: 'expected containerPort or containerPortRange',
    path: ['containerPort'],
  });

const healthCheck = z.strictObject({
  command: z.array(z.string()).min(1).describe('Such as ["CMD-SHELL", "curl -f http://localhost/ || exit 1"].'),
  interval: z.number().int().min(5).max(300).optional(),
  timeout: z.number().int().min(2).max(60).optional(),
  retries: z.number().int().min(1).max(10).optional(),
  startPeriod: z.number().int().min(0).max(300).optional(),
});

const secretOption = z.strictObject({ name: text(), valueFrom: text() });

export const container = z
  .strictObject(
    withMembers(
      {
        name: text({
          pattern: /^[A-Za-z0-9_-]{1,255}$/,
          expected: 'at most 255 letters, digits, hyphens and underscores',
        }),
        image: text().describe('Image with its tag or digest.'),
        port: port().optional().describe('The one port that it listens on; `ports` for several.'),
        ports: z.array(portMapping).optional(),
        cpu: z.number().int().min(0).optional(),
        memory: z.number().int().min(4).optional().describe('MiB; the container is ended when it takes more.'),
        memoryReservation: z.number().int().min(4).optional(),
        essential: z.boolean().optional().describe('True unless told: the task stops with it.'),
        entryPoint: z.array(z.string()).optional(),
        command: z.array(z.string()).optional(),
        workingDirectory: text().optional(),
        user: text().optional(),
        environment: z
          .record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()]))
          .optional()
          .describe('Environment variables; another one found in AWS stays.'),
        secrets: z
          .record(z.string().min(1), text())
          .optional()
          .describe('Environment variables from Secrets Manager or Parameter Store: name to ARN or parameter name.'),
        dependsOn: z
          .array(
            z.strictObject({ containerName: text(), condition: z.enum(['START', 'COMPLETE', 'SUCCESS', 'HEALTHY']) }),
          )
          .optional(),
        mountPoints: z
          .array(z.strictObject({ sourceVolume: text(), containerPath: text(), readOnly: z.boolean().optional() }))
          .optional(),
        readonlyRootFilesystem: z.boolean().optional(),
        healthCheck: healthCheck.optional(),
        logConfiguration: z
          .strictObject({
            logDriver: z.enum([
              'awslogs',
              'awsfirelens',
              'fluentd',
              'gelf',
              'journald',
              'json-file',
              'splunk',
              'syslog',
            ]),
            options: z.record(z.string(), z.string()).optional(),
            secretOptions: z.array(secretOption).optional(),
          })
          .optional(),
        startTimeout: seconds().optional(),
        stopTimeout: seconds().optional().describe('Seconds between the request to stop and the kill; 30 unless told.'),
        dockerLabels: z.record(z.string(), z.string()).optional(),
        ulimits: z
          .array(z.strictObject({ name: text(), softLimit: z.number().int(), hardLimit: z.number().int() }))
          .optional(),
      },
      containerPart,
    ),
  )
  .refine((spec) => spec.port === undefined || spec.ports === undefined, {
    error: 'expected port or ports, not both',
    path: ['ports'],
  });

const volume = z.strictObject(withMembers({ name: text() }, volumePart));

export const schema = z.strictObject(
  withMembers(
    {
      family: text({
        pattern: /^[A-Za-z0-9_-]{1,255}$/,
        expected: 'at most 255 letters, digits, hyphens and underscores',
      }).describe('Family; each change makes a new revision of it.'),
      containers: z
        .array(container)
        .min(1)
        .optional()
        .describe('Containers of a task, by name; another one found in AWS stays.'),
      cpu: z
        .union([z.number().int(), text()])
        .optional()
        .describe('CPU units of a task, such as 512; on Fargate 256 unless told.'),
      memory: z
        .union([z.number().int(), text()])
        .optional()
        .describe('MiB of a task, such as 1024; on Fargate 512 unless told.'),
      networkMode: z.enum(['awsvpc', 'bridge', 'host', 'none']).optional().describe('awsvpc unless told.'),
      requiresCompatibilities: z
        .array(z.enum(['FARGATE', 'EC2', 'EXTERNAL', 'MANAGED_INSTANCES']))
        .min(1)
        .optional()
        .describe('[FARGATE] unless told.'),
      executionRole: text().optional().describe('Role with which ECS fetches images and secrets: ARN or name.'),
      taskRole: text().optional().describe('Role of the containers: ARN or name.'),
      runtimePlatform: z
        .strictObject({
          cpuArchitecture: z.enum(['X86_64', 'ARM64']).optional(),
          operatingSystemFamily: text().optional(),
        })
        .optional(),
      volumes: z.array(volume).optional(),
    },
    taskPart,
  ),
);

export type TaskDefinitionSpec = z.infer<typeof schema>;
export type ContainerSpec = z.infer<typeof container>;

/** The newest revision, where services run another one. */
export interface NewerRevision {
  readonly arn: string;
  readonly revision: number;
  /** It is as the playbook wants the task definition. */
  readonly asSaid: boolean;
  /** How its deployment failed, in words; absent where it was not deployed. */
  readonly failure?: string;
}

/** DescribeTaskDefinition's answer for the revision that counts (observe.ts). */
export interface TaskDefinitionState {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: string;
  readonly containers: readonly ContainerDefinition[];
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
  readonly networkMode: string | undefined;
  readonly requiresCompatibilities: readonly string[];
  readonly executionRole: string | undefined;
  readonly taskRole: string | undefined;
  readonly runtimePlatform: Json | undefined;
  readonly volumes: readonly Volume[];
  /** A revision of the family that is newer and does not count; absent where there is none. */
  readonly newer?: NewerRevision;
  /** The whole description: what has no place above is read from it (facts.ts), in before-images of any age. */
  readonly description: Json;
}

export const traits = {
  type: 'ecs/task-definition',
  description: 'An ECS task definition: the revision of a family that its services run, else the latest active one.',
  schema,
  outputs: {
    arn: { description: 'ARN of the revision that counts', onReplace: 'new', onUpdate: 'new' },
    family: { description: 'Family', onReplace: 'same' },
  },
  shareable: true,
  ownable: true,
  requiredWhenOwned: ['containers'],
  locators: ['family'],
  containers: [],
  immutable: ['family'],
  reuse: true,
  inert: true,
  seenAfter: ['ecs/service'],
  // A service goes on with an inactive revision, but no other service can start from it [ECS API, DeregisterTaskDefinition].
  heldBy: ['ecs/service'],
  missedAs: ['ClientException'],
  // Whoever may read a plan may not therefore read what the containers are told.
  sensitive: { spec: ['containers[*].environment'], facts: ['containers[*].environment[*].value'] },
  remedy: 'none',
  permissions: {
    read: [
      'ecs:DescribeTaskDefinition',
      'ecs:ListTaskDefinitions',
      'ecs:ListServiceDeployments',
      'ecs:DescribeServiceRevisions',
    ],
    write: ['ecs:RegisterTaskDefinition', 'ecs:DeregisterTaskDefinition', 'ecs:TagResource', 'iam:PassRole'],
  },
} as const satisfies ComponentTraits<TaskDefinitionSpec>;
