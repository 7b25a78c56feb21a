// Writes src/sandbox/services/*/inputs.ts, what AWS's service models say of the inputs of the operations that the sandbox
// has: `npm run build && node scripts/generate-inputs.mjs <folder> [service...]`, for those that have such a file and those that
// are named. The folder holds one JSON file a service: botocore's
// `service-2.json` under the service's name, or the same with references by name and without documentation.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { builtInServices } from '../dist/sandbox/services/index.js';

const [folder, ...begun] = process.argv.slice(2);
if (folder === undefined || !existsSync(folder)) {
  console.error('usage: node scripts/generate-inputs.mjs <folder with the service models as JSON> [service...]');
  process.exit(1);
}
const root = fileURLToPath(new URL('../src/sandbox/services/', import.meta.url));
const rooms = { elasticloadbalancing: 'elbv2', tagging: 'resourcegroupstaggingapi' };

const kinds = {
  string: 'text',
  character: 'text',
  integer: 'integer',
  long: 'long',
  float: 'double',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamp',
  blob: 'blob',
};

/** Names of shapes, whether they are given by name or as botocore's `{ shape }`. */
const named = (reference) => (typeof reference === 'string' ? reference : reference.shape);
const bounds = ({ min, max }) => ({ ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) });

/** The name that a form of EC2 has for a member. */
const ec2Name = (name, { queryName, locationName = name }) =>
  queryName ?? locationName.charAt(0).toUpperCase() + locationName.slice(1);

function shapeOf(shape, protocol) {
  switch (shape.type) {
    case 'structure': {
      const members = Object.entries(shape.members ?? {});
      const elsewhere = members
        .filter(([, { location }]) => location !== undefined)
        .map(([name, { locationName }]) => [name, locationName]);
      const renamed = members
        .map(([name, member]) => [name, protocol === 'ec2' ? ec2Name(name, member) : name])
        .filter(([name, other]) => name !== other);
      return {
        type: 'structure',
        members: Object.fromEntries(members.map(([name, member]) => [name, named(member)])),
        ...(shape.required?.length > 0 ? { required: shape.required } : {}),
        ...(elsewhere.length > 0 ? { elsewhere: Object.fromEntries(elsewhere) } : {}),
        ...(renamed.length > 0 ? { wire: Object.fromEntries(renamed) } : {}),
      };
    }
    case 'list':
      return { type: 'list', of: named(shape.member), ...bounds(shape) };
    case 'map':
      return { type: 'map', key: named(shape.key), of: named(shape.value), ...bounds(shape) };
    default: {
      const type = kinds[shape.type];
      if (type === undefined) throw new Error(`a shape of type ${shape.type}`);
      const { enum: values, pattern } = shape;
      return {
        type,
        ...(values === undefined ? {} : { enum: values }),
        ...bounds(shape),
        ...(pattern === undefined ? {} : { pattern }),
      };
    }
  }
}

function referred(shape) {
  switch (shape.type) {
    case 'structure':
      return Object.values(shape.members);
    case 'list':
      return [shape.of];
    case 'map':
      return [shape.key, shape.of];
    default:
      return [];
  }
}

/** Shapes of one kind that say the same get one name. */
function plainName(name, shape) {
  return Object.keys(shape).length === 1 && shape.type !== 'structure' ? shape.type : name;
}

const style = await prettier.resolveConfig(root);
let written = 0;
for (const service of builtInServices) {
  if (service.protocol === 'none') continue;
  const room = rooms[service.name] ?? service.name;
  if (service.inputs === undefined && !begun.includes(room)) continue;
  const file = join(folder, `${room}.json`);
  if (!existsSync(file)) throw new Error(`no ${room}.json in ${folder}`);
  const model = JSON.parse(readFileSync(file, 'utf8'));
  const operations =
    service.protocol === 'rest-xml'
      ? service.routes.map(({ operation }) => operation)
      : Object.keys(service.operations);
  const shapes = {};
  const inputs = {};
  const add = (name) => {
    const source = model.shapes[name];
    if (source === undefined) throw new Error(`${room}: no shape ${name}`);
    const shape = shapeOf(source, service.protocol);
    const short = plainName(name, shape);
    if (shapes[short] !== undefined) return short;
    shapes[short] = shape;
    const renamed = new Map(referred(shape).map((each) => [each, add(each)]));
    if (shape.type === 'structure') {
      shape.members = Object.fromEntries(Object.entries(shape.members).map(([key, of]) => [key, renamed.get(of)]));
    } else if ('of' in shape) {
      shape.of = renamed.get(shape.of);
      if ('key' in shape) shape.key = renamed.get(shape.key);
    }
    return short;
  };
  for (const operation of operations) {
    const entry = model.operations[operation];
    if (entry === undefined) {
      console.log(`${room}: the model has no operation ${operation}; its input is not checked`);
      continue;
    }
    if (entry.input !== undefined && entry.input !== null) inputs[operation] = add(named(entry.input));
  }
  const text =
    `// Generated by scripts/generate-inputs.mjs from AWS's service model ${room} of ${model.apiVersion ?? model.metadata.apiVersion}.\n` +
    `import type { InputModel } from '../../inputs/model.ts';\n\n` +
    `export const inputs: InputModel = ${JSON.stringify({ operations: inputs, shapes })};\n`;
  writeFileSync(
    join(root, room, 'inputs.ts'),
    await prettier.format(text, { ...style, parser: 'typescript', printWidth: 400 }),
  );
  written += 1;
}
if (written === 0) throw new Error('the sandbox has no service');
console.log(`${written} services`);
