// Writes src/components/*/members.ts, what AWS says of the inputs that make a type's pieces:
// `node scripts/generate-members.mjs <folder> [type...]`, for the types that have such a file and those that are named. The
// folder holds one JSON file a service: botocore's `service-2.json` under the service's name, or the same with references
// by name and without documentation. Members are those of the pinned SDK, which is what sends them; what the model says of
// a member (what is required, enumerations, bounds) is added. A member that only the SDK knows has its type alone.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NormalizedSchema } from '@smithy/core/schema';
import prettier from 'prettier';

const elb = { model: 'elbv2', client: '@aws-sdk/client-elastic-load-balancing-v2' };
const ecs = { model: 'ecs', client: '@aws-sdk/client-ecs' };
const route53 = { model: 'route53', client: '@aws-sdk/client-route-53' };

/**
 * Which inputs make a type's pieces: the operation, or the structure within an input, by the spec path where its members
 * stand. The empty path is the spec itself.
 */
const rows = {
  'ecs/task-definition': { ...ecs, inputs: { '': 'RegisterTaskDefinition' } },
  'ecs/service': { ...ecs, inputs: { '': 'CreateService' } },
  'ecs/cluster': { ...ecs, inputs: { '': 'CreateCluster' } },
  'elbv2/load-balancer': { ...elb, inputs: { '': 'CreateLoadBalancer' } },
  'elbv2/target-group': { ...elb, inputs: { '': 'CreateTargetGroup' } },
  'elbv2/listener': { ...elb, inputs: { '': 'CreateListener' } },
  'elbv2/listener-rule': { ...elb, inputs: { '': 'CreateRule' } },
  'route53/record': { ...route53, inputs: { '': 'ResourceRecordSet' } },
  'route53/health-check': { ...route53, inputs: { '': 'HealthCheckConfig' } },
  'dynamodb/table': {
    model: 'dynamodb',
    client: '@aws-sdk/client-dynamodb',
    inputs: {
      '': 'CreateTable',
      timeToLive: 'TimeToLiveSpecification',
      pointInTimeRecovery: 'PointInTimeRecoverySpecification',
    },
  },
  'ssm/parameter': { model: 'ssm', client: '@aws-sdk/client-ssm', inputs: { '': 'PutParameter' } },
};

const [folder, ...begun] = process.argv.slice(2);
if (folder === undefined || !existsSync(folder)) {
  console.error('usage: node scripts/generate-members.mjs <folder with the service models as JSON> [type...]');
  process.exit(1);
}
for (const type of begun) if (rows[type] === undefined) throw new Error(`no row for the type ${type}`);
const root = fileURLToPath(new URL('../src/components/', import.meta.url));
const style = await prettier.resolveConfig(root);

/** Names of shapes, whether they are given by name or as botocore's `{ shape }`. */
const named = (reference) => (typeof reference === 'string' ? reference : reference?.shape);

/** Collects the shapes below the roots of one type. */
function collector(type, model) {
  const shapes = {};
  const under = new Map();
  const note = (text) => console.log(`${type}: ${text}`);

  function scalarType(schema) {
    if (schema.isTimestampSchema()) return 'timestamp';
    if (schema.isBlobSchema()) return 'blob';
    if (schema.isBooleanSchema()) return 'boolean';
    if (schema.isNumericSchema()) return 'number';
    if (schema.isStringSchema()) return 'text';
    if (schema.isDocumentSchema()) return 'any';
    throw new Error(`${type}: a member of an unknown type below ${schema.getName()}`);
  }

  function boundsOf({ min, max } = {}) {
    return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  }

  /** The short name of a shape that says this; one shape a name, and one name for those without a rule. */
  function put(name, shape) {
    if (Object.keys(shape).length === 1 && shape.type !== 'structure') return shape.type;
    for (let count = 1; ; count += 1) {
      const free = count === 1 ? name : `${name}${count}`;
      if (shapes[free] === undefined) shapes[free] = shape;
      if (JSON.stringify(shapes[free]) === JSON.stringify(shape)) return free;
    }
  }

  /** The name of the shape of a member, as the SDK sends it and as the model tells of it. */
  function add(schema, modelName, place) {
    const told = modelName === undefined ? undefined : model.shapes[modelName];
    if (modelName !== undefined && told === undefined) throw new Error(`${type}: no shape ${modelName} in the model`);
    if (schema.isStructSchema()) return structure(schema, modelName, told, place);
    if (schema.isListSchema()) {
      const of = add(schema.getValueSchema(), named(told?.member), `${place}[]`);
      return put(modelName ?? `${place.replaceAll(/\W/g, '')}List`, { type: 'list', of, ...boundsOf(told) });
    }
    if (schema.isMapSchema()) {
      return put(modelName ?? 'Map', {
        type: 'map',
        of: add(schema.getValueSchema(), named(told?.value), `${place}{}`),
      });
    }
    const scalar = scalarType(schema);
    // The SDK does not tell whole numbers from others.
    const isWhole = told?.type === 'integer' || told?.type === 'long';
    const exact = scalar === 'number' ? (isWhole ? 'integer' : 'double') : scalar;
    return put(modelName ?? exact, {
      type: exact,
      ...(exact === 'text' && told?.enum !== undefined ? { enum: told.enum } : {}),
      ...boundsOf(told),
    });
  }

  function structure(schema, modelName, told, place) {
    const key = modelName ?? schema.getName();
    if (under.has(key)) return under.get(key);
    under.set(key, key);
    const members = {};
    const made = { type: 'structure', members };
    shapes[key] = made;
    for (const [name, member] of schema.structIterator()) {
      const modelMember = told?.members?.[name];
      if (told !== undefined && modelMember === undefined) note(`only the SDK knows ${place}.${name}`);
      members[name] = add(member, named(modelMember), `${place}.${name}`);
    }
    for (const name of Object.keys(told?.members ?? {})) {
      if (members[name] === undefined) note(`the SDK does not send ${place}.${name}`);
    }
    const required = (told?.required ?? []).filter((name) => members[name] !== undefined);
    if (required.length > 0) made.required = required;
    return key;
  }

  return { shapes, add };
}

let written = 0;
for (const [type, { client, inputs, model: service }] of Object.entries(rows)) {
  const file = join(root, type.replaceAll('/', '-'), 'members.ts');
  if (!existsSync(file) && !begun.includes(type)) continue;
  const model = JSON.parse(readFileSync(join(folder, `${service}.json`), 'utf8'));
  const sdk = await import(client);
  const { add, shapes } = collector(type, model);
  const roots = {};
  for (const [path, source] of Object.entries(inputs)) {
    const operation = model.operations[source];
    const shape = operation === undefined ? source : named(operation.input);
    const schema = operation === undefined ? sdk[`${source}$`] : sdk[`${source}$`][4];
    if (schema === undefined) throw new Error(`${client} has no schema of ${source}`);
    roots[path] = add(NormalizedSchema.of(schema), shape, source);
  }
  const text =
    `// Generated by scripts/generate-members.mjs from AWS's service model ${service} of ${model.apiVersion ?? model.metadata.apiVersion} and the SDK.\n` +
    `import type { MembersData } from '../kit/members/data.ts';\n\n` +
    `export const members: MembersData = ${JSON.stringify({ roots, shapes })};\n`;
  writeFileSync(file, await prettier.format(text, { ...style, parser: 'typescript', printWidth: 400 }));
  written += 1;
}
if (written === 0) throw new Error('no type has members.ts, and none is named');
console.log(`${written} types`);
