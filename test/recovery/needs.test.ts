// What pieces need of others is looked for before anything is sent: missing it blocks, unseen it is told, and seen it is silent.
import { expect, describe, test } from 'vitest';
import type { PlannedComponent, Plan } from '../../src/plan/plan.ts';
import { plainPaint } from '../../src/report/paint.ts';
import { planText } from '../../src/report/plan-text.ts';
import { lose, presume } from '../../src/sandbox/index.ts';
import { deployedRig, mutations, playbookOf, readShipped, seededRig, stepIds, type Rig } from '../helpers/rig.ts';

const region = 'eu-west-1';
const account = '123456789012';
const certificate = `arn:aws:acm:${region}:${account}:certificate/11111111-2222-3333-4444-555555555555`;
const image = `${account}.dkr.ecr.${region}.amazonaws.com/shop/api:1.42`;
const secret = `arn:aws:secretsmanager:${region}:${account}:secret:db-AbCdEf`;
const key = '01234567-89ab-cdef-0123-456789abcdef';
const role = `arn:aws:iam::${account}:role/ecs-task-execution`;

/** The Deployer API with tasks that need something of everybody, and a parameter with a key of its own. */
const text = readShipped('deployer-api.yaml')
  .replace('maxDeletes: 8', 'maxDeletes: 30')
  .replace("default: 'registry.example/deployer-api:1.42'", `default: '${image}'`)
  .replace(
    "        - { name: api, image: '${params.image}', port: 8080 }",
    `        - name: api
          image: '\${params.image}'
          port: 8080
          secrets: { PASSWORD: '${secret}:password::', TOKEN: /shop/token, FLAG: 'arn:aws:ssm:${region}:${account}:parameter/flag' }
          logConfiguration:
            logDriver: awslogs
            options: { awslogs-group: /shop/api, awslogs-region: ${region}, awslogs-stream-prefix: api }`,
  )
  .replace(
    '\nverify:',
    `
  signing-key:
    type: ssm/parameter
    spec: { name: /shop/signing, type: String, value: x }
\nverify:`,
  )
  .replace(
    '{ name: /shop/signing, type: String, value: x }',
    `{ name: /shop/signing, type: SecureString, keyId: ${key}, secretValue: '\${params.signing}' }`,
  )
  .replace('params:', 'params:\n  signing: { type: string, sensitive: true }');

const params = { signing: 'not-a-word' };
const playbook = playbookOf(text, params);

function part({ components }: Plan, id: string): PlannedComponent {
  const found = components.find((each) => each.id === id);
  if (found === undefined) throw new Error(`${id} is not in the plan`);
  return found;
}

function isLook(operation: string): boolean {
  return looks.includes(operation);
}

const looks = [
  ...['DescribeSubnets', 'DescribeSecurityGroups', 'DescribeVpcs', 'DescribeCertificate', 'GetRole', 'DescribeSecret'],
  ...['DescribeImages', 'DescribeKey', 'DescribeLogGroups', 'DescribePullThroughCacheRules'],
];

/** What was asked of others' things since the wire was last cleared. */
function asked(rig: Rig): readonly string[] {
  return rig.wire.flatMap(({ operation }) => (isLook(operation) ? [operation] : []));
}

interface Case {
  readonly kind: string;
  readonly id: string;
  /** Who needs it. */
  readonly by: string;
  readonly operation: string;
  readonly words: string;
}

const cases: readonly Case[] = [
  {
    kind: 'subnet',
    id: 'subnet-a1',
    by: 'load-balancer',
    operation: 'DescribeSubnets',
    words: 'subnet subnet-a1 is not in eu-west-1',
  },
  {
    kind: 'subnet',
    id: 'subnet-b1',
    by: 'service',
    operation: 'DescribeSubnets',
    words: 'subnet subnet-b1 is not in eu-west-1',
  },
  {
    kind: 'security-group',
    id: 'sg-web',
    by: 'service',
    operation: 'DescribeSecurityGroups',
    words: 'security group sg-web is not in eu-west-1',
  },
  { kind: 'vpc', id: 'vpc-1', by: 'target-group', operation: 'DescribeVpcs', words: 'VPC vpc-1 is not in eu-west-1' },
  {
    kind: 'certificate',
    id: certificate,
    by: 'listener',
    operation: 'DescribeCertificate',
    words: `certificate ${certificate} is not in eu-west-1`,
  },
  {
    kind: 'role',
    id: role,
    by: 'task-definition',
    operation: 'GetRole',
    words: `role ${role} does not exist in account ${account}`,
  },
  {
    kind: 'secret',
    id: secret,
    by: 'task-definition',
    operation: 'DescribeSecret',
    words: `secret ${secret}:password:: is not in eu-west-1`,
  },
  {
    kind: 'parameter',
    id: '/shop/token',
    by: 'task-definition',
    operation: 'DescribeParameters',
    words: 'parameter /shop/token is not in eu-west-1',
  },
  {
    kind: 'parameter',
    id: `arn:aws:ssm:${region}:${account}:parameter/flag`,
    by: 'task-definition',
    operation: 'DescribeParameters',
    words: `parameter arn:aws:ssm:${region}:${account}:parameter/flag is not in eu-west-1`,
  },
  {
    kind: 'image',
    id: image,
    by: 'task-definition',
    operation: 'DescribeImages',
    words: `image ${image} is not in ECR`,
  },
  { kind: 'key', id: key, by: 'signing-key', operation: 'DescribeKey', words: `key ${key} is not in eu-west-1` },
  {
    kind: 'log-group',
    id: '/shop/api',
    by: 'task-definition',
    operation: 'DescribeLogGroups',
    words: 'log group /shop/api is not in eu-west-1',
  },
];

