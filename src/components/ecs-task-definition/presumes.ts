// What a task definition takes for granted: its roles, images in ECR, secrets, and the log groups that its containers write to.
import type { Presumption } from '../contract.ts';
import { hasReference } from '../kit/schema.ts';
import type { TaskDefinitionSpec } from './schema.ts';

type Container = NonNullable<TaskDefinitionSpec['containers']>[number];

export function presumes({ containers = [], executionRole, taskRole }: TaskDefinitionSpec): readonly Presumption[] {
  return [
    ...[executionRole, taskRole].flatMap((role) => (isRole(role) ? [{ kind: 'role', role } as const] : [])),
    ...containers.flatMap(ofContainer),
  ];
}

/** What another component makes is a reference, and no presumption. */
function isTold(text: string | undefined): text is string {
  return text !== undefined && !hasReference(text);
}

function isRole(role: string | undefined): role is string {
  return isTold(role) && /^([\w+=,.@-]{1,64}|arn:[^:]*:iam::\d{12}:role\/.+)$/.test(role);
}

function ofContainer({ image, logConfiguration, secrets = {} }: Container): readonly Presumption[] {
  const wanted = [
    ...Object.values(secrets),
    ...(logConfiguration?.secretOptions ?? []).map(({ valueFrom }) => valueFrom),
  ];
  return [
    ...(isTold(image) && /^\d{12}\.dkr\.ecr[.-]/.test(image) ? [{ kind: 'image', image } as const] : []),
    ...wanted
      .filter((each) => isTold(each) && /^arn:[^:]*:secretsmanager:/.test(each))
      .map((secret) => ({ kind: 'secret', secret }) as const),
    ...logGroupOf(logConfiguration),
  ];
}

/** One that ECS is told to make is not taken for granted [ECS developer guide, `awslogs-create-group`]. */
function logGroupOf(logging: Container['logConfiguration']): readonly Presumption[] {
  const { 'awslogs-create-group': makes, 'awslogs-group': name, 'awslogs-region': region } = logging?.options ?? {};
  if (logging?.logDriver !== 'awslogs' || makes === 'true' || !isTold(name)) return [];
  return [{ kind: 'log-group', name, ...(isTold(region) ? { region } : {}) }];
}
