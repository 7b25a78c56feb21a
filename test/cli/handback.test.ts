// A service that belongs to Terraform, and to a stack: what the plan says of that, and what a run is handed back with. The pieces are
// lost in the embedded AWS and brought back; tags that only CloudFormation may write are written into its world.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jsonOf, makeFolder, normalise, transcript, type Folder, type Outcome } from './harness.ts';
import { planJson, recoverJson } from './schemas.ts';

// A module of the older kind, without types of its own.
const { parse } = createRequire(import.meta.url)('@cdktf/hcl2json') as {
  readonly parse: (file: string, text: string) => Promise<Record<string, unknown>>;
};

const playbook = 'deployer-api.yaml';
const approval = ['--yes', '--confirm', 'deployer-api'];

interface Tagged {
  readonly arn: string;
  tags: Record<string, string>[];
}

interface World {
  readonly regions: Readonly<
    Record<
      string,
      {
        readonly elbv2: Readonly<Record<'loadBalancers' | 'targetGroups' | 'listeners', Record<string, Tagged>>>;
        readonly ecs: { readonly services: Record<string, Tagged> };
      }
    >
  >;
}

const worldFile = (folder: Folder): string => folder.file('.relight/sandbox.json');
const worldOf = (folder: Folder): World => JSON.parse(readFileSync(worldFile(folder), 'utf8')) as World;
const first = (pieces: Record<string, Tagged> | undefined): Tagged => {
  const [piece] = Object.values(pieces ?? {});
  if (piece === undefined) throw new Error('there is no such piece');
  return piece;
};

/** The pieces of the world that a stack has made. */
function piecesIn(world: World): Readonly<Record<'LoadBalancer' | 'TargetGroup' | 'Listener' | 'Service', Tagged>> {
  const local = world.regions['eu-west-1'];
  return {
    LoadBalancer: first(local?.elbv2.loadBalancers),
    TargetGroup: first(local?.elbv2.targetGroups),
    Listener: first(local?.elbv2.listeners),
    Service: first(local?.ecs.services),
  };
}

const stackId = 'arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-prod/11111111-2222-3333-4444-555555555555';

/** As CloudFormation does it, and nobody else may [CloudFormation user guide, "Resource tag"]. */
function putStackTags(folder: Folder): void {
  const world = worldOf(folder);
  for (const [logicalId, piece] of Object.entries(piecesIn(world))) {
    const [name, value] = logicalId === 'Service' ? ['key', 'value'] : ['Key', 'Value'];
    const tags = { 'stack-name': 'shop-prod', 'stack-id': stackId, 'logical-id': logicalId };
    piece.tags = [
      ...piece.tags,
      ...Object.entries(tags).map(([key, each]) => ({ [name]: `aws:cloudformation:${key}`, [value]: each })),
    ];
  }
  writeFileSync(worldFile(folder), JSON.stringify(world));
}

const secret = 'hunter2-hunter2';

/** What Terraform would have written of these pieces: ids and names as they are now. */
function terraformState(folder: Folder, account = '123456789012'): string {
  const { Listener, LoadBalancer, Service, TargetGroup } = piecesIn(worldOf(folder));
  const arn = (piece: Tagged): string => piece.arn.replace('123456789012', account);
  const resource = (
    type: string,
    name: string,
    attributes: object,
    more: object = {},
    sensitive: object[] = [],
  ): object => ({
    mode: 'managed',
    type,
    name,
    provider: 'provider["registry.terraform.io/hashicorp/aws"]',
    instances: [{ schema_version: 0, attributes, sensitive_attributes: sensitive, ...more }],
  });
  const balancer = {
    arn: arn(LoadBalancer),
    id: arn(LoadBalancer),
    name: 'deployer-api',
    load_balancer_type: 'application',
  };
  const marked = [[{ type: 'get_attr', value: 'value' }]];
  return JSON.stringify({
    version: 4,
    terraform_version: '1.11.4',
    serial: 7,
    lineage: 'x',
    outputs: {},
    resources: [
      {
        ...resource('aws_lb', 'this', { ...balancer, idle_timeout: 77 }, { index_key: 'web' }),
        module: 'module.front',
      },
      resource('aws_lb_target_group', 'web', {
        ...{
          arn: arn(TargetGroup),
          id: arn(TargetGroup),
          name: 'deployer-api',
          load_balancer_arns: [arn(LoadBalancer)],
        },
      }),
      resource('aws_lb_listener', 'web', {
        ...{
          arn: arn(Listener),
          id: arn(Listener),
          load_balancer_arn: arn(LoadBalancer),
          port: 443,
          protocol: 'HTTPS',
        },
      }),
      resource('aws_lb_listener_certificate', 'more', { id: `${arn(Listener)}_cert`, listener_arn: arn(Listener) }),
      resource('aws_ecs_service', 'web', {
        id: arn(Service),
        name: 'deployer-api',
        cluster: 'wonderland',
        desired_count: 2,
      }),
      resource('aws_ssm_parameter', 'password', { name: '/p', value: secret }, {}, marked),
    ],
  });
}

