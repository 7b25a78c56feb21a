// Facts of two services held against each other: what differs, what only looks different, what nobody can tell.
import { describe, expect, test } from 'vitest';
import { compareFacts } from '../../../src/compare/compare.ts';
import { unexpectedIn, type FactDifference } from '../../../src/compare/comparison.ts';
import { headlineOf, labelsOf } from '../../../src/compare/words.ts';
import type { Json } from '../../../src/util/json.ts';
import { expectation, missing, named, piece, production, side, staging, unknown } from './sides.ts';

const labels = { left: 'staging', right: 'production' };

/** What differs in one field between staging and production. */
function differing(left: Json | undefined, right: Json | undefined, field = 'setting'): readonly string[] {
  const fields = (value: Json | undefined): Readonly<Record<string, Json>> =>
    value === undefined ? {} : { [field]: value };
  const { differences } = compareFacts(
    side([piece('api', fields(left)), piece('balancer')], {
      account: staging,
      region: 'eu-west-1',
      names: namesOf(staging, 'eu-west-1', 'a'.repeat(16)),
    }),
    side([piece('api', fields(right)), piece('balancer')], {
      account: production,
      region: 'us-east-1',
      names: namesOf(production, 'us-east-1', 'b'.repeat(16)),
    }),
  );
  return differences.map(wordOf);
}

function wordOf({ field, kind, side: who }: FactDifference): string {
  return [kind, ...(who === null ? [] : [who]), ...(field === null ? [] : [field])].join(' ');
}

function namesOf(account: string, region: string, id: string) {
  return [
    named('balancer', 'arn', `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/api/${id}`),
    named('balancer', 'dnsName', `api-${account.slice(0, 9)}.${region}.elb.amazonaws.com`),
    named('balancer', 'name', account === staging ? 'api-staging' : 'api'),
  ];
}

const balancer = {
  staging: `arn:aws:elasticloadbalancing:eu-west-1:${staging}:loadbalancer/app/api/${'a'.repeat(16)}`,
  production: `arn:aws:elasticloadbalancing:us-east-1:${production}:loadbalancer/app/api/${'b'.repeat(16)}`,
};

const natural: readonly (readonly [string, Json, Json])[] = [
  ['what is equal', { a: [1, 'x'] }, { a: [1, 'x'] }],
  ['accounts', staging, production],
  ['regions', 'eu-west-1', 'us-east-1'],
  ['availability zones', ['eu-west-1a', 'eu-west-1b'], ['us-east-1a', 'us-east-1b']],
  ['ARNs of one role', `arn:aws:iam::${staging}:role/task`, `arn:aws:iam::${production}:role/task`],
  ['the same component', balancer.staging, balancer.production],
  ['text about the same component', `to ${balancer.staging}, please`, `to ${balancer.production}, please`],
  [
    'its DNS name, in lower case and with a prefix',
    'dualstack.api-210987654.eu-west-1.elb.amazonaws.com',
    'dualstack.api-123456789.us-east-1.elb.amazonaws.com',
  ],
  ['its name on either side', 'api-staging', 'api'],
  ['a path with its name on either side', '/ecs/api-staging/logs', '/ecs/api/logs'],
  [
    'images of registries of their own',
    `${staging}.dkr.ecr.eu-west-1.amazonaws.com/api:1`,
    `${production}.dkr.ecr.us-east-1.amazonaws.com/api:1`,
  ],
  [
    'certificates',
    `arn:aws:acm:eu-west-1:${staging}:certificate/11111111-2222-3333-4444-555555555555`,
    `arn:aws:acm:us-east-1:${production}:certificate/99999999-2222-3333-4444-555555555555`,
  ],
  [
    'secrets of one name',
    `arn:aws:secretsmanager:eu-west-1:${staging}:secret:api/db-AbCdEf`,
    `arn:aws:secretsmanager:us-east-1:${production}:secret:api/db-GhIjKl`,
  ],
  ['networks', ['subnet-0a1b2c3d', 'sg-1', 'vpc-1'], ['subnet-0d3c2b1a', 'sg-2', 'vpc-2']],
  ['zones', 'Z2FDTNDATAQYW2', 'Z1H1FL5HABSF5X'],
  ['partitions', `arn:aws:iam::${staging}:role/task`, `arn:aws-cn:iam::${production}:role/task`],
  [
    'load balancers of nobody here',
    'old-1234567890.eu-west-1.elb.amazonaws.com',
    'old-9876543210.us-east-1.elb.amazonaws.com',
  ],
];

