// ecs/service: what a playbook may say of one, and what is kept of AWS's answer.
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { withMembers } from '../kit/members/schema.ts';
import { arn, port, text } from '../kit/schema.ts';
import { balancerPart, breakerPart, deploymentPart, servicePart } from './parts.ts';

const loadBalancer = z
  .strictObject(
    withMembers(
      {
        targetGroup: arn('elasticloadbalancing')
          .optional()
          .describe('ARN of the target group in which tasks are registered.'),
        container: text().describe('Name of the container that gets the requests.'),
        port: port().describe('Port of that container.'),
      },
      balancerPart,
    ),
  )
  .refine((spec) => spec.targetGroup !== undefined || 'loadBalancerName' in spec, {
    error: 'expected targetGroup, or loadBalancerName of a Classic Load Balancer',
    path: ['targetGroup'],
  });

const network = z.strictObject({
  subnets: z.array(text()).min(1).describe('Subnet ids.'),
  securityGroups: z.array(text()).optional(),
  assignPublicIp: z.boolean().optional().describe('Whether tasks get a public address; false unless told.'),
});

const deployment = z.strictObject(
  withMembers(
    {
      minimumHealthyPercent: z.number().int().min(0).optional(),
      maximumPercent: z.number().int().min(100).optional(),
      circuitBreaker: z
        .strictObject(
          withMembers(
            { enable: z.boolean().optional(), rollback: z.boolean().optional().describe('False unless told.') },
            breakerPart,
          ),
        )
        .optional()
        .describe('Ends a deployment whose tasks do not start.'),
    },
    deploymentPart,
  ),
);

const shape = {
  cluster: text().describe('ARN or name of the cluster.'),
  name: text({
    pattern: /^[A-Za-z0-9_-]{1,255}$/,
    expected: 'at most 255 letters, digits, hyphens and underscores',
  }).describe('Name, unique in the cluster.'),
  taskDefinition: text()
    .optional()
    .describe('ARN, family:revision, or family; a family is in sync with any of its revisions.'),
  desiredCount: z.number().int().min(0).optional().describe('Number of tasks; 1 unless told.'),
  loadBalancer: loadBalancer.optional().describe('The one target group; `loadBalancers` for several.'),
  loadBalancers: z
    .array(loadBalancer)
    .max(5)
    .optional()
    .describe('By container and port; another one found in AWS stays.'),
  network: network.optional().describe('For tasks in awsvpc mode, as on Fargate.'),
  launchType: z
    .enum(['FARGATE', 'EC2', 'EXTERNAL', 'MANAGED_INSTANCES'])
    .optional()
    .describe('FARGATE unless told, or capacity providers are.'),
  platformVersion: text().optional().describe('Of Fargate; LATEST unless told.'),
  schedulingStrategy: z.enum(['REPLICA', 'DAEMON']).optional().describe('REPLICA unless told.'),
  role: text().optional().describe('Role with which ECS calls a Classic Load Balancer: ARN or name.'),
  deployment: deployment.optional(),
  healthCheckGracePeriod: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe('Seconds after its start during which a task’s failed health checks do not count.'),
  enableExecuteCommand: z.boolean().optional(),
  propagateTags: z.enum(['SERVICE', 'TASK_DEFINITION', 'NONE']).optional(),
};

/** Of those that go by AWS's names, what the type itself reads. */
interface Further {
  readonly capacityProviderStrategy?: readonly unknown[];
  readonly deploymentController?: { readonly type?: string };
}

export const schema = z
  .strictObject(withMembers(shape, servicePart))
  .refine((spec) => spec.loadBalancer === undefined || spec.loadBalancers === undefined, {
    error: 'expected loadBalancer or loadBalancers, not both',
    path: ['loadBalancers'],
  })
  .refine((spec) => spec.schedulingStrategy !== 'DAEMON' || spec.desiredCount === undefined, {
    error: 'a DAEMON service has one task per instance and no count of its own',
    path: ['desiredCount'],
  });

export type ServiceSpec = z.infer<typeof schema> & Further;
export type DeploymentSpec = z.infer<typeof deployment>;
export type LoadBalancerSpec = z.infer<typeof loadBalancer>;

