// What tasks need of others: their roles, images in ECR, secrets, parameters, and the log groups that their containers write to.
import type { Need } from '../contract.ts';
import { ecrImage } from '../kit/needs/image-name.ts';
import { needs } from '../kit/needs/told.ts';
import { hasReference } from '../kit/schema.ts';
import type { TaskDefinitionSpec } from './schema.ts';

type Container = NonNullable<TaskDefinitionSpec['containers']>[number];

export function needsOf({ containers = [], executionRole, taskRole }: TaskDefinitionSpec): readonly Need[] {
  return [...needs('role', [executionRole, taskRole]), ...containers.flatMap(ofContainer)];
}

function ofContainer({ image, logConfiguration, secrets = {} }: Container): readonly Need[] {
  const values = [
    ...Object.values(secrets),
    ...(logConfiguration?.secretOptions ?? []).map(({ valueFrom }) => valueFrom),
  ];
  const isSecret = (name: string): boolean => /^arn:[^:]*:secretsmanager:/.test(name);
  return [
    ...needs('image', ecrImage(image) === undefined ? [] : [image]),
    ...needs('secret', values.filter(isSecret)),
    // An ARN of Parameter Store, or the name of a parameter of this region [ECS API, Secret].
    ...needs(
      'parameter',
      values.filter((name) => !isSecret(name)),
    ),
    ...logGroupOf(logConfiguration),
  ];
}

/** One that ECS is told to make is not needed [ECS developer guide, `awslogs-create-group`]. */
function logGroupOf(logging: Container['logConfiguration']): readonly Need[] {
  const { 'awslogs-create-group': makes, 'awslogs-group': name, 'awslogs-region': region } = logging?.options ?? {};
  if (logging?.logDriver !== 'awslogs' || makes === 'true') return [];
  return needs('log-group', [name]).map((need) =>
    region === undefined || hasReference(region) ? need : { ...need, region },
  );
}