describe('by nature different, and so alike', () => {
  test.each(natural)('%s', (_name, left, right) => {
    expect(differing(left, right)).toEqual([]);
  });

  test('an item of a list that is told by its ARN', () => {
    const at = (region: string, account: string, id: string): string =>
      `certificates[arn:aws:acm:${region}:${account}:certificate/${id}-2222-3333-4444-555555555555].isDefault`;
    const left = side([piece('listener', { [at('eu-west-1', staging, '11111111')]: true })], { account: staging });
    const right = side([piece('listener', { [at('us-east-1', production, '99999999')]: true })], {
      region: 'us-east-1',
    });
    expect(compareFacts(left, right).differences).toEqual([]);
  });

  test('what AWS takes where nobody says anything', () => {
    const left = side([piece('api', { timeout: { value: 60, usual: true } })]);
    expect(compareFacts(left, side([piece('api')])).differences).toEqual([]);
    expect(compareFacts(side([piece('api')]), left).differences).toEqual([]);
  });

  test('the order of a list that has none', () => {
    const list = (value: Json) => ({ groups: { value, anyOrder: true as const } });
    const pair = (left: Json, right: Json): readonly FactDifference[] =>
      compareFacts(side([piece('api', list(left))]), side([piece('api', list(right))])).differences;
    expect(pair(['a', 'b'], ['b', 'a'])).toEqual([]);
    expect(pair(['a', 'a', 'b'], ['a', 'b', 'b']).map(wordOf)).toEqual(['differs groups']);
    expect(differing(['a', 'b'], ['b', 'a'])).toEqual(['differs setting']);
  });
});

const different: readonly (readonly [string, Json | undefined, Json | undefined, string])[] = [
  ['words', 'info', 'debug', 'differs setting'],
  ['the kind of a value', '1', true, 'differs setting'],
  ['yes and no', true, false, 'differs setting'],
  ['what one side has', 'x', undefined, 'only left setting'],
  ['what the other side has', undefined, 'x', 'only right setting'],
  ['nothing and an empty text', undefined, '', 'only right setting'],
  ['roles', `arn:aws:iam::${staging}:role/task`, `arn:aws:iam::${production}:role/admin`, 'differs setting'],
  ['services of ARNs', `arn:aws:iam::${staging}:role/task`, `arn:aws:sns::${production}:role/task`, 'differs setting'],
  [
    'a component and somebody else',
    balancer.staging,
    balancer.production.replace('/api/', '/other/'),
    'differs setting',
  ],
  ['a third account', `arn:aws:iam::${staging}:role/task`, 'arn:aws:iam::999999999999:role/task', 'differs setting'],
  ['a third region', 'eu-west-1', 'ap-south-1', 'differs setting'],
  ['a region and one that begins alike', 'eu-west-1', 'us-east-12', 'differs setting'],
  ['how many networks', ['subnet-1', 'subnet-2'], ['subnet-3'], 'differs setting'],
  ['a name and a longer one', 'api-staging', 'api-two', 'differs setting'],
  ['members', { a: 1 }, { a: 1, b: 2 }, 'differs setting'],
  ['a larger number', 3, 1, 'ahead left setting'],
  ['a smaller number', 1, 3, 'ahead right setting'],
];

describe('different', () => {
  test.each(different)('%s', (_name, left, right, word) => {
    expect(differing(left, right)).toEqual([word]);
  });

  test('images of registries of their own are ordered', () => {
    const [one, other] = [
      `${staging}.dkr.ecr.eu-west-1.amazonaws.com/api:1.9`,
      `${production}.dkr.ecr.us-east-1.amazonaws.com/api:1.10`,
    ];
    expect(differing(one, other, 'image')).toEqual(['ahead right image']);
  });

  test('what no playbook can say', () => {
    const left = side([piece('api', {}, { beyond: ['task sets'] })]);
    expect(compareFacts(left, side([piece('api')])).differences.map(wordOf)).toEqual(['differs notRepresented']);
  });
});