describe('a dark service', () => {
  test('whose pieces find all that they need is planned without a word of it', async () => {
    const rig = await seededRig(playbook);
    const { plan } = await rig.plan('repair');
    expect(plan.summary.blocked).toBe(0);
    expect(plan.components.flatMap(({ unchecked = [] }) => unchecked)).toEqual([]);
    expect(new Set(asked(rig))).toEqual(new Set(looks.filter((each) => each !== 'DescribePullThroughCacheRules')));
    expect(mutations(rig.wire)).toEqual([]);
  });

  test.each(cases)('without $kind $id: $by is blocked, in words', async ({ by, id, kind, words }) => {
    const rig = await seededRig(playbook);
    lose(rig.world, { kind, id, region });
    const { plan } = await rig.plan('repair');
    const { because, blockedBy, disposition } = part(plan, by);
    expect([disposition, blockedBy]).toEqual(['blocked', by]);
    expect(because).toContain(words);
    expect(because).toMatch(/; would be: create \(missing.*\)\. [A-Z]/);
    expect(stepIds(plan).filter((each) => each.startsWith(`${by}.`))).toEqual([]);
  });

  test.each(cases)(
    'whose $kind may not be looked at is planned all the same, and told',
    async ({ by, id, kind, operation }) => {
      const rig = await seededRig(playbook);
      lose(rig.world, { kind, id, region });
      rig.faults.add({ kind: 'access-denied', operation });
      const { plan } = await rig.plan('repair');
      expect(part(plan, by).disposition).toBe('create');
      const shown = planText(plan, plainPaint);
      expect(shown).toContain('What could not be checked');
      expect(part(plan, by).unchecked?.join('\n')).toMatch(
        /^whether .* is there: (AccessDenied|UnauthorizedOperation)/m,
      );
    },
  );
});

describe('a certificate', () => {
  test('that has expired is none', async () => {
    const rig = await seededRig(playbook);
    const notAfter = rig.clock.now() - 1_000;
    presume(rig.world, [{ kind: 'certificate', arn: certificate, notAfter }]);
    const { plan } = await rig.plan('repair');
    const since = new Date(notAfter).toISOString();
    expect(part(plan, 'listener').because).toContain(`certificate ${certificate} has expired (${since})`);
  });

  test('that nobody has validated is none', async () => {
    const rig = await seededRig(playbook);
    presume(rig.world, [{ kind: 'certificate', arn: certificate, status: 'PENDING_VALIDATION' }]);
    const { plan } = await rig.plan('repair');
    expect(part(plan, 'listener').because).toContain(`certificate ${certificate} is not issued (PENDING_VALIDATION)`);
  });

  test('of another region is not asked for: its ARN tells', async () => {
    const away = certificate.replace(region, 'us-east-1');
    const rig = await seededRig(playbookOf(text.replaceAll(certificate, away), params));
    const { plan } = await rig.plan('repair');
    expect(part(plan, 'listener').because).toContain(`certificate ${away} is not in eu-west-1`);
    expect(asked(rig)).not.toContain('DescribeCertificate');
  });

  test('that is gone when all is to be made anew: nothing is deleted', async () => {
    const rig = await deployedRig(readShipped('deployer-api.yaml').replace('maxDeletes: 8', 'maxDeletes: 30'));
    lose(rig.world, { kind: 'certificate', id: certificate, region });
    rig.wire.length = 0;
    const { plan } = await rig.plan('rebuild', { allowDowntime: true });
    expect(part(plan, 'listener').because).toContain(`certificate ${certificate} is not in eu-west-1`);
    for (const id of ['service', 'load-balancer', 'target-group', 'listener', 'health-check']) {
      expect([id, part(plan, id).disposition]).toEqual([id, 'blocked']);
    }
    expect(plan.steps.filter((step) => step.destructive).map(({ id }) => id)).toEqual([]);
    expect(mutations(rig.wire)).toEqual([]);
  });

  test('that goes after the plan was made: the old listener stays', async () => {
    const rig = await deployedRig(readShipped('deployer-api.yaml').replace('maxDeletes: 8', 'maxDeletes: 30'));
    const planned = await rig.plan('rebuild', { allowDowntime: true }, 'change');
    expect(stepIds(planned.plan)).toContain('listener.delete');
    lose(rig.world, { kind: 'certificate', id: certificate, region });
    const { report } = await rig.run(planned, { verify: false });
    const failed = report.steps.find(({ id }) => id === 'listener.delete');
    expect(failed?.error).toMatchObject({
      class: 'lacking',
      message: expect.stringContaining(
        `it could not be made again: certificate ${certificate} is not in eu-west-1`,
      ) as string,
    });
    expect(mutations(rig.wire).map(({ operation }) => operation)).not.toContain('DeleteListener');
  });
});

