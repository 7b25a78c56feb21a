import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/playbook/digest.ts';
import { codes, head, load, shown, sound } from './load.ts';

const deployerApi = `# yaml-language-server: $schema=../schema/playbook.schema.json
apiVersion: relight/v1
kind: Playbook
metadata:
  name: deployer-api
  description: Wonderland's Deployer API
  owner: team-werkzeugschmiede
objectives: { rto: 5m }
target:
  account: "123456789012"       # refused anywhere else
  alias: wonderland-prod
  region: eu-west-1
  environment: production
params:
  image:   { type: string, default: "registry.example/deployer-api:1.42" }
  replicas: { type: integer, default: 2, minimum: 1 }
recovery:
  strategy: repair
  concurrency: 10
  deadline: 20m
  onFailure: continue
  maxDeletes: 8
root: service
components:
  cluster:      { type: ecs/cluster, shared: true, spec: { name: wonderland } }
  state-table:  { type: dynamodb/table, shared: true, spec: { name: deployer-state } }
  task-definition:
    type: ecs/task-definition
    spec: { family: deployer-api, containers: [ { name: api, image: "\${params.image}", port: 8080 } ] }
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: deployer-api, scheme: internet-facing, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
  target-group:
    type: elbv2/target-group
    spec: { name: deployer-api, port: 8080, protocol: HTTP, targetType: ip, vpc: vpc-1, healthCheck: { path: /health } }
  listener:
    type: elbv2/listener
    spec: { loadBalancer: "\${load-balancer.arn}", port: 443, protocol: HTTPS, forwardTo: "\${target-group.arn}" }
  service:
    type: ecs/service
    dependsOn: [listener]
    spec: { cluster: "\${cluster.arn}", name: deployer-api, taskDefinition: "\${task-definition.arn}", desiredCount: "\${params.replicas}",
            loadBalancer: { targetGroup: "\${target-group.arn}", container: api, port: 8080 } }
    ignore: [desiredCount]
  cname:
    type: route53/record
    spec: { zone: wonderland.example, name: deployer-api.wonderland.example, type: CNAME, ttl: 60, values: ["\${load-balancer.dnsName}"] }
  health-check:
    type: route53/health-check
    spec: { fqdn: "\${cname.fqdn}", port: 443, protocol: HTTPS, path: /health }
  state-entry:
    type: dynamodb/item
    spec: { table: "\${state-table.name}", key: { service: deployer-api }, attributes: { serviceArn: "\${service.arn}", status: deployed } }
verify:
  - http: { url: "https://deployer-api.wonderland.example/health", status: 200, within: 2m }
  - dns:  { name: deployer-api.wonderland.example, type: CNAME, value: "\${load-balancer.dnsName}" }
`;

test('a rehearsal is told as one, and not as a playbook full of mistakes', () => {
  const text = 'apiVersion: relight/v1\nkind: Rehearsal\nmetadata: { name: x }\ngiven: { playbook: a.yaml }\n';
  expect(codes(text)).toEqual(['2:7 invalid-value']);
  expect(shown(text)).toContain('this is a rehearsal, not a playbook');
  expect(shown(text)).toContain('to play the rehearsal: relight rehearse playbook.yaml');
});