/** Ids that AWS makes up, each by its number in the text. */
function numbered(text: string, folder: Folder): string {
  const ids = new Map<string, string>();
  return normalise(text, folder).replaceAll(/\b[0-9a-f]{16}\b/g, (id) => {
    if (!ids.has(id)) ids.set(id, `<id ${ids.size + 1}>`);
    return ids.get(id) ?? id;
  });
}

const folder = makeFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});
const run = (...args: string[]): Promise<Outcome> => folder.relight(args);

async function fine(...args: string[]): Promise<Outcome> {
  const outcome = await run(...args);
  expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
  return outcome;
}

async function golden(name: string, args: readonly string[], code: number): Promise<Outcome> {
  const outcome = await run(...args);
  await expect(numbered(transcript(folder, args, outcome), folder)).toMatchFileSnapshot(
    `../golden/handback-${name}.txt`,
  );
  expect(outcome.code, outcome.stderr).toBe(code);
  expect(outcome.stdout + outcome.stderr).not.toContain(secret);
  return outcome;
}

const template = {
  Parameters: { Zone: { Type: 'String' } },
  Resources: {
    LoadBalancer: {
      Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      Metadata: { 'aws:cdk:path': 'shop-prod/Service/LB/Resource' },
      Properties: { Name: 'deployer-api' },
    },
    Listener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      DependsOn: ['LoadBalancer', 'TargetGroup'],
      Properties: { LoadBalancerArn: { Ref: 'LoadBalancer' }, Port: 443 },
    },
    TargetGroup: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { Name: 'deployer-api' } },
    Service: { Type: 'AWS::ECS::Service', DependsOn: 'Listener', Properties: { Cluster: 'wonderland' } },
    Record: {
      Type: 'AWS::Route53::RecordSet',
      Properties: {
        Name: { 'Fn::Sub': 'x.${Zone}' },
        ResourceRecords: [{ 'Fn::GetAtt': ['LoadBalancer', 'DNSName'] }],
        Comment: {
          'Fn::Sub': ['${LoadBalancer.LoadBalancerName} ${word}', { word: { 'Fn::GetAtt': 'LoadBalancer.Nonsense' } }],
        },
      },
    },
  },
  Outputs: { Arn: { Value: { Ref: 'Listener' } } },
};

let old: ReturnType<typeof piecesIn>;

beforeAll(async () => {
  await fine('sandbox', 'seed', playbook, '--sandbox');
  await fine('recover', playbook, '--sandbox', ...approval);
  putStackTags(folder);
  await fine('status', playbook, '--sandbox');
  old = piecesIn(worldOf(folder));
  writeFileSync(folder.file('terraform.tfstate'), terraformState(folder));
  writeFileSync(folder.file('staging.tfstate'), terraformState(folder, '210987654321'));
  await fine('sandbox', 'break', playbook, 'service', 'load-balancer', '--sandbox');
}, 120_000);