describe('one side names what is the other side’s', () => {
  const image = `${staging}.dkr.ecr.eu-west-1.amazonaws.com/api:1`;

  test('its account, also where both say the same', () => {
    expect(differing(image, image)).toEqual(['crosses right setting']);
  });

  test('its account, where nothing else differs by it', () => {
    expect(differing(`arn:aws:iam::${staging}:role/task`, `arn:aws:iam::${staging}:role/task`)).toEqual([
      'crosses right setting',
    ]);
  });

  test('its account, and a version of its own', () => {
    expect(differing(image.replace(/1$/, '2'), image, 'image')).toEqual(['crosses right image']);
    const left = `${production}.dkr.ecr.eu-west-1.amazonaws.com/api:2`;
    expect(differing(left, image, 'image')).toEqual(['crosses left image', 'crosses right image']);
  });

  test('its load balancer, in the same account', () => {
    const dns = (name: string): string => `${name}-1234567890.eu-west-1.elb.amazonaws.com`;
    const one = side([piece('name', { 'values[0]': dns('one') })], {
      names: [named('balancer', 'dnsName', dns('one'))],
    });
    const other = side([piece('name', { 'values[0]': dns('ONE').toLowerCase() })], {
      names: [named('balancer', 'dnsName', dns('other'))],
    });
    const [found] = compareFacts(one, other).differences;
    expect(found).toMatchObject({ kind: 'crosses', side: 'right', detail: "balancer's dnsName", severity: 'high' });
  });

  test('is no crossing where both have it: a shared piece, a tag, a number', () => {
    const shared = [named('cluster', 'arn', 'arn:aws:ecs:eu-west-1:123456789012:cluster/both')];
    const one = side([piece('api', { cluster: shared[0]?.value ?? '' })], { names: shared });
    expect(compareFacts(one, one).differences).toEqual([]);
    expect(differing(staging, staging, 'tags.account')).toEqual([]);
    expect(differing(`1${staging}`, `1${staging}`)).toEqual([]);
  });
});

describe('components', () => {
  test('are told where one side has them alone, and where one side misses them', () => {
    const left = side([piece('api'), piece('cdn'), missing('queue')]);
    const right = side([missing('api'), piece('queue'), piece('cache')]);
    const { differences, pieces } = compareFacts(left, right);
    expect(differences.map((each) => `${each.component}: ${wordOf(each)}`)).toEqual([
      'api: missing right',
      'cdn: only left',
      'queue: missing left',
      'cache: only right',
    ]);
    expect(pieces.map(({ component, status }) => `${component} ${status}`)).toEqual([
      'api differs',
      'cdn only',
      'queue differs',
      'cache only',
    ]);
  });

  test('that both sides miss are alike, and told', () => {
    const { differences, pieces } = compareFacts(side([missing('api')]), side([missing('api')]));
    expect(differences).toEqual([]);
    expect(pieces[0]?.status).toBe('missing');
  });

  test('what is missing with something else comes last', () => {
    const left = side([missing('listener', 'balancer'), missing('balancer'), piece('api', { count: 1 })]);
    const right = side([piece('listener'), piece('balancer'), piece('api', { count: 2 })]);
    expect(compareFacts(left, right).differences.map((each) => each.component)).toEqual([
      'balancer',
      'api',
      'listener',
    ]);
  });

  test('of two types are not compared further', () => {
    const left = side([piece('api', { count: 1 })]);
    const right = side([piece('api', { count: 2 }, { type: 'shop/other' })]);
    expect(compareFacts(left, right).differences.map(wordOf)).toEqual(['type']);
  });

  test('are matched by what somebody says, and names follow', () => {
    const left = side([piece('web', { count: 1 }), piece('door', { to: 'web-name' })], {
      names: [named('web', 'name', 'web-name')],
    });
    const right = side([piece('frontend', { count: 2 }), piece('door', { to: 'frontend-name' })], {
      names: [named('frontend', 'name', 'frontend-name')],
    });
    const map = expectation('web', { as: 'frontend' });
    const { differences, stale } = compareFacts(left, right, [map]);
    expect(differences.map((each) => [each.ids, wordOf(each)])).toEqual([
      [{ left: 'web', right: 'frontend' }, 'ahead right count'],
    ]);
    expect(stale).toEqual([]);
    const other = { ...map, by: 'right' as const, component: 'frontend', as: 'web' };
    expect(compareFacts(left, right, [map, other]).stale).toEqual([]);
    expect(compareFacts(left, right, [other]).differences.map(wordOf)).toEqual(['ahead right count']);
  });

  test('that are matched already are not matched again', () => {
    const left = side([piece('web'), piece('api')]);
    const right = side([piece('web'), piece('api')]);
    const twice = [expectation('web', { as: 'api' }), expectation('api', { as: 'api' })];
    const { pieces, stale } = compareFacts(left, right, twice);
    expect(pieces.map(({ ids, status }) => [ids.left, ids.right, status])).toEqual([
      ['web', 'api', 'alike'],
      ['api', null, 'only'],
      [null, 'web', 'only'],
    ]);
    expect(stale.map(({ component }) => component)).toEqual(['api']);
  });
});

