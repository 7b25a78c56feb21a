// The main job by the aws CLI alone, against a served sandbox: a service is deployed piece by piece, looked at, and taken down.
// Each call starts a Python, so the quick run does the first part only. Always with --endpoint-url: Debian's CLI reads no
// AWS_ENDPOINT_URL, and would go to AWS.
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanEnv, has, makeFolder, serveSandbox, type Server } from '../cli/harness.ts';
import { sized } from '../helpers/sized.ts';
import { Names } from './recordings.ts';

interface Job {
  readonly args: readonly string[];
  /** Members of the answer; `<names>` are bound by the first that tells them, and put into later arguments. */
  readonly answer: unknown;
  /** The error code instead. */
  readonly refused?: string;
}

const vpc = 'vpc-1';
const subnets = ['subnet-a', 'subnet-b'];

const balancer: readonly Job[] = [
  { args: ['sts', 'get-caller-identity'], answer: { Account: '123456789012' } },
  {
    args: ['elbv2', 'create-load-balancer', '--name', 'web', '--subnets', ...subnets, '--security-groups', 'sg-1'],
    answer: { LoadBalancers: [{ LoadBalancerArn: '<balancer>', DNSName: '<host>', State: { Code: 'provisioning' } }] },
  },
  {
    args: [
      ...['elbv2', 'create-target-group', '--name', 'web', '--protocol', 'HTTP', '--port', '8080'],
      ...['--vpc-id', vpc, '--target-type', 'ip', '--health-check-path', '/health'],
    ],
    answer: { TargetGroups: [{ TargetGroupArn: '<group>' }] },
  },
  {
    args: [
      ...['elbv2', 'create-listener', '--load-balancer-arn', '<balancer>', '--protocol', 'HTTP', '--port', '80'],
      ...['--default-actions', 'Type=forward,TargetGroupArn=<group>'],
    ],
    answer: { Listeners: [{ ListenerArn: '<listener>' }] },
  },
  {
    args: ['elbv2', 'describe-listeners', '--load-balancer-arn', '<balancer>'],
    answer: { Listeners: [{ ListenerArn: '<listener>', Port: 80 }] },
  },
];

const containers = JSON.stringify([
  { name: 'web', image: 'web:1', essential: true, portMappings: [{ containerPort: 8080 }] },
]);
const batch = (action: string): string =>
  JSON.stringify({
    Changes: [
      {
        Action: action,
        ResourceRecordSet: {
          ...{ Name: 'web.wonderland.example', Type: 'CNAME', TTL: 60 },
          ResourceRecords: [{ Value: '<host>' }],
        },
      },
    ],
  });

const others: readonly Job[] = [
  { args: ['ecs', 'create-cluster', '--cluster-name', 'c'], answer: { cluster: { status: 'ACTIVE' } } },
  {
    args: [
      ...['ecs', 'register-task-definition', '--family', 'web', '--requires-compatibilities', 'FARGATE'],
      ...['--network-mode', 'awsvpc', '--cpu', '256', '--memory', '512', '--container-definitions', containers],
    ],
    answer: { taskDefinition: { revision: 1 } },
  },
  {
    args: [
      ...['ecs', 'create-service', '--cluster', 'c', '--service-name', 'web', '--task-definition', 'web:1'],
      ...['--desired-count', '1', '--launch-type', 'FARGATE'],
      ...['--network-configuration', 'awsvpcConfiguration={subnets=[subnet-a],securityGroups=[sg-1]}'],
      ...['--load-balancers', 'targetGroupArn=<group>,containerName=web,containerPort=8080'],
    ],
    answer: { service: { status: 'ACTIVE' } },
  },
  { args: ['ecs', 'wait', 'services-stable', '--cluster', 'c', '--services', 'web'], answer: {} },
  {
    args: ['route53', 'create-hosted-zone', '--name', 'wonderland.example', '--caller-reference', 'one'],
    answer: { HostedZone: { Id: '/hostedzone/<zone>' } },
  },
  {
    args: ['route53', 'change-resource-record-sets', '--hosted-zone-id', '<zone>', '--change-batch', batch('CREATE')],
    answer: { ChangeInfo: { Id: '<change>' } },
  },
  { args: ['route53', 'wait', 'resource-record-sets-changed', '--id', '<change>'], answer: {} },
  {
    args: [
      ...['dynamodb', 'create-table', '--table-name', 'state', '--billing-mode', 'PAY_PER_REQUEST'],
      ...['--attribute-definitions', 'AttributeName=service,AttributeType=S'],
      ...['--key-schema', 'AttributeName=service,KeyType=HASH'],
    ],
    answer: { TableDescription: { TableStatus: 'CREATING' } },
  },
  { args: ['dynamodb', 'wait', 'table-exists', '--table-name', 'state'], answer: {} },
  {
    args: ['ssm', 'put-parameter', '--name', '/web/version', '--type', 'String', '--value', 'v1'],
    answer: { Version: 1 },
  },
  {
    args: ['route53', 'change-resource-record-sets', '--hosted-zone-id', '<zone>', '--change-batch', batch('DELETE')],
    answer: { ChangeInfo: { Status: 'PENDING' } },
  },
  {
    args: ['ecs', 'delete-service', '--cluster', 'c', '--service', 'web', '--force'],
    answer: { service: { status: 'DRAINING' } },
  },
  { args: ['elbv2', 'delete-load-balancer', '--load-balancer-arn', '<balancer>'], answer: {} },
];

