// ecs/task-definition: where its actions are needed.
import type { PolicyScope, Scope } from '../contract.ts';
import { limited, patternOf, regionalArn } from '../kit/policy.ts';
import type { TaskDefinitionSpec } from './schema.ts';

/**
 * Describing, listing and deregistering take no resource [Service Authorization Reference, Amazon ECS]. Whoever registers
 * a task definition with roles passes these to ECS [ECS developer guide, "Task IAM role"].
 */
export function policyScope(spec: TaskDefinitionSpec, scope: Scope): PolicyScope {
  const definition = regionalArn(scope, 'ecs', `task-definition/${spec.family}:*`);
  const roles = [spec.executionRole, spec.taskRole].flatMap((role) =>
    role === undefined ? [] : [roleArn(role, scope)],
  );
  return {
    actions: {
      ...limited(['ecs:RegisterTaskDefinition', 'ecs:TagResource'], [definition]),
      'iam:PassRole': {
        resources: [...new Set(roles)],
        conditions: { StringEquals: { 'iam:PassedToService': ['ecs-tasks.amazonaws.com'] } },
      },
    },
  };
}

function roleArn(role: string, { partition, account }: Scope): string {
  const name = patternOf(role);
  return name.startsWith('arn:') ? name : `arn:${partition}:iam::${account}:role/${name}`;
}