describe('the plan', () => {
  test('says who manages what it changes, and what the change is to them', async () => {
    const outcome = await run('plan', playbook, '--sandbox', '--state', 'terraform.tfstate', '--json');
    const { components } = z.object({ components: z.array(z.looseObject({ id: z.string() })) }).parse(jsonOf(outcome));
    expect(() => planJson.parse(jsonOf(outcome))).not.toThrow();
    const managed = Object.fromEntries(
      components.flatMap((each) => ('managedBy' in each ? [[each.id, each['managedBy']]] : [])),
    );
    const stack = { tool: 'cloudformation', stack: 'shop-prod', stackId };
    const state = { tool: 'terraform', state: 'terraform.tfstate' };
    expect(managed).toEqual({
      'load-balancer': [
        { ...stack, logicalId: 'LoadBalancer', meaning: 'new-id' },
        { ...state, address: 'module.front.aws_lb.this["web"]', meaning: 'new-id' },
      ],
      listener: [
        { ...stack, logicalId: 'Listener', meaning: 'new-id' },
        { ...state, address: 'aws_lb_listener.web', meaning: 'new-id' },
      ],
      service: [
        { ...stack, logicalId: 'Service', meaning: 'same-id' },
        { ...state, address: 'aws_ecs_service.web', meaning: 'same-id' },
      ],
    });
  });

  test('has a line for each of them', async () => {
    const { stdout } = await run('plan', playbook, '--sandbox', '--state', 'terraform.tfstate');
    expect(stdout.split('\n').filter((each) => each.includes('managed by'))).toEqual([
      '        managed by CloudFormation stack shop-prod (LoadBalancer): its id changes; hand back afterwards: relight handback <run> --to cloudformation',
      '        managed by Terraform (module.front.aws_lb.this["web"]): its id changes; hand back afterwards: relight handback <run> --to terraform',
      '        managed by CloudFormation stack shop-prod (Listener): its id changes; hand back afterwards: relight handback <run> --to cloudformation',
      '        managed by Terraform (aws_lb_listener.web): its id changes; hand back afterwards: relight handback <run> --to terraform',
      '        managed by CloudFormation stack shop-prod (Service): its id stays the same, and needs no handing back',
      '        managed by Terraform (aws_ecs_service.web): its id stays the same, and needs no handing back',
    ]);
  });

  test('counts them where there are many', async () => {
    const { stdout } = await run(
      'plan',
      playbook,
      '--sandbox',
      '--strategy',
      'rebuild',
      '--state',
      'terraform.tfstate',
    );
    expect(stdout.split('\n').filter((each) => each.includes('managed by'))).toEqual([
      '  4 pieces managed by CloudFormation stack shop-prod: 3 with a new id and 1 made again under the same id; hand back afterwards: relight handback <run> --to cloudformation',
      '  4 pieces managed by Terraform (terraform.tfstate): 3 with a new id and 1 made again under the same id; hand back afterwards: relight handback <run> --to terraform',
    ]);
  });

  test('that is saved is run as any other', async () => {
    const args = ['plan', playbook, '--sandbox', '--state', 'terraform.tfstate', '--out', 'plan.json'];
    expect((await run(...args)).code).toBe(2);
    const outcome = await run('recover', '--plan', 'plan.json', '--sandbox', '--yes');
    // Refused for want of a word that names it, and for nothing that stands in it.
    expect(outcome.code, outcome.stderr).toBe(3);
    expect(outcome.stderr).toContain('--confirm deployer-api');
  });

  test('is not told by the state of another account', async () => {
    const outcome = await run('plan', playbook, '--sandbox', '--state', 'staging.tfstate');
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toContain(
      'refused: staging.tfstate tells of another place: module.front.aws_lb.this["web"] is of account 210987654321. Nothing was changed.',
    );
  });

  test('is not told by what is no state', async () => {
    writeFileSync(folder.file('main.tf'), 'resource "aws_lb" "web" {\n}\n');
    const outcome = await run('plan', playbook, '--sandbox', '--state', 'main.tf');
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toBe(
      "main.tf is Terraform's configuration, and tells no ids. Give a state: in the directory of the configuration: " +
        'terraform show -json > state.json\n',
    );
  });
});