/** `aws-cli/2.9.19` */
function versionOf(program: string): string {
  const { stderr, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  // Old ones of version 1 say it there.
  return /^\S+/.exec(`${stdout}${stderr}`)?.[0] ?? program;
}

const refusal: Job = {
  args: ['elbv2', 'describe-load-balancers', '--names', 'nobody'],
  answer: undefined,
  refused: 'LoadBalancerNotFound',
};

/** `RELIGHT_AWS_CLI` names another one than that of the PATH. */
const cli = process.env['RELIGHT_AWS_CLI'] ?? 'aws';
const version = has(cli, '--version') ? versionOf(cli) : undefined;
if (version === undefined) console.info(`skipped: ${cli} is no aws CLI that runs (Debian: apt-get install awscli)`);

describe.skipIf(version === undefined)(`the main job by ${version ?? 'the aws CLI'}`, () => {
  const folder = makeFolder();
  const names = new Names();
  let server: Server;
  beforeAll(async () => {
    server = await serveSandbox(folder, ['--speed', '1200']);
    const items = [
      { kind: 'vpc', id: vpc },
      ...subnets.map((id) => ({ kind: 'subnet', id, vpc })),
      { kind: 'security-group', id: 'sg-1', vpc },
    ];
    const presumed = await fetch(`${server.url}/_relight/presume`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ region: 'eu-west-1', items }),
    });
    expect(presumed.status, await presumed.text()).toBe(200);
  });
  afterAll(async () => {
    await server.stop();
    folder[Symbol.dispose]();
  });

  /** Asked beside this process, which serves. */
  async function aws(args: readonly string[]): Promise<unknown> {
    const python = { PYENV_ROOT: process.env['PYENV_ROOT'], PYENV_VERSION: process.env['PYENV_VERSION'] };
    const env = { ...python, ...cleanEnv(folder.path, server.env), AWS_ENDPOINT_URL: undefined, AWS_PAGER: '' };
    const words = [...args, '--endpoint-url', server.url, '--region', 'eu-west-1', '--output', 'json'];
    const { stdout } = await promisify(execFile)(cli, words, { cwd: folder.path, env, encoding: 'utf8' });
    return stdout.trim() === '' ? {} : JSON.parse(stdout);
  }

  const jobs = sized({ quick: [...balancer, refusal], long: [...balancer, refusal, ...others] });
  test.each(jobs.map((job) => [job.args.slice(0, 3).join(' '), job] as const))('aws %s', async (_title, job) => {
    const args = names.fill(job.args) as readonly string[];
    if (job.refused === undefined) expect(names.differences(job.answer, await aws(args))).toEqual([]);
    else await expect(aws(args)).rejects.toThrow(job.refused);
  });
});