describe('a sound playbook', () => {
  test('comes out whole', () => {
    const result = load(deployerApi);
    expect(shown(deployerApi)).toBe('');
    if (!result.ok) throw new Error('must be sound');
    const { playbook } = result;
    expect(playbook).toMatchObject({
      file: 'playbook.yaml',
      metadata: { name: 'deployer-api', owner: 'team-werkzeugschmiede', labels: {} },
      objectives: { rto: 300_000 },
      target: { account: '123456789012', alias: 'wonderland-prod', region: 'eu-west-1', environment: 'production' },
      params: { image: 'registry.example/deployer-api:1.42', replicas: 2 },
      recovery: { strategy: 'repair', concurrency: 10, deadline: 1_200_000, onFailure: 'continue', maxDeletes: 8 },
      root: 'service',
    });
    expect(playbook.components.get('service')).toMatchObject({
      type: 'ecs/service',
      spec: { desiredCount: 2, launchType: 'FARGATE' },
      dependsOn: ['listener'],
      ownedBy: undefined,
      ignore: ['desiredCount'],
      position: { line: 39, column: 3 },
    });
    expect([...playbook.components.keys()].slice(0, 3)).toEqual(['cluster', 'state-table', 'task-definition']);
    expect(playbook.verify).toMatchObject([
      {
        kind: 'http',
        name: 'GET https://deployer-api.wonderland.example/health',
        status: [200],
        within: 120_000,
        timeout: 5_000,
      },
      {
        kind: 'dns',
        recordName: 'deployer-api.wonderland.example',
        values: ['\${load-balancer.dnsName}'],
        within: 60_000,
      },
    ]);
  });

  test('owners: the root, unless it is the root itself or shared', () => {
    const owners = [...sound(deployerApi).components.values()].map((each) => [each.id, each.ownedBy]);
    expect(Object.fromEntries(owners)).toEqual({
      cluster: undefined,
      'state-table': undefined,
      service: undefined,
      'task-definition': 'service',
      'load-balancer': 'service',
      'target-group': 'service',
      listener: 'service',
      cname: 'service',
      'health-check': 'service',
      'state-entry': 'service',
    });
  });

  test('owners as said win, null means nobody, and without a root nobody owns', () => {
    const text = `${head}root: a
components:
  a: { type: test/node, spec: {} }
  b: { type: test/node, spec: {}, ownedBy: c }
  c: { type: test/node, spec: {}, ownedBy: null }
  d: { type: test/node, spec: {} }
`;
    const ownersIn = (source: string) => [...sound(source).components.values()].map((each) => each.ownedBy);
    expect(ownersIn(text)).toEqual([undefined, 'c', undefined, 'a']);
    expect(ownersIn(text.replace('root: a\n', ''))).toEqual([undefined, 'c', undefined, undefined]);
  });

  test('what is not said has defaults', () => {
    const playbook = sound(`${head}components: { a: { type: test/node, spec: {} } }\n`);
    expect(playbook).toMatchObject({
      objectives: { rto: undefined },
      recovery: {
        strategy: 'repair',
        concurrency: 10,
        deadline: 1_800_000,
        onFailure: 'continue',
        maxDeletes: undefined,
      },
      lock: { kind: 'file' },
      root: undefined,
      verify: [],
    });
  });

  test('the lock is a file, or a table', () => {
    const lockOf = (lock: string) =>
      sound(`${head}lock: ${lock}\ncomponents: { a: { type: test/node, spec: {} } }\n`).lock;
    expect(lockOf('file')).toEqual({ kind: 'file' });
    expect(lockOf('dynamodb://relight-locks')).toEqual({ kind: 'dynamodb', table: 'relight-locks' });
    for (const wrong of ['none', 'dynamodb://', 'dynamodb://a/b', 's3://bucket', 'dynamodb://xy']) {
      expect(shown(`${head}lock: "${wrong}"\ncomponents: { a: { type: test/node, spec: {} } }\n`)).toContain(
        'expected: file, or dynamodb://<table>',
      );
    }
  });

  test('the digest changes with meaning and parameters, not with layout', () => {
    const { digest } = sound(deployerApi);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(sound(deployerApi.replace(/ +#.*/g, '').replace('{ rto: 5m }', '\n  rto: "5m"')).digest).toBe(digest);
    expect(sound(deployerApi, { replicas: '3' }).digest).not.toBe(digest);
    expect(sound(deployerApi.replace('maxDeletes: 8', 'maxDeletes: 9')).digest).not.toBe(digest);
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
  });
});

describe('a wrong playbook', () => {
  test('gets every mistake at once', () => {
    const text = `apiVersion: relight/v1
kind: Playbook
metadata: { name: Deployer_API, labels: { cost: 12 } }
objectives: { rto: 5 }
target:
  account: 012345678901
  region: eu-wset-1
  environment: Production
recovery: { strategy: rebild, concurrency: 99, maxDeletes: -1, lock: x }
components:
  cluster: { type: ecs/cluster, shared: maybe, spec: { nam: wonderland } }
  service:
    type: ecs/servce
    dependson: [cluster]
    spec: {}
  cname:
    type: route53/record
    spec: { zone: wonderland.example, name: w, type: CNME, ttl: "60", values: [] }
verify:
  - http: { url: "ftp://x", status: [200, 999] }
  - { name: nothing }
`;
    expect(shown(text)).toMatchInlineSnapshot(`
      "playbook.yaml:3:19: error: "name" is the text "Deployer_API"
        3 | metadata: { name: Deployer_API, labels: { cost: 12 } }
          |                   ^^^^^^^^^^^^
            expected: lower-case letters, digits and hyphens, starting with a letter; at most 63

      playbook.yaml:3:49: error: "cost" is the number 12
        3 | metadata: { name: Deployer_API, labels: { cost: 12 } }
          |                                                 ^^
            expected: text; put it in quotes: "12"

      playbook.yaml:4:20: error: "rto" is the number 5
        4 | objectives: { rto: 5 }
          |                    ^
            expected: a duration such as 500ms, 30s, 5m or 1h30m

      playbook.yaml:6:12: error: "account" is the number 12345678901
        6 |   account: 012345678901
          |            ^^^^^^^^^^^^
            expected: 12 digits; put it in quotes: "012345678901"

      playbook.yaml:7:11: warning: "eu-wset-1" is no region that relight knows
        7 |   region: eu-wset-1
          |           ^^^^^^^^^
            did you mean "eu-west-1"?

      playbook.yaml:8:16: warning: "Production" does not count as production: only the word production, written so, asks for more care
        8 |   environment: Production
          |                ^^^^^^^^^^
            did you mean "production"?

      playbook.yaml:9:23: error: "strategy" is the text "rebild"
        9 | recovery: { strategy: rebild, concurrency: 99, maxDeletes: -1, lock: x }
          |                       ^^^^^^
            expected: "repair" or "rebuild"
            did you mean "rebuild"?

      playbook.yaml:9:44: error: "concurrency" is the number 99
        9 | recovery: { strategy: rebild, concurrency: 99, maxDeletes: -1, lock: x }
          |                                            ^^
            expected: at most 50

      playbook.yaml:9:60: error: "maxDeletes" is the number -1
        9 | recovery: { strategy: rebild, concurrency: 99, maxDeletes: -1, lock: x }
          |                                                            ^^
            expected: at least 0

      playbook.yaml:9:64: error: unknown key "lock" in recovery
        9 | recovery: { strategy: rebild, concurrency: 99, maxDeletes: -1, lock: x }
          |                                                                ^^^^
            expected: strategy, concurrency, deadline, onFailure, maxDeletes, approvalTimeout, knownGood or needs

      playbook.yaml:11:3: error: "cluster" must be shared: relight does not create or delete pieces of type ecs/cluster
        11 |   cluster: { type: ecs/cluster, shared: maybe, spec: { nam: wonderland } }
           |   ^^^^^^^
             expected: shared: true

      playbook.yaml:11:41: error: "shared" is the text "maybe"
        11 |   cluster: { type: ecs/cluster, shared: maybe, spec: { nam: wonderland } }
           |                                         ^^^^^
             expected: true or false

      playbook.yaml:11:56: error: unknown key "nam" in components.cluster.spec
        11 |   cluster: { type: ecs/cluster, shared: maybe, spec: { nam: wonderland } }
           |                                                        ^^^
             expected: name
             did you mean "name"?

      playbook.yaml:13:11: error: unknown component type "ecs/servce"
        13 |     type: ecs/servce
           |           ^^^^^^^^^^
             expected: ecs/cluster, ecs/task-definition, ecs/service, elbv2/load-balancer, elbv2/target-group, elbv2/listener, route53/record, route53/health-check, dynamodb/table, dynamodb/item, test/door or test/node
             did you mean "ecs/service"?

      playbook.yaml:14:5: error: unknown key "dependson" in components.service
        14 |     dependson: [cluster]
           |     ^^^^^^^^^
             expected: type, spec, description, shared, protect, approval, dependsOn, ownedBy, ignore, sensitive, ownership, settings or onOrphan
             did you mean "dependsOn"?

      playbook.yaml:18:54: error: "type" is the text "CNME"
        18 |     spec: { zone: wonderland.example, name: w, type: CNME, ttl: "60", values: [] }
           |                                                      ^^^^
             expected: "A", "CNAME" or "TXT"
             did you mean "CNAME"?

      playbook.yaml:18:65: error: "ttl" is the text "60"
        18 |     spec: { zone: wonderland.example, name: w, type: CNME, ttl: "60", values: [] }
           |                                                                 ^^^^
             expected: a number, without quotes

      playbook.yaml:18:79: error: "values" is an empty list
        18 |     spec: { zone: wonderland.example, name: w, type: CNME, ttl: "60", values: [] }
           |                                                                               ^
             expected: at least 1 item

      playbook.yaml:20:18: error: "url" is the text "ftp://x"
        20 |   - http: { url: "ftp://x", status: [200, 999] }
           |                  ^^^^^^^^^
             expected: an http or https URL without user name and password

      playbook.yaml:20:43: error: "status[1]" is the number 999
        20 |   - http: { url: "ftp://x", status: [200, 999] }
           |                                           ^^^
             expected: at most 599

      playbook.yaml:21:5: error: "verify[1]" does not fit
        21 |   - { name: nothing }
           |     ^
             expected: exactly one of http, dns and tcp

      19 errors, 2 warnings in playbook.yaml
      "
    `);
  });

  const component = (fields: string): string =>
    `${head}components:\n  a: { type: test/node, spec: {} }\n  b: ${fields}\n`;
  const cases: readonly { reason: string; text: string; codes: readonly string[]; shows?: string }[] = [
    { reason: 'a list is no playbook', text: '- a\n', codes: ['1:1 wrong-type'] },
    { reason: 'text is no playbook', text: 'hello\n', codes: ['1:1 wrong-type'] },
    {
      reason: 'what every playbook needs is asked for, all of it',
      text: 'kind: Playbook\n',
      codes: ['1:1 missing-key', '1:1 missing-key', '1:1 missing-key', '1:1 missing-key'],
    },
    { reason: 'a playbook without components does nothing', text: `${head}components: {}\n`, codes: ['5:1 empty'] },
    {
      reason: 'a lock is told in one text',
      text: `${head}lock: {}\ncomponents: { a: { type: test/node, spec: {} } }\n`,
      codes: ['5:7 wrong-type'],
    },
    {
      reason: 'an account as a number keeps its leading zero in the remedy',
      text: `${head.replace('"123456789012"', '012345678901')}components: { a: { type: test/node, spec: {} } }\n`,
      codes: ['4:20 wrong-type'],
      shows: 'expected: 12 digits; put it in quotes: "012345678901"',
    },
    {
      reason: 'a component may not take the name of the parameters',
      text: `${head}components: { params: { type: test/node, spec: {} } }\n`,
      codes: ['5:15 invalid-name'],
    },
    {
      reason: 'ids are lower case',
      text: `${head}components: { A_b: { type: test/node, spec: {} } }\n`,
      codes: ['5:15 invalid-name'],
    },
    {
      reason: 'a type that nobody knows',
      text: component('{ type: test/nodes, spec: {} }'),
      codes: ['7:14 unknown-type'],
      shows: 'did you mean "test/node"?',
    },
    { reason: 'a component that is no map', text: component('7'), codes: ['7:6 wrong-type'] },
    {
      reason: 'an unknown dependency',
      text: component('{ type: test/node, spec: {}, dependsOn: [a, x] }'),
      codes: ['7:50 unknown-component'],
    },
    {
      reason: 'a dependency named twice is only odd',
      text: component('{ type: test/node, spec: {}, dependsOn: [a, a] }'),
      codes: ['7:50 duplicate-dependency'],
    },
    {
      reason: 'a dependency on itself',
      text: component('{ type: test/node, spec: {}, dependsOn: [b] }'),
      codes: ['7:47 self-dependency'],
    },
    {
      reason: 'a reference to itself',
      text: component('{ type: test/node, spec: { x: "${b.id}" } }'),
      codes: ['7:37 self-dependency'],
      shows: '(spec.x)',
    },
    {
      reason: 'an unknown owner',
      text: component('{ type: test/node, spec: {}, ownedBy: x }'),
      codes: ['7:44 unknown-component'],
    },
    {
      reason: 'its own owner',
      text: component('{ type: test/node, spec: {}, ownedBy: b }'),
      codes: ['7:44 self-owner'],
    },
    {
      reason: 'an owner of a shared piece',
      text: component('{ type: test/node, spec: {}, shared: true, ownedBy: a }'),
      codes: ['7:58 shared-owned'],
    },
    {
      reason: 'a shared type that cannot be',
      text: component('{ type: ecs/task-definition, spec: { family: f }, shared: true }'),
      codes: ['7:64 not-shareable'],
    },
    {
      reason: 'a type that can only be shared',
      text: component('{ type: ecs/cluster, spec: { name: c } }'),
      codes: ['7:3 not-ownable'],
      shows: 'expected: shared: true',
    },
    {
      reason: 'an owned piece without what only its creation needs, field by field',
      text: component('{ type: test/door, spec: { name: front } }'),
      codes: ['7:25 missing-key', '7:25 missing-key'],
      shows: 'test/door needs one of wood, iron or steel, unless it is shared',
    },
    {
      reason: 'a shared one may be named and nothing else',
      text: component('{ type: test/door, spec: { name: front }, shared: true }'),
      codes: [],
    },
    {
      reason: 'one of the alternatives is enough',
      text: component('{ type: test/door, spec: { name: front, key: k, steel: s } }'),
      codes: [],
    },
    {
      reason: 'a misspelt one is told as such and not as missing too',
      text: component('{ type: test/door, spec: { name: front, kye: k, stel: s } }'),
      codes: ['7:46 unknown-key', '7:54 unknown-key'],
      shows: 'did you mean "steel"?',
    },
    {
      reason: 'protected and to be replaced',
      text: component('{ type: test/node, spec: {}, protect: true, onOrphan: replace }'),
      codes: ['7:60 contradiction'],
    },
    {
      reason: 'shared and to be kept',
      text: component('{ type: test/node, spec: {}, shared: true, onOrphan: keep }'),
      codes: ['7:59 contradiction'],
    },
    {
      reason: 'ignoring what is not there is only odd',
      text: component(
        '{ type: test/node, spec: { list: [{ port: 1 }] }, ignore: ["list[0].port", list, "list[0].prot"] }',
      ),
      codes: ['7:87 ignore-nothing'],
      shows: 'did you mean "list[0].port"?',
    },
    {
      reason: 'an unknown root',
      text: `${head}root: x\ncomponents: { a: { type: test/node, spec: {} } }\n`,
      codes: ['5:7 unknown-component'],
    },
    {
      reason: 'a shared root',
      text: `${head}root: a\ncomponents: { a: { type: test/node, spec: {}, shared: true } }\n`,
      codes: ['5:7 root-shared'],
    },
    {
      reason: 'a root with an owner',
      text: `${head}root: b\n${component('{ type: test/node, spec: {}, ownedBy: a }').slice(head.length)}`,
      codes: ['8:44 root-owned'],
    },
    {
      reason: 'two components that claim the same piece',
      text: `${head}components:\n  a: &s { type: ecs/service, spec: { cluster: c, name: n, taskDefinition: t } }\n  b: *s\n`,
      codes: ['7:3 same-piece'],
      shows: '"a" is at 6:3',
    },
    {
      reason: 'two kinds in one check',
      text:
        component('{ type: test/node, spec: {} }') +
        'verify: [ { tcp: { host: h, port: 1 }, dns: { name: n, type: A } } ]\n',
      codes: ['8:11 invalid-value'],
      shows: 'exactly one of http, dns and tcp',
    },
    {
      reason: 'a misspelt kind of check is told once',
      text: component('{ type: test/node, spec: {} }') + 'verify: [ { htp: {} } ]\n',
      codes: ['8:13 unknown-key'],
      shows: 'did you mean "http"?',
    },
    {
      reason: 'a password in a URL',
      text: component('{ type: test/node, spec: {} }') + 'verify: [ { http: { url: "https://u:p@h/" } } ]\n',
      codes: ['8:26 invalid-value'],
    },
    {
      reason: 'value and values',
      text:
        component('{ type: test/node, spec: {} }') +
        'verify: [ { dns: { name: n, type: A, value: x, values: [y] } } ]\n',
      codes: ['8:56 invalid-value'],
    },
  ];
  test.each(cases)('$reason', ({ text, codes: expected, shows }) => {
    expect(codes(text)).toEqual(expected);
    if (shows !== undefined) expect(shown(text)).toContain(shows);
  });

  const durations = ['5', '"5"', '20 minutes', '0s', '169h', '1.5h'];
  test.each(durations)('a deadline of %s is no duration that makes sense', (deadline) => {
    const text = `${head}recovery: { deadline: ${deadline} }\ncomponents: { a: { type: test/node, spec: {} } }\n`;
    expect(codes(text)).toHaveLength(1);
    expect(codes(text)[0]).toMatch(/^5:23 (wrong-type|invalid-value)$/);
  });

  const words: readonly { environment: string; warned: boolean }[] = [
    { environment: 'production', warned: false },
    { environment: 'staging', warned: false },
    { environment: 'Production', warned: true },
    { environment: 'prod', warned: true },
  ];
  test.each(words)('environment $environment: only the exact word asks for more care', ({ environment, warned }) => {
    const text = `${head.replace('region:', `environment: ${environment}, region:`)}components: { a: { type: test/node, spec: {} } }\n`;
    expect(load(text).ok).toBe(true);
    expect(codes(text)).toEqual(warned ? ['4:49 not-production'] : []);
  });
});

describe('cycles', () => {
  test('are shown as their path, with the reason of each edge', () => {
    const text = `${head}components:
  a: { type: test/node, spec: { x: ["\${b.id}"] } }
  b: { type: test/node, spec: {}, dependsOn: [c] }
  c: { type: test/node, spec: { y: { z: "\${a.id}" } } }
  d: { type: test/node, spec: {}, dependsOn: [a] }
`;
    expect(shown(text)).toMatchInlineSnapshot(`
      "playbook.yaml:6:38: error: components depend on each other in a circle: a -> b -> c -> a
        6 |   a: { type: test/node, spec: { x: ["\${b.id}"] } }
          |                                      ^^^^^^^
            a needs b: spec.x[0]
            b needs c: dependsOn
            c needs a: spec.y.z

      1 error in playbook.yaml
      "
    `);
  });

  test('two circles apart are two mistakes; a chord makes the shown one shorter', () => {
    const node = (id: string, needs: string): string =>
      `  ${id}: { type: test/node, spec: {}, dependsOn: [${needs}] }\n`;
    const text = `${head}components:\n${node('a', 'b')}${node('b', 'c, a')}${node('c', 'a')}${node('x', 'y')}${node('y', 'x')}`;
    const messages = load(text).diagnostics.map((each) => [each.message, ...(each.notes ?? [])]);
    expect(messages).toEqual([
      [
        'components depend on each other in a circle: a -> b -> a',
        'a needs b: dependsOn',
        'b needs a: dependsOn',
        '1 more components are part of circles with these',
      ],
      ['components depend on each other in a circle: x -> y -> x', 'x needs y: dependsOn', 'y needs x: dependsOn'],
    ]);
  });

  test('owners can go in circles too', () => {
    const text = `${head}components:
  a: { type: test/node, spec: {}, ownedBy: b }
  b: { type: test/node, spec: {}, ownedBy: a }
`;
    expect(codes(text)).toEqual(['6:44 owner-cycle']);
  });
});

describe('size', () => {
  const chain = (last: string): string =>
    `${head}components:\n${Array.from({ length: 10_000 }, (_, index) => `  c${index}: { type: test/node, spec: { n: "\${c${index + 1}.id}" } }\n`).join('')}  c10000: { type: test/node, spec: { ${last} } }\n`;

  test('a chain of 10,000 components is sound', { timeout: 30_000 }, () => {
    expect(sound(chain('')).components.size).toBe(10_001);
  });

  test('a circle of 10,001 is told in a few lines', { timeout: 30_000 }, () => {
    const { diagnostics } = load(chain('n: "${c0.id}"'));
    expect(diagnostics.map((each) => each.message)).toEqual([
      'components depend on each other in a circle: c0 -> c1 -> c2 -> c3 -> c4 -> c5 -> (9992 more) -> c9998 -> c9999 -> c10000 -> c0',
    ]);
    expect(diagnostics[0]?.notes?.length).toBeLessThan(20);
  });

  test('10,000 wrong references end, each at its place', { timeout: 30_000 }, () => {
    const { diagnostics } = load(chain('').replaceAll('.id}', '.ix}'));
    expect(diagnostics).toHaveLength(10_000);
    expect(diagnostics[9_999]).toMatchObject({ line: 10_005, code: 'unknown-output', suggestion: 'id' });
  });
});