/** The target groups that a spec speaks of; undefined when it says nothing of them. */
export function loadBalancersIn(spec: ServiceSpec): readonly LoadBalancerSpec[] | undefined {
  return spec.loadBalancer === undefined ? spec.loadBalancers : [spec.loadBalancer];
}

/** One entry of a service's `deployments`. */
export interface DeploymentState {
  readonly id: string;
  readonly status: string;
  /** Absent where another controller than ECS deploys. */
  readonly rolloutState: string | undefined;
  readonly rolloutStateReason: string | undefined;
  readonly taskDefinition: string;
  readonly failedTasks: number;
}

/** The health of one target group of an ACTIVE service. */
export interface TargetsState {
  readonly targetGroup: string;
  /** The target group that the service names does not exist: ECS does not own it and AWS lets it be deleted. */
  readonly gone: boolean;
  readonly targets: readonly {
    readonly id: string;
    readonly state: string;
    readonly reason: string | undefined;
  }[];
}

/** DescribeServices' answer for one, with the health of its targets. */
export interface ServiceState {
  readonly arn: string;
  readonly name: string;
  readonly clusterArn: string;
  readonly status: string;
  readonly taskDefinition: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly pendingCount: number;
  readonly launchType: string | undefined;
  readonly platformVersion: string | undefined;
  readonly schedulingStrategy: string | undefined;
  readonly loadBalancers: readonly {
    /** Empty for a Classic Load Balancer. */
    readonly targetGroup: string;
    readonly container: string;
    readonly port: number;
  }[];
  readonly network:
    | {
        readonly subnets: readonly string[];
        readonly securityGroups: readonly string[];
        readonly assignPublicIp: boolean;
      }
    | undefined;
  readonly minimumHealthyPercent: number | undefined;
  readonly maximumPercent: number | undefined;
  readonly circuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
  readonly healthCheckGracePeriod: number | undefined;
  readonly enableExecuteCommand: boolean;
  readonly propagateTags: string | undefined;
  readonly deployments: readonly DeploymentState[];
  /** The revision that the playbook wants, where its last deployment here was taken back. */
  readonly failed?: string;
  /** The revision that the playbook wants, where nobody could see whether its last deployment was taken back. */
  readonly untold?: { readonly revision: string; readonly why: string };
  readonly targets: readonly TargetsState[];
  /** What the service said last, such as why a task could not be started. */
  readonly lastEvent: string | undefined;
  /** The whole description but its events, which are history; for the before-image. */
  readonly description: Json;
}

export const traits = {
  type: 'ecs/service',
  description: 'An ECS service: keeps tasks running and registered in target groups.',
  schema,
  outputs: {
    // The ARN consists of cluster and name, and so is the same for a service made again [captured].
    arn: { description: 'ARN', onReplace: 'same' },
    name: { description: 'Name', onReplace: 'same' },
  },
  shareable: true,
  ownable: true,
  // Tasks of a service that something else deploys are in task sets [ECS API, CreateTaskSet].
  requiredWhenOwned: [['taskDefinition', 'deploymentController']],
  locators: ['cluster', 'name'],
  containers: ['cluster'],
  immutable: ['cluster', 'name', 'launchType', 'schedulingStrategy', 'role'],
  mustExist: ['cluster', 'taskDefinition', 'loadBalancer', 'loadBalancers'],
  reuse: true,
  inert: false,
  heldBy: [],
  missedAs: ['ServiceNotFoundException'],
  traffic: { from: ['loadBalancer', 'loadBalancers'], to: [] },
  // A new deployment of the same task definition.
  remedy: 'update',
  permissions: {
    read: [
      'ecs:DescribeServices',
      'ecs:ListServiceDeployments',
      'ecs:DescribeServiceRevisions',
      'elasticloadbalancing:DescribeTargetHealth',
    ],
    // What AWS deletes with a service of the playbook's.
    readOwned: ['application-autoscaling:DescribeScalableTargets', 'application-autoscaling:DescribeScalingPolicies'],
    write: ['ecs:CreateService', 'ecs:UpdateService', 'ecs:DeleteService', 'ecs:TagResource'],
  },
} as const satisfies ComponentTraits<ServiceSpec>;
