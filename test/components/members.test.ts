// Every member of AWS's input can be said in a playbook, is sent, and is read back. One row a type.
import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import { containerPart, taskPart, volumePart } from '../../src/components/ecs-task-definition/parts.ts';
import { componentTypes } from '../../src/components/index.ts';
import { plainJsonSchema } from '../../src/playbook/json-schema.ts';
import { sampleOf } from '../helpers/member-samples.ts';
import { bench, establish, reading, type Bench } from '../helpers/aws.ts';

interface Row {
  /** The SDK's own schema of the input. */
  readonly input: Parameters<typeof NormalizedSchema.of>[0];
  /** What a spec calls otherwise: paths in the input to paths in the spec. */
  readonly words: Readonly<Record<string, string>>;
  /** What a spec does not say, and why; nothing below it is asked for. */
  readonly unsaid: Readonly<Record<string, string>>;
  /** Specs in which, together, every member has a value: some exclude each other. Makes what they need. */
  readonly pieces: (where: Bench) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Spec paths that have no value in any of them, and why; nothing below them is asked for. */
  readonly apart: Readonly<Record<string, string>>;
}

/** All members of the task, and of one container, as they go together on instances. */
const fullTask = {
  ...sampleOf(taskPart),
  family: 'all-members',
  cpu: '1024',
  memory: '4096',
  networkMode: 'bridge',
  requiresCompatibilities: ['EC2'],
  executionRole: 'arn:aws:iam::123456789012:role/execution',
  taskRole: 'arn:aws:iam::123456789012:role/task',
  proxyConfiguration: { containerName: 'api', type: 'APPMESH', properties: [{ name: 'AppPorts', value: '8080' }] },
  volumes: volumesApart(),
  containers: [
    {
      ...sampleOf(containerPart),
      name: 'api',
      memory: 512,
      memoryReservation: 128,
      links: ['router:log'],
      dependsOn: [{ containerName: 'router', condition: 'HEALTHY' }],
      volumesFrom: [{ sourceContainer: 'router', readOnly: true }],
      mountPoints: [{ sourceVolume: 'efsVolumeConfiguration', containerPath: '/data', readOnly: true }],
      logConfiguration: {
        logDriver: 'awsfirelens',
        options: { Name: 'cloudwatch' },
        secretOptions: [{ name: 'token', valueFrom: 'arn:aws:ssm:eu-west-1:123456789012:parameter/token' }],
      },
      ports: [
        { containerPort: 8080, hostPort: 80, protocol: 'udp', name: 'http', appProtocol: 'http2' },
        { containerPortRange: '9000-9005', protocol: 'tcp', name: 'range', appProtocol: 'grpc' },
      ],
      environment: { MODE: 'full' },
      secrets: { KEY: 'arn:aws:ssm:eu-west-1:123456789012:parameter/key' },
    },
    {
      name: 'router',
      image: 'registry.example/router:1',
      memory: 256,
      healthCheck: { command: ['CMD', 'true'] },
      firelensConfiguration: { type: 'fluentbit', options: { 'enable-ecs-log-metadata': 'true' } },
    },
  ],
};

/** One volume for each configuration: a volume has but one. */
function volumesApart(): readonly object[] {
  const { name: _, ...configurations } = sampleOf(volumePart);
  return Object.entries(configurations).map(([word, value]) => {
    if (word !== 'efsVolumeConfiguration') return { name: word, [word]: value };
    return { name: word, [word]: { ...(value as object), rootDirectory: '/', transitEncryption: 'ENABLED' } };
  });
}

const rows: Readonly<Record<string, Row>> = {
  'ecs/task-definition': {
    input: RegisterTaskDefinitionRequest$,
    words: {
      containerDefinitions: 'containers',
      executionRoleArn: 'executionRole',
      taskRoleArn: 'taskRole',
      'containerDefinitions[].portMappings': 'containers[].ports',
    },
    unsaid: {
      tags: 'a component has tags beside its spec',
      'containerDefinitions[].environment[].name': 'the key of a map',
      'containerDefinitions[].environment[].value': 'the value of a map',
      'containerDefinitions[].secrets[].name': 'the key of a map',
      'containerDefinitions[].secrets[].valueFrom': 'the value of a map',
    },
    pieces: () => Promise.resolve([fullTask]),
    apart: {},
  },
};

