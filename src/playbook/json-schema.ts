// The playbook's JSON Schema, for editors: completion, hover texts and the coarse mistakes, as one types. The language
// itself is the judge; the schema must accept whatever it accepts.
import { z } from 'zod';
import type { SpecSchema } from '../components/contract.ts';
import type { ComponentTypeCatalog } from './checks/catalog.ts';
import {
  checkSchema,
  componentIdPattern,
  componentSchema,
  paramNamePattern,
  paramSchema,
  shellSchema,
} from './schema.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;
type Schema = JsonSchema;

const expressionRef = { $ref: '#/$defs/expression' };

/** The schema of playbooks whose components are of the catalog's types. Draft 7 is what YAML editors know best. */
export function playbookJsonSchema(catalog: ComponentTypeCatalog): Schema {
  const types = [...catalog.values()];
  const shell = convert(shellSchema);
  const component = convert(componentSchema);
  const components = {
    type: 'object',
    minProperties: 1,
    propertyNames: { pattern: componentIdPattern.source },
    additionalProperties: { $ref: '#/$defs/component' },
    description: 'The pieces of the service, by id.',
  };
  const params = {
    type: 'object',
    propertyNames: { pattern: paramNamePattern.source },
    additionalProperties: convert(paramSchema),
    description: 'Values that may be given on the command line: --param name=value.',
  };
  const verify = {
    type: 'array',
    items: {
      ...(withExpressions(convert(checkSchema)) as Schema),
      oneOf: ['http', 'dns', 'tcp'].map((kind) => ({ required: [kind] })),
    },
    description: 'End-to-end checks after a recovery.',
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'relight playbook',
    ...shell,
    properties: { ...propertiesOf(shell), params, components, verify },
    $defs: {
      expression: {
        type: 'string',
        pattern: '\\$\\{[^}]*\\}',
        description: 'Reads a parameter, ${params.name}, or an output of another component, ${component.output}.',
      },
      component: {
        ...component,
        properties: {
          ...propertiesOf(component),
          type: { enum: types.map((each) => each.traits.type), description: 'Component type.' },
        },
        allOf: types.map(({ traits: { type } }) => ({
          if: { required: ['type'], properties: { type: { const: type } } },
          then: { properties: { spec: { $ref: `#/$defs/${specName(type)}` } } },
        })),
      },
      ...Object.fromEntries(
        types.map(({ traits: { type, schema } }) => [specName(type), withExpressions(convert(schema))]),
      ),
    },
  };
}

/** `/` would need an escape in a `$ref`. */
function specName(type: string): string {
  return `spec-${type.replaceAll('/', '-')}`;
}

/** What people write (`input`), in a self-contained form. */
export function plainJsonSchema(schema: SpecSchema): JsonSchema {
  return convert(schema);
}

const options: z.core.ToJSONSchemaParams = {
  target: 'draft-7',
  io: 'input',
  reused: 'inline',
  // A check that JSON Schema has no word for must not stop the rest from being described.
  unrepresentable: 'any',
  override: ({ jsonSchema }) => {
    // zod writes the limits of safe integers into every integer; they only make hover texts long.
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  },
};

/** By the schema's own copy of zod where it can; a schema of which nothing can be told takes anything. */
function convert(schema: SpecSchema): Schema {
  const own = (schema as { readonly toJSONSchema?: (options: z.core.ToJSONSchemaParams) => object }).toJSONSchema;
  if (own === undefined && !('_zod' in schema)) return {};
  const converted = { ...(own?.call(schema, options) ?? z.toJSONSchema(schema as z.ZodType, options)) };
  return Object.fromEntries(Object.entries(converted).filter(([name]) => name !== '$schema'));
}

function propertiesOf(schema: Schema): Schema {
  return (schema['properties'] ?? {}) as Schema;
}

const scalarTypes = new Set<unknown>(['string', 'number', 'integer', 'boolean']);

/** Lets an expression stand wherever the schema asks for a scalar. */
function withExpressions(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withExpressions);
  if (typeof schema !== 'object' || schema === null) return schema;
  const node = schema as Schema;
  const isScalar = scalarTypes.has(node['type']) || 'enum' in node || 'const' in node;
  if (isScalar) {
    const { description, default: standard, ...rest } = node;
    // Text without rules takes an expression as it is.
    if (node['type'] === 'string' && Object.keys(rest).every((key) => key === 'type' || key === 'minLength'))
      return node;
    return {
      ...(description === undefined ? {} : { description }),
      ...(standard === undefined ? {} : { default: standard }),
      anyOf: [rest, expressionRef],
    };
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inKeyword(key, value)]));
}

/** Only keywords that hold schemas are walked: `propertyNames` judges keys, and a default is a value. */
function inKeyword(key: string, value: unknown): unknown {
  switch (key) {
    case 'properties':
    case 'patternProperties':
      return Object.fromEntries(Object.entries(value as Schema).map(([name, each]) => [name, withExpressions(each)]));
    case 'items':
    case 'prefixItems':
    case 'additionalItems':
    case 'additionalProperties':
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
      return withExpressions(value);
    default:
      return value;
  }
}