describe('known good from a state', () => {
  test('is kept of what relight has not seen itself, for its owner alone', async () => {
    const outcome = await fine('known-good', 'import', playbook, 'terraform.tfstate', '--sandbox', '--json');
    expect(jsonOf(outcome)).toMatchObject({ name: null, kept: [] });
    const forced = await fine('known-good', 'import', playbook, 'terraform.tfstate', '--sandbox', '--over', '--json');
    expect(jsonOf(forced)).toMatchObject({
      version: 1,
      from: 'terraform.tfstate',
      kept: [
        { component: 'load-balancer', address: 'module.front.aws_lb.this["web"]' },
        { component: 'target-group', address: 'aws_lb_target_group.web' },
        { component: 'listener', address: 'aws_lb_listener.web' },
        { component: 'service', address: 'aws_ecs_service.web' },
      ],
    });
    const { name } = z.object({ name: z.string() }).parse(jsonOf(forced));
    const root = folder.file('.relight/known-good');
    const file = readdirSync(root, { recursive: true, encoding: 'utf8' }).find((each) => each.endsWith(`${name}.json`));
    expect(statSync(join(root, file ?? '')).mode & 0o777).toBe(0o600);
    const shown = await fine('known-good', 'show', playbook, 'load-balancer', '--of', name, '--sandbox');
    expect(shown.stdout).toContain('as terraform.tfstate tells');
    expect(shown.stdout).toContain('idle_timeout.timeout_seconds: "77"');
    await fine('known-good', 'forget', playbook, '--of', name, '--sandbox');
  });

  test('is where a lost piece has its settings from, on a machine that has never seen it', async () => {
    const elsewhere = makeFolder();
    writeFileSync(elsewhere.file('terraform.tfstate'), readFileSync(folder.file('terraform.tfstate')));
    const relight = (...args: string[]): Promise<Outcome> => elsewhere.relight([...args, '--sandbox']);
    await relight('sandbox', 'seed', playbook);
    expect((await relight('known-good', 'import', playbook, 'terraform.tfstate')).code).toBe(0);
    const plan = await relight('plan', playbook, '--verbose');
    expect(plan.stdout).toContain('= attributes.idle_timeout.timeout_seconds');
    const outcome = await relight('recover', playbook, ...approval);
    expect(outcome.code, outcome.stdout).toBe(0);
    const { attributes } = z
      .object({ attributes: z.record(z.string(), z.string()) })
      .parse(piecesIn(worldOf(elsewhere)).LoadBalancer);
    expect(attributes['idle_timeout.timeout_seconds']).toBe('77');
    elsewhere[Symbol.dispose]();
  }, 60_000);
});

