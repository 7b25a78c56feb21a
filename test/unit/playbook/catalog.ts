// Component types for tests of the language: small, and of every kind that the language tells apart.
import { z } from 'zod';
import type { ComponentType } from '../../../src/components/contract.ts';
import type {
  ComponentTypeCatalog,
  PlaybookComponentType,
  PlaybookTraits,
} from '../../../src/playbook/checks/catalog.ts';

function type(
  name: string,
  schema: z.ZodType,
  outputs: readonly string[],
  { identity, ...more }: Partial<PlaybookTraits> & Pick<PlaybookComponentType, 'identity'> = {},
): PlaybookComponentType {
  const described = Object.fromEntries(outputs.map((each) => [each, { description: each }]));
  const traits = { type: name, schema, outputs: described, shareable: true, ownable: true, ...more };
  return { traits, judging: {}, ...(identity === undefined ? {} : { identity }) };
}

const text = z.string().min(1);
const integerOrReference = z.union([z.int(), z.string().regex(/\$\{/, { error: 'expected a reference' })]);

const list: readonly PlaybookComponentType[] = [
  type('ecs/cluster', z.strictObject({ name: text }), ['arn', 'name'], { ownable: false }),
  type('ecs/task-definition', z.looseObject({ family: text }), ['arn'], { shareable: false }),
  type(
    'ecs/service',
    z.strictObject({
      cluster: text,
      name: text,
      taskDefinition: text,
      desiredCount: z.int().min(0).default(1),
      launchType: z.enum(['FARGATE', 'EC2']).default('FARGATE'),
      loadBalancer: z.strictObject({ targetGroup: text, container: text, port: z.int().min(1).max(65535) }).optional(),
      network: z.looseObject({}).optional(),
    }),
    ['arn', 'name'],
    {
      shareable: false,
      identity: (spec) => {
        const { cluster, name } = spec as { cluster: string; name: string };
        return `${cluster}/${name}`;
      },
    },
  ),
  type('elbv2/load-balancer', z.looseObject({ name: text, subnets: z.array(text).min(1) }), ['arn', 'dnsName']),
  type('elbv2/target-group', z.looseObject({ name: text, port: z.int() }), ['arn']),
  type('elbv2/listener', z.looseObject({ loadBalancer: text, port: integerOrReference, forwardTo: text }), ['arn']),
  type(
    'route53/record',
    z.strictObject({
      zone: text,
      name: text,
      type: z.enum(['A', 'CNAME', 'TXT']),
      ttl: z.int().min(0),
      values: z.array(text).min(1),
    }),
    ['fqdn'],
  ),
  type('route53/health-check', z.looseObject({ fqdn: text, port: z.int() }), ['id']),
  type('dynamodb/table', z.strictObject({ name: text }), ['name', 'arn']),
  type(
    'dynamodb/item',
    z.strictObject({
      table: text,
      key: z.record(z.string(), z.unknown()),
      attributes: z.record(z.string(), z.unknown()).default({}),
    }),
    [],
  ),
  type(
    'test/door',
    z.strictObject({
      name: text,
      key: text.optional(),
      wood: text.optional(),
      iron: text.optional(),
      steel: text.optional(),
    }),
    ['id'],
    { requiredWhenOwned: ['key', ['wood', 'iron', 'steel']] },
  ),
  type('test/node', z.looseObject({}), ['id']),
];

const types: ComponentTypeCatalog = new Map(list.map((each) => [each.traits.type, each]));

/** The language asks no more of types than these have. */
export const catalog = types as ReadonlyMap<string, ComponentType>;