describe('a change', () => {
  test('asks for nothing that the piece has already', async () => {
    const rig = await deployedRig(readShipped('deployer-api.yaml'));
    lose(rig.world, { kind: 'subnet', id: 'subnet-a1', region });
    const more = playbookOf(
      readShipped('deployer-api.yaml').replace(
        'network: { subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }',
        'network: { subnets: [subnet-a1, subnet-b1], securityGroups: [sg-other] }',
      ),
    );
    const changed = rig.withPlaybook(more);
    changed.wire.length = 0;
    const { plan } = await changed.plan('repair', { allowDowntime: true });
    expect(part(plan, 'service').because).toContain('security group sg-other is not in eu-west-1; would be: update');
    expect(asked(changed)).toEqual(['DescribeSecurityGroups']);
  });

  test('of nothing asks for nothing', async () => {
    const rig = await deployedRig(readShipped('deployer-api.yaml'));
    rig.wire.length = 0;
    await rig.plan('repair');
    expect(asked(rig)).toEqual([]);
  });
});

test('a service that is made anew is asked for what its task definition, which stays, needs', async () => {
  const withImage = readShipped('deployer-api.yaml').replace(
    "default: 'registry.example/deployer-api:1.42'",
    `default: '${image}'`,
  );
  const rig = await deployedRig(withImage);
  lose(rig.world, { kind: 'image', id: image, region });
  const { plan } = await rig.plan('rebuild', { allowDowntime: true });
  expect(part(plan, 'task-definition').disposition).toBe('keep');
  expect(part(plan, 'service').because).toContain(
    `image ${image} is not in ECR, which task-definition needs; would be: replace`,
  );
  expect(stepIds(plan)).not.toContain('service.delete');
});

test('what a component of the playbook makes is judged with the graph', async () => {
  const own = text
    .replace('TOKEN: /shop/token', "TOKEN: '${token.arn}', OWN: /shop/own")
    .replace(
      '\n  signing-key:',
      '\n  token:\n    type: ssm/parameter\n    spec: { name: /shop/own, type: String, value: x }\n\n  signing-key:',
    );
  const rig = await seededRig(playbookOf(own, params));
  lose(rig.world, { kind: 'parameter', id: '/shop/own', region });
  const { plan } = await rig.plan('repair');
  expect(part(plan, 'task-definition').disposition).toBe('create');
});

test('ten services cost less than twice what one costs', async () => {
  const service = (name: string): string => `
  ${name}-tasks:
    type: ecs/task-definition
    spec:
      family: ${name}
      executionRole: ${role}
      containers: [{ name: api, image: '${image.replace('1.42', name)}', port: 8080 }]
  ${name}:
    type: ecs/service
    spec:
      cluster: '\${cluster.arn}'
      name: ${name}
      taskDefinition: '\${${name}-tasks.arn}'
      network: { subnets: [subnet-${name}, subnet-b1], securityGroups: [sg-${name}] }
`;
  const head = `apiVersion: relight/v1
kind: Playbook
metadata: { name: many }
target: { account: '${account}', region: ${region} }
root: api-0
components:
  cluster: { type: ecs/cluster, spec: { name: many } }
`;
  const cost = async (count: number): Promise<number> => {
    const names = Array.from({ length: count }, (_, index) => `api-${index}`);
    const rig = await seededRig(playbookOf(head + names.map(service).join('')));
    const { plan } = await rig.plan('repair');
    expect(plan.summary.blocked).toBe(0);
    return asked(rig).length;
  };
  const [one, ten] = [await cost(1), await cost(10)];
  expect(one).toBe(4);
  expect(ten).toBeLessThan(2 * one);
});

describe('an image that is missing', () => {
  test('conceals none of its repository that is there', async () => {
    const two = text.replace(
      '        - name: api\n',
      `        - { name: side, image: '${image.replace('1.42', 'side')}' }\n        - name: api\n`,
    );
    const rig = await seededRig(playbookOf(two, params));
    lose(rig.world, { kind: 'image', id: image.replace('1.42', 'side'), region });
    const { plan } = await rig.plan('repair');
    const { because } = part(plan, 'task-definition');
    expect(because).toContain(`image ${image.replace('1.42', 'side')} is not in ECR`);
    expect(because).not.toContain(`image ${image} `);
  });
});

test('a record whose zone is gone is blocked before anything is sent', async () => {
  const rig = await seededRig(playbookOf(readShipped('deployer-api.yaml')));
  const elsewhere = rig.withPlaybook(
    playbookOf(readShipped('deployer-api.yaml').replaceAll('wonderland.example', 'never.example')),
  );
  const { plan } = await elsewhere.plan('repair');
  expect(part(plan, 'cname').because).toContain('hosted zone never.example does not exist; would be: create');
  expect(stepIds(plan)).not.toContain('cname.create');
});
