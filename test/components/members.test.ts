// Every member of AWS's input can be said in a playbook, is sent, and is read back. One row a type.
import { RegisterTaskDefinitionRequest$ } from '@aws-sdk/client-ecs';
import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import { containerPart, taskPart } from '../../src/components/ecs-task-definition/parts.ts';
import { componentTypes } from '../../src/components/index.ts';
import { plainJsonSchema } from '../../src/playbook/json-schema.ts';
import { sampleOf } from '../helpers/member-samples.ts';
import { bench, establish, reading } from '../helpers/aws.ts';

interface Row {
  /** The SDK's own schema of the input. */
  readonly input: Parameters<typeof NormalizedSchema.of>[0];
  /** What a spec calls otherwise: paths in the input to paths in the spec. */
  readonly words: Readonly<Record<string, string>>;
  /** What a spec does not say, and why; nothing below it is asked for. */
  readonly unsaid: Readonly<Record<string, string>>;
  /** A spec in which every member has a value. */
  readonly full: () => Readonly<Record<string, unknown>>;
  /** What of it the sandbox does not keep: top-level fields of the spec. */
  readonly dropped: readonly string[];
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
    full: () => ({
      ...sampleOf(taskPart),
      family: 'all-members',
      cpu: '1024',
      memory: '4096',
      executionRole: 'arn:aws:iam::123456789012:role/execution',
      taskRole: 'arn:aws:iam::123456789012:role/task',
      containers: [
        {
          ...sampleOf(containerPart),
          name: 'api',
          ports: [
            { containerPort: 8080, hostPort: 80, protocol: 'udp', name: 'http', appProtocol: 'http2' },
            { containerPortRange: '9000-9005', protocol: 'tcp', name: 'range', appProtocol: 'grpc' },
          ],
          environment: { MODE: 'full' },
          secrets: { KEY: 'arn:aws:ssm:eu-west-1:123456789012:parameter/key' },
        },
      ],
    }),
    dropped: [],
  },
};

describe.each(Object.entries(rows))('%s', (name, { dropped, full, input, unsaid, words }) => {
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
    const spec = type.traits.schema.parse(full());
    const target = { id: 'piece', spec };
    const state = await establish(type, target, where);
    const captured = await type.undo.capture?.(target, state, reading(where), true);
    const back = type.undo.specOf(spec, state, captured);
    const kept = Object.fromEntries(Object.entries(full()).filter(([field]) => !dropped.includes(field)));
    expect(back.spec).toMatchObject(kept);
    expect(back.notRepresented).toEqual([]);
    expect(type.diff(spec, state).map(({ path }) => path.split(/[.[]/)[0])).toEqual(dropped);
    expect(type.traits.schema.safeParse(back.spec).success).toBe(true);
  });
});

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