describe('what could not be seen is neither alike nor different', () => {
  test('a component', () => {
    const { differences, pieces, unseen } = compareFacts(
      side([unknown('api'), missing('queue'), unknown('cdn')]),
      side([piece('api'), unknown('queue')]),
    );
    expect(differences.map(wordOf)).toEqual(['only left']);
    expect(unseen.map(({ component, field, side: who }) => [component, who, field])).toEqual([
      ['api', 'left', null],
      ['queue', 'right', null],
      ['cdn', 'left', null],
    ]);
    expect(pieces.map(({ status }) => status)).toEqual(['unseen', 'unseen', 'only']);
  });

  test('fields that could not be read, or say nothing true', () => {
    const left = side([piece('api', { backups: true, count: 0, size: 1 }, { passing: ['count'] })]);
    const right = side([piece('api', { count: 3, size: 2 }, { unread: ['backups'] })]);
    const { differences, unseen } = compareFacts(left, right);
    expect(differences.map(wordOf)).toEqual(['ahead right size']);
    expect(unseen.map(({ field, side: who }) => [who, field])).toEqual([
      ['right', 'backups'],
      ['left', 'count'],
    ]);
  });

  test('settings of a piece that was not read in full', () => {
    const left = side([piece('api', { size: 1, backups: true })]);
    const denied = side([piece('api', { size: 2 }, { shallow: { why: 'AccessDenied: no' } })]);
    const found = compareFacts(left, denied);
    expect(found.differences.map(wordOf)).toEqual(['ahead right size']);
    expect(found.unseen.map(({ why }) => why)).toEqual(['not all of its settings: AccessDenied: no']);
    const shared = side([piece('api', { size: 2 }, { shallow: { why: null } })]);
    expect(compareFacts(left, shared).unseen).toEqual([]);
    expect(compareFacts(left, shared).differences.map(wordOf)).toEqual(['ahead right size']);
  });

  test('what is hidden by its place alone is compared, and not told', () => {
    const hidden = (value: string) => side([piece('api', { url: { value: '(hidden)', veiled: () => value } })]);
    expect(compareFacts(hidden('https://a.example'), hidden('https://a.example')).differences).toEqual([]);
    const found = compareFacts(hidden('1.2.3'), hidden('1.2.4'));
    expect(found.differences).toMatchObject([{ kind: 'differs', left: '(hidden)', right: '(hidden)' }]);
    expect(JSON.stringify(found)).not.toContain('1.2.');
  });

  test('secrets are counted, and not compared', () => {
    const secret = (value: Json) => side([piece('api', { 'environment.TOKEN': value })]);
    const { differences, pieces } = compareFacts(secret('(hidden)'), secret('(hidden)'));
    expect(differences).toEqual([]);
    expect(pieces[0]).toMatchObject({ compared: 1, hidden: 1 });
  });
});

describe('severity', () => {
  test.each([
    ['attributes.deletion_protection.enabled', true, false, 'high'],
    ['scheme', 'internal', 'internet-facing', 'high'],
    ['network.assignPublicIp', true, false, 'high'],
    ['network.securityGroups', ['a'], ['b'], 'high'],
    ['tags.relight:protect', 'true', 'false', 'high'],
    ['containers[api].image', 'a:1.2', 'a:1.3', 'medium'],
    ['healthCheck.path', '/', '/health', 'medium'],
    ['desiredCount', 1, 2, 'low'],
    ['tags.team', 'a', 'b', 'low'],
  ])('of %s', (field, left, right, severity) => {
    const found = compareFacts(side([piece('api', { [field]: left })]), side([piece('api', { [field]: right })]));
    expect(found.differences.map((each) => each.severity)).toEqual([severity]);
  });

  test('the most severe is first', () => {
    const found = compareFacts(
      side([piece('api', { count: 1, path: '/' }), piece('balancer', { scheme: 'internal' })]),
      side([piece('api', { count: 2, path: '/x' }), piece('balancer', { scheme: 'internet-facing' })]),
    );
    expect(found.differences.map(({ field }) => field)).toEqual(['scheme', 'path', 'count']);
  });
});

