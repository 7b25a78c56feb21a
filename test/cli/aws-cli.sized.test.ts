// A served sandbox as the aws CLI sees it (skipped where there is none on the PATH): one call of each protocol, and a
// refusal; all pieces in the long run, since each call starts a Python.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sized } from '../helpers/sized.ts';
import { cleanEnv, has, makeFolder, serveSandbox, type Server } from './harness.ts';

const playbook = 'deployer-api.yaml';
const whose = ['--cluster', 'wonderland'];

interface Question {
  readonly what: string;
  readonly args: readonly string[];
  readonly answer: object;
}

const ofEachProtocol: readonly Question[] = [
  {
    what: 'JSON: the service runs',
    args: ['ecs', 'describe-services', ...whose, '--services', 'deployer-api'],
    answer: { services: [{ serviceName: 'deployer-api', status: 'ACTIVE', runningCount: 2 }], failures: [] },
  },
  {
    what: 'query: the load balancer is active',
    args: ['elbv2', 'describe-load-balancers', '--names', 'deployer-api'],
    answer: { LoadBalancers: [{ LoadBalancerName: 'deployer-api', State: { Code: 'active' } }] },
  },
  {
    what: 'REST: the zone is there',
    args: ['route53', 'list-hosted-zones-by-name'],
    answer: { HostedZones: [{ Name: 'wonderland.example.' }] },
  },
];

const others: readonly Question[] = [
  { what: 'the account', args: ['sts', 'get-caller-identity'], answer: { Account: '123456789012' } },
  { what: 'its alias', args: ['iam', 'list-account-aliases'], answer: { AccountAliases: ['wonderland-prod'] } },
  {
    what: 'the state entry',
    args: [
      ...['dynamodb', 'get-item', '--table-name', 'deployer-state'],
      ...['--key', JSON.stringify({ service: { S: 'deployer-api' } })],
    ],
    answer: { Item: { service: { S: 'deployer-api' }, status: { S: 'deployed' } } },
  },
];

describe.skipIf(!has('aws', '--version'))('the aws CLI', () => {
  const folder = makeFolder();
  let server: Server;
  beforeAll(async () => {
    server = await serveSandbox(folder);
    await folder.relight(['sandbox', 'seed', playbook], server.env);
    const deployed = await folder.relight(['recover', playbook, '--yes', '--confirm', 'deployer-api'], server.env);
    expect(deployed.code, deployed.stderr).toBe(0);
  });
  afterAll(async () => {
    await server.stop();
    folder[Symbol.dispose]();
  });

  /** Asked beside this process, which serves. */
  async function aws(...args: readonly string[]): Promise<unknown> {
    const python = { PYENV_ROOT: process.env['PYENV_ROOT'], PYENV_VERSION: process.env['PYENV_VERSION'] };
    const env = { ...python, ...cleanEnv(folder.path, server.env) };
    const options = { cwd: folder.path, env, encoding: 'utf8' } as const;
    const { stdout } = await promisify(execFile)('aws', [...args, '--no-paginate', '--output', 'json'], options);
    return stdout.trim() === '' ? {} : JSON.parse(stdout);
  }

  test.each(sized({ quick: ofEachProtocol, long: [...ofEachProtocol, ...others] }))('$what', async (asked) => {
    expect(await aws(...asked.args)).toMatchObject(asked.answer);
  });

  test('a refusal has its code', async () => {
    await expect(aws('ecs', 'describe-services', '--cluster', 'nowhere', '--services', 'x')).rejects.toThrow(
      /ClusterNotFoundException/,
    );
  });

  // The last one: it deletes.
  const more = sized({ quick: [], long: ['the record is there, and a service is deleted'] });
  test.each(more)('%s', async () => {
    const { HostedZones } = (await aws('route53', 'list-hosted-zones-by-name')) as { HostedZones: { Id: string }[] };
    const records = await aws('route53', 'list-resource-record-sets', '--hosted-zone-id', HostedZones[0]?.Id ?? '');
    expect(records).toMatchObject({
      ResourceRecordSets: expect.arrayContaining([
        expect.objectContaining({ Name: 'deployer-api.wonderland.example.', Type: 'CNAME', TTL: 60 }),
      ]) as unknown,
    });
    await aws('ecs', 'delete-service', ...whose, '--service', 'deployer-api', '--force');
    const status = await folder.relight(['status', playbook], server.env);
    expect(status.stdout).toMatch(/service +ecs\/service +(missing|settling)/);
  });
});
