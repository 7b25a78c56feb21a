// What a task definition takes for granted, and what it does not.
import { describe, expect, it } from 'vitest';
import { presumes } from '../../src/components/ecs-task-definition/presumes.ts';

const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const logging = (options: Record<string, string>) => ({ logDriver: 'awslogs', options }) as const;

describe('a task definition presumes', () => {
  it('its roles, images in ECR, secrets, parameters and log groups', () => {
    const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:password::';
    expect(
      presumes({
        family: 'api',
        executionRole: 'execution',
        taskRole: 'arn:aws:iam::123456789012:role/shop/task',
        containers: [
          {
            name: 'api',
            image: `${registry}/api:1`,
            secrets: { PASSWORD: secret, TOKEN: '/shop/token' },
            logConfiguration: logging({ 'awslogs-group': '/api', 'awslogs-region': 'eu-west-2' }),
          },
        ],
      }),
    ).toEqual([
      { kind: 'role', role: 'execution' },
      { kind: 'role', role: 'arn:aws:iam::123456789012:role/shop/task' },
      { kind: 'image', image: `${registry}/api:1` },
      { kind: 'secret', secret },
      { kind: 'parameter', parameter: '/shop/token' },
      { kind: 'log-group', name: '/api', region: 'eu-west-2' },
    ]);
  });

  it('nothing that another component makes, that another registry or service holds, or that ECS makes itself', () => {
    expect(
      presumes({
        family: 'api',
        taskRole: '${role.arn}',
        containers: [
          {
            name: 'api',
            image: 'nginx:1',
            secrets: { OTHER: '${secret.arn}' },
            logConfiguration: logging({ 'awslogs-group': '${logs.name}' }),
          },
          {
            name: 'side',
            image: 'side:1',
            logConfiguration: logging({ 'awslogs-group': '/side', 'awslogs-create-group': 'true' }),
          },
        ],
      }),
    ).toEqual([]);
  });
});