describe('what is said to differ', () => {
  const left = side([
    piece('api', {
      count: 1,
      'containers[web].environment.LEVEL': 'debug',
      'containers[web].environment.X': 'y',
      'attributes.idle_timeout.timeout_seconds': 5,
    }),
  ]);
  const right = side([
    piece('api', {
      count: 3,
      'containers[web].environment.LEVEL': 'info',
      'attributes.idle_timeout.timeout_seconds': 60,
    }),
  ]);
  const open = (...all: ReturnType<typeof expectation>[]): readonly (string | null)[] =>
    unexpectedIn(compareFacts(left, right, all)).map(({ field }) => field);
  const stale = (...all: ReturnType<typeof expectation>[]): number => compareFacts(left, right, all).stale.length;

  test.each([
    ['a field', 'count', 3],
    ['a part', 'containers[web].environment', 2],
    ['any key', 'containers[*].environment', 2],
    ['one name in any container', 'containers[*].environment.LEVEL', 3],
    ['a name with dots', 'attributes.idle_timeout.timeout_seconds', 3],
    ['all', '*', 0],
  ])('%s', (_name, field, rest) => {
    const said = expectation('api', { field });
    expect(open(said)).toHaveLength(rest);
    expect(stale(said)).toBe(0);
  });

  test.each([
    ['a field that is alike', expectation('api', { field: 'memory' })],
    ['a field that begins alike', expectation('api', { field: 'coun' })],
    ['the other way around', expectation('api', { field: 'count', is: 'ahead' })],
    ['the whole of a component that both have', expectation('api')],
    ['a component that nobody has under this name', expectation('cdn', { as: 'edge' })],
  ])('no longer fits: %s', (_name, said) => {
    expect(open(said)).toHaveLength(4);
    expect(stale(said)).toBe(1);
  });

  test('a way is seen from the playbook that says it', () => {
    expect(open(expectation('api', { field: 'count', is: 'behind' }))).not.toContain('count');
    expect(open(expectation('api', { by: 'right', field: 'count', is: 'ahead' }))).not.toContain('count');
    expect(open(expectation('api', { field: 'containers', is: 'only-here' }))).not.toContain(
      'containers[web].environment.X',
    );
    expect(open(expectation('api', { by: 'right', field: 'containers', is: 'only-there' }))).toHaveLength(3);
    expect(open(expectation('api', { field: 'containers', is: 'differs' }))).not.toContain(
      'containers[web].environment.LEVEL',
    );
  });

  test('that a side has a component alone says nothing of its settings', () => {
    const alone = compareFacts(side([piece('cdn')]), side([]), [expectation('cdn')]);
    expect(unexpectedIn(alone)).toEqual([]);
    expect(alone.differences[0]?.expected).toEqual({ by: 'left', because: 'it is meant' });
  });

  test('what is missing with a piece that may be missing may be missing', () => {
    const night = side([missing('balancer'), missing('listener', 'balancer'), missing('rule', 'listener')]);
    const day = side([piece('balancer'), piece('listener'), piece('rule')]);
    expect(unexpectedIn(compareFacts(night, day, [expectation('balancer')]))).toEqual([]);
    expect(unexpectedIn(compareFacts(night, day, []))).toHaveLength(3);
  });

  test('what cannot be seen may still be as expected', () => {
    const said = expectation('api', { field: 'memory' });
    expect(compareFacts(side([unknown('api')]), side([piece('api')]), [said]).stale).toEqual([]);
  });
});

describe('in words', () => {
  test('the headline says what is ahead and behind', () => {
    const left = side([
      piece('tasks', { image: 'r/api:1.3' }),
      piece('name', { ttl: 60, type: 'A' }),
      missing('queue'),
    ]);
    const right = side([
      piece('tasks', { image: 'r/api:1.2' }),
      piece('name', { ttl: 300, type: 'CNAME' }),
      piece('queue'),
    ]);
    expect(headlineOf(compareFacts(left, right), labels)).toBe(
      'staging misses queue; staging is ahead in image, behind in ttl; 1 more setting differs',
    );
    expect(headlineOf(compareFacts(left, left), labels)).toBeUndefined();
  });

  test('sides are called by the first thing that tells them apart', () => {
    const one = {
      environment: 'staging',
      playbook: 'shop',
      alias: 'a',
      account: staging,
      region: 'eu-west-1',
      file: 'a.yaml',
    };
    expect(labelsOf(one, { ...one, environment: 'production' })).toEqual(labels);
    expect(labelsOf(one, { ...one, playbook: 'shop-two' })).toEqual({ left: 'shop', right: 'shop-two' });
    expect(labelsOf({ ...one, environment: null }, { ...one, account: production })).toEqual({
      left: staging,
      right: production,
    });
    expect(labelsOf(one, one)).toEqual({ left: 'left', right: 'right' });
  });
});
