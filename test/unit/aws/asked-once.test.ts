import { DescribeServicesCommand, DescribeTasksCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test, vi } from 'vitest';
import { askingEachTime, askingOnce } from '../../../src/aws/asked-once.ts';
import type { AwsAccess } from '../../../src/aws/access.ts';
import { ecs } from '../../../src/aws/services/ecs.ts';
import { secretsmanager } from '../../../src/aws/services/secretsmanager.ts';

function access(): { readonly aws: AwsAccess; readonly send: ReturnType<typeof vi.fn> } {
  let answers = 0;
  const send = vi.fn((): Promise<number> => Promise.resolve((answers += 1)));
  return { aws: { region: 'eu-west-1', client: () => ({ send }) } as unknown as AwsAccess, send };
}

const services = (cluster: string): DescribeServicesCommand =>
  new DescribeServicesCommand({ cluster, services: ['api'] });

describe('one look', () => {
  test('asks one question once, also while it is under way', async () => {
    const { aws, send } = access();
    const look = askingOnce(aws);
    const answers = await Promise.all([look.client(ecs).send(services('a')), look.client(ecs).send(services('a'))]);
    expect(await look.client(ecs).send(services('a'))).toBe(answers[0]);
    expect(send).toHaveBeenCalledTimes(1);
  });

  test('tells other inputs and other operations apart', async () => {
    const { aws, send } = access();
    const client = askingOnce(aws).client(ecs);
    await client.send(services('a'));
    await client.send(services('b'));
    await client.send(new DescribeTasksCommand({ cluster: 'a', tasks: ['api'] }));
    expect(send).toHaveBeenCalledTimes(3);
  });

  test('asks again what failed', async () => {
    const { aws, send } = access();
    const client = askingOnce(aws).client(ecs);
    send.mockRejectedValueOnce(new Error('throttled'));
    await expect(client.send(services('a'))).rejects.toThrow('throttled');
    await expect(client.send(services('a'))).resolves.toBeDefined();
  });

  test('sends every change, and asks for every secret', async () => {
    const { aws, send } = access();
    const look = askingOnce(aws);
    for (let time = 0; time < 2; time += 1) {
      await look.client(ecs).send(new UpdateServiceCommand({ service: 'api' }));
      await look.client(secretsmanager, { reveals: true }).send(new GetSecretValueCommand({ SecretId: 'x' }));
      await look.client(secretsmanager).send(new GetSecretValueCommand({ SecretId: 'x' }));
    }
    expect(send).toHaveBeenCalledTimes(6);
  });

  test('asks again after a change, and shares its answers with whom it is told to', async () => {
    const { aws, send } = access();
    const answers = new Map<string, Promise<unknown>>();
    const [checks, change] = [askingOnce(aws, answers), askingOnce(aws, answers)];
    const before = await checks.client(ecs).send(services('a'));
    expect(await change.client(ecs).send(services('a'))).toBe(before);
    expect(send).toHaveBeenCalledTimes(1);
    await change.client(ecs).send(new UpdateServiceCommand({ service: 'api' }));
    expect(await checks.client(ecs).send(services('a'))).not.toBe(before);
  });

  test('shares nothing with another one, nor with who asks each time', async () => {
    const { aws, send } = access();
    const look = askingOnce(aws);
    await look.client(ecs).send(services('a'));
    await askingOnce(aws).client(ecs).send(services('a'));
    await askingEachTime(look).client(ecs).send(services('a'));
    await askingEachTime(aws).client(ecs).send(services('a'));
    expect(send).toHaveBeenCalledTimes(4);
  });
});