describe.each(Object.entries(rows))('%s', (name, { apart, input, pieces, unsaid, words }) => {
  const type = componentTypes.get(name);
  if (type === undefined) throw new Error(`no component type ${name}`);

  it('can say every member of its input', () => {
    const schema: JsonShape = plainJsonSchema(type.traits.schema);
    const met = new Set<string>();
    const missing = pathsIn(NormalizedSchema.of(input), '', (path) => {
      const isUnsaid = path in unsaid;
      if (isUnsaid || path in words) met.add(path);
      return isUnsaid;
    }).filter((path) => !isSayable(schema, specPath(path, words)));
    expect(missing).toEqual([]);
    // A list of what is not there hides what is missing.
    expect([...met].sort()).toEqual([...Object.keys(unsaid), ...Object.keys(words)].sort());
  });

  it('is sent and read back with every member', async () => {
    const where = bench();
    const specs = await pieces(where);
    const valued = new Set<string>();
    for (const [index, raw] of specs.entries()) {
      const spec = type.traits.schema.parse(raw);
      const target = { id: `piece-${index}`, spec };
      const state = await establish(type, target, where);
      const captured = await type.undo.capture?.(target, state, reading(where), true);
      const back = type.undo.specOf(spec, state, captured);
      expect(back.spec).toMatchObject(raw);
      expect(back.notRepresented).toEqual([]);
      expect(type.diff(spec, state)).toEqual([]);
      expect(type.traits.schema.safeParse(back.spec).success).toBe(true);
      for (const path of valuesIn(raw)) valued.add(path.toLowerCase());
    }
    // A member without a value would pass by having none.
    const met = new Set<string>();
    const without = pathsIn(NormalizedSchema.of(input), '', (path) => {
      const place = specPath(path, words);
      if (place in apart) met.add(place);
      return path in unsaid || place in apart;
    }).filter((path) => !valued.has(specPath(path, words).replaceAll('[]', '').toLowerCase()));
    expect(without).toEqual([]);
    expect([...met].sort()).toEqual(Object.keys(apart).sort());
  });
});

/** Paths of all values of a spec, without the places of lists. */
function valuesIn(value: unknown, base = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesIn(each, base));
  if (typeof value !== 'object' || value === null) return [base];
  const inner = Object.entries(value).flatMap(([name, each]) => valuesIn(each, base === '' ? name : `${base}.${name}`));
  return base === '' ? inner : [base, ...inner];
}

/** Paths of all members of an input: `containerDefinitions[].name`. */
function pathsIn(schema: NormalizedSchema, base: string, stop: (path: string) => boolean): readonly string[] {
  if (schema.isListSchema()) return pathsIn(schema.getValueSchema(), `${base}[]`, stop);
  if (!schema.isStructSchema()) return [];
  return [...schema.structIterator()].flatMap(([name, member]) => {
    const path = base === '' ? name : `${base}.${name}`;
    return stop(path) ? [] : [path, ...pathsIn(member, path, stop)];
  });
}

/** The longest beginning that a spec calls otherwise, replaced. */
function specPath(path: string, words: Row['words']): string {
  const begun = Object.keys(words)
    .filter((each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`))
    .toSorted((a, b) => b.length - a.length)[0];
  return begun === undefined ? path : `${words[begun] ?? ''}${path.slice(begun.length)}`;
}

interface JsonShape {
  readonly properties?: Readonly<Record<string, JsonShape>>;
  readonly items?: JsonShape;
}

/** Names are AWS's but for the case of their first letters, which is small in a spec. */
function isSayable(schema: JsonShape, path: string): boolean {
  let at = schema;
  for (const part of path.split('.')) {
    const name = part.replaceAll('[]', '');
    const word: string | undefined = Object.keys(at.properties ?? {}).find(
      (each) => each.toLowerCase() === name.toLowerCase() && /^[a-z]/.test(each),
    );
    const member: JsonShape | undefined = word === undefined ? undefined : at.properties?.[word];
    const next = part.endsWith('[]') ? member?.items : member;
    if (next === undefined) return false;
    at = next;
  }
  return true;
}