describe('after the run', () => {
  beforeAll(async () => {
    const outcome = await fine('recover', playbook, '--sandbox', '--state', 'terraform.tfstate', ...approval);
    expect(outcome.stdout).toMatch(
      /\nnew ids: load-balancer, listener; hand them back: relight handback \S+ --to cloudformation\nnew ids: load-balancer, listener; hand them back: relight handback \S+ --to terraform --state terraform\.tfstate\n/,
    );
    const report = await fine('runs', 'show', 'last', '--json');
    const { journal, ...told } = z.looseObject({ journal: z.object({ torn: z.literal(false) }) }).parse(jsonOf(report));
    expect(journal.torn).toBe(false);
    expect(recoverJson.safeParse(told)).toMatchObject({ success: true });
  }, 60_000);

  test('Terraform is told by import blocks', () => golden('terraform', ['handback', 'last', '--to', 'terraform'], 0));

  test('the blocks are what Terraform reads', async () => {
    const args = ['handback', 'last', '--to', 'terraform', '--out', 'relight-imports.tf'];
    const outcome = await golden('terraform-out', args, 0);
    expect(outcome.stdout).not.toContain('import {');
    const now = piecesIn(worldOf(folder));
    const read = await parse('relight-imports.tf', readFileSync(folder.file('relight-imports.tf'), 'utf8'));
    expect(read).toEqual({
      import: [
        { to: '${module.front.aws_lb.this["web"]}', id: now.LoadBalancer.arn },
        { to: '${aws_lb_listener.web}', id: now.Listener.arn },
      ],
    });
    expect(now.LoadBalancer.arn).not.toBe(old.LoadBalancer.arn);
    // It may be written again, and over nothing else.
    await fine(...args);
    const wrong = await run('handback', 'last', '--to', 'terraform', '--out', playbook);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('is no file of import blocks that relight wrote');
  });

  test('an older Terraform is told by commands', async () => {
    writeFileSync(
      folder.file('old.tfstate'),
      readFileSync(folder.file('terraform.tfstate'), 'utf8').replace('"1.11.4"', '"1.4.6"'),
    );
    await golden('terraform-old', ['handback', 'last', '--to', 'terraform', '--state', 'old.tfstate'], 0);
  });

  test('a state that knows the new ids needs nothing', async () => {
    writeFileSync(folder.file('new.tfstate'), terraformState(folder));
    const outcome = await fine('handback', 'last', '--to', 'terraform', '--state', 'new.tfstate', '--json');
    expect(jsonOf(outcome)).toMatchObject({
      imports: [],
      referrers: [],
      same: [
        { component: 'load-balancer', because: 'the state has its id already' },
        { component: 'listener', because: 'the state has its id already' },
        { component: 'service', because: 'made again under the same id' },
      ],
      steps: [{ command: 'terraform plan' }],
    });
  });

  test('an address that the state does not tell is told by hand', async () => {
    writeFileSync(
      folder.file('empty.tfstate'),
      JSON.stringify({ version: 4, terraform_version: '1.11.4', resources: [] }),
    );
    const args = ['handback', 'last', '--to', 'terraform', '--state', 'empty.tfstate'];
    await golden('terraform-unaddressed', args, 4);
    const told = await run(...args, '--address', 'listener=aws_lb_listener.web', '--json');
    expect(jsonOf(told)).toMatchObject({
      imports: [{ component: 'listener', address: 'aws_lb_listener.web', was: null }],
    });
    const wrong = await run(...args, '--address', 'nobody=aws_lb.x');
    expect(wrong.stderr).toMatch(/^--address nobody: run \S+ changed no such component; it changed load-balancer, /);
  });

  test('a stack is told by resources to import', () =>
    golden('cloudformation', ['handback', 'last', '--to', 'cloudformation'], 0));

  test('a stack has the templates made from its own', async () => {
    writeFileSync(folder.file('template.json'), JSON.stringify(template));
    const args = [
      'handback',
      'last',
      '--to',
      'cloudformation',
      '--template',
      'template.json',
      '--out',
      'resources.json',
    ];
    await golden('cloudformation-templates', args, 0);
    const read = (name: string): unknown => JSON.parse(readFileSync(folder.file(name), 'utf8'));
    const { Listener, LoadBalancer } = piecesIn(worldOf(folder));
    const toImport = z.array(
      z.strictObject({
        ResourceType: z.string(),
        LogicalResourceId: z.string(),
        ResourceIdentifier: z.record(z.string(), z.string()),
      }),
    );
    expect(toImport.parse(read('resources.json'))).toEqual([
      {
        ResourceType: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        LogicalResourceId: 'LoadBalancer',
        ResourceIdentifier: { LoadBalancerArn: LoadBalancer.arn },
      },
      {
        ResourceType: 'AWS::ElasticLoadBalancingV2::Listener',
        LogicalResourceId: 'Listener',
        ResourceIdentifier: { ListenerArn: Listener.arn },
      },
    ]);
    const { Record, Service, TargetGroup } = template.Resources;
    const dnsName = z.object({ dnsName: z.string() }).parse(LoadBalancer).dnsName;
    const without = {
      Parameters: template.Parameters,
      Resources: {
        TargetGroup,
        Service: { Type: Service.Type, Properties: Service.Properties },
        Record: {
          ...Record,
          Properties: {
            Name: { 'Fn::Sub': 'x.${Zone}' },
            ResourceRecords: [dnsName],
            // Of what nobody knows, the text stays.
            Comment: {
              'Fn::Sub': ['deployer-api ${word}', { word: { 'Fn::GetAtt': 'LoadBalancer.Nonsense' } }],
            },
          },
        },
      },
      Outputs: { Arn: { Value: Listener.arn } },
    };
    expect(read('shop-prod-2-without.json')).toEqual(without);
    expect(read('shop-prod-1-retain.json')).toMatchObject({
      Resources: {
        LoadBalancer: {
          DeletionPolicy: 'Retain',
          Metadata: { 'aws:cdk:path': 'shop-prod/Service/LB/Resource', 'relight:handback': 'it goes by a new id' },
        },
        Listener: { DeletionPolicy: 'Retain', Metadata: { 'relight:handback': 'it goes by a new id' } },
        TargetGroup,
      },
    });
    expect(read('shop-prod-3-import.json')).toEqual({
      ...without,
      Resources: {
        ...without.Resources,
        LoadBalancer: { ...template.Resources.LoadBalancer, DeletionPolicy: 'Retain' },
        Listener: {
          Type: template.Resources.Listener.Type,
          DeletionPolicy: 'Retain',
          DependsOn: ['TargetGroup'],
          Properties: { LoadBalancerArn: LoadBalancer.arn, Port: 443 },
        },
      },
    });
  });

  test('a template in YAML, and that of another stack, are told apart', async () => {
    writeFileSync(folder.file('template.yaml'), 'Resources:\n  LoadBalancer: {}\n');
    writeFileSync(folder.file('other.json'), JSON.stringify({ Resources: { X: { Type: 'AWS::S3::Bucket' } } }));
    const told = async (file: string): Promise<string> => {
      const args = ['--to', 'cloudformation', '--out', 'r.json', '--template', file];
      const outcome = await run('handback', 'last', ...args);
      expect(outcome.code).toBe(1);
      return outcome.stderr;
    };
    expect(await told('template.yaml')).toContain(
      'template.yaml is no JSON: a template in YAML has to be changed by hand',
    );
    expect(await told('other.json')).toContain(
      "has no LoadBalancer of type AWS::ElasticLoadBalancingV2::LoadBalancer: it is another stack's, or of another time",
    );
    expect(existsSync(folder.file('r.json'))).toBe(false);
  });

  test('what is asked for wrongly is told', async () => {
    const told = async (...args: string[]): Promise<string> => {
      const outcome = await run('handback', ...args);
      expect(outcome.code).toBe(1);
      return outcome.stderr;
    };
    expect(await told('last')).toBe('handback needs --to terraform or --to cloudformation\n');
    expect(await told('last', '--to', 'pulumi')).toBe(
      'handback needs --to terraform or --to cloudformation, not pulumi\n',
    );
    expect(await told('last', '--to', 'cloudformation', '--state', 'x')).toBe(
      '--state says nothing to cloudformation\n',
    );
    expect(await told('last', '--to', 'terraform', '--state', 'nowhere.json')).toMatch(
      /^nowhere\.json cannot be read \(ENOENT\)/,
    );
    expect(await told('last', '--to', 'cloudformation', '--stack', 'x')).toBe(
      '--stack x: the run concerns no such stack; there are shop-prod\n',
    );
  });

  test('what a later run has changed again is that one’s to tell', async () => {
    const runs = jsonOf(await fine('runs', 'list', '--json'));
    const { runs: listed } = z.object({ runs: z.array(z.object({ runId: z.string() })) }).parse(runs);
    const [last] = listed;
    await fine('sandbox', 'break', playbook, 'service', 'load-balancer', '--sandbox');
    await fine('recover', playbook, '--sandbox', ...approval);
    const outcome = await run('handback', last?.runId ?? '', '--to', 'terraform', '--json');
    expect(outcome.code).toBe(4);
    const { imports, untold } = z
      .object({
        imports: z.array(z.unknown()),
        untold: z.array(z.object({ component: z.string(), because: z.string() })),
      })
      .parse(jsonOf(outcome));
    expect(imports).toEqual([]);
    expect(untold.map(({ component }) => component)).toContain('load-balancer');
    expect(untold[0]?.because).toMatch(/^run \S+ has changed it again since: hand that one back$/);
  }, 60_000);

  test('what is changed in place is drift, and what is taken down is gone', async () => {
    const changed = readFileSync(folder.file(playbook), 'utf8').replace(
      'healthCheck: { path: /health }',
      'healthCheck: { path: /up }',
    );
    writeFileSync(folder.file('changed.yaml'), changed);
    const plan = await run('plan', 'changed.yaml', '--sandbox', '--state', 'terraform.tfstate');
    expect(plan.stdout.split('\n').filter((each) => each.includes('managed by'))).toEqual([
      '        managed by CloudFormation stack shop-prod (TargetGroup): changed in place, which is drift to the stack until its template says the same',
      '        managed by Terraform (aws_lb_target_group.web): changed in place: its next plan takes back what its configuration does not say',
    ]);
    await fine('recover', 'changed.yaml', '--sandbox', ...approval);
    const note = { component: 'target-group', logicalId: 'TargetGroup' };
    const drifted = await fine('handback', 'last', '--to', 'cloudformation', '--json');
    expect(jsonOf(drifted)).toMatchObject({
      stacks: [{ stack: 'shop-prod', imports: [], drifted: [{ ...note, because: 'changed in place' }], gone: [] }],
    });
    await fine('teardown', 'changed.yaml', '--sandbox', '--allow-downtime', ...approval);
    const gone = await fine('handback', 'last', '--to', 'cloudformation', '--json');
    expect(jsonOf(gone)).toMatchObject({ stacks: [{ drifted: [], gone: [{ ...note, because: 'deleted' }] }] });
    const { stdout } = await fine('handback', 'last', '--to', 'terraform');
    expect(stdout).toContain(
      'Deleted, and still in the state: the next apply makes them again, unless the configuration loses them too\n' +
        '  load-balancer  module.front.aws_lb.this["web"]\n  target-group   aws_lb_target_group.web\n' +
        '  listener       aws_lb_listener.web\n  service        aws_ecs_service.web\n',
    );
  }, 60_000);
});
