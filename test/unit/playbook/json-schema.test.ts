import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { componentTypes } from '../../../src/components/index.ts';
import { playbookJsonSchema } from '../../../src/playbook/json-schema.ts';
import { catalog } from './catalog.ts';

const at = (schema: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>>)[key], schema);

describe('the JSON Schema of playbooks', () => {
  const schema = playbookJsonSchema(catalog);

  test('is fresh in the repository', () => {
    expect(componentTypes.size, 'an empty registry would prove nothing').toBeGreaterThan(0);
    const written: unknown = JSON.parse(
      readFileSync(new URL('../../../schema/playbook.schema.json', import.meta.url), 'utf8'),
    );
    const fresh: unknown = JSON.parse(JSON.stringify(playbookJsonSchema(componentTypes)));
    expect(written, 'run: npm run build && node scripts/generate-schema.mjs').toEqual(fresh);
  });

  test('ties each type to its spec', () => {
    expect(at(schema, '$defs', 'component', 'properties', 'type', 'enum')).toEqual([...catalog.keys()]);
    expect(at(schema, '$defs', 'component', 'allOf')).toHaveLength(catalog.size);
    expect(at(schema, '$defs', 'spec-ecs-service', 'required')).toEqual(['cluster', 'name', 'taskDefinition']);
    expect(at(schema, '$defs', 'spec-ecs-service', 'additionalProperties')).toBe(false);
  });

  test('lets an expression stand where a spec wants a scalar', () => {
    expect(at(schema, '$defs', 'spec-ecs-service', 'properties', 'desiredCount')).toEqual({
      default: 1,
      anyOf: [{ type: 'integer', minimum: 0 }, { $ref: '#/$defs/expression' }],
    });
    expect(at(schema, '$defs', 'spec-ecs-service', 'properties', 'launchType')).toEqual({
      default: 'FARGATE',
      anyOf: [{ type: 'string', enum: ['FARGATE', 'EC2'] }, { $ref: '#/$defs/expression' }],
    });
    expect(at(schema, '$defs', 'spec-ecs-service', 'properties', 'name')).toEqual({ type: 'string', minLength: 1 });
  });

  test('keeps expressions out of what is read before them', () => {
    expect(at(schema, 'properties', 'recovery', 'properties', 'concurrency')).toMatchObject({
      type: 'integer',
      maximum: 50,
    });
  });

  test('asks for the parts that have no default, and describes durations as text', () => {
    expect(at(schema, 'required')).toEqual(['apiVersion', 'kind', 'metadata', 'target', 'components']);
    expect(at(schema, 'properties', 'recovery', 'properties', 'deadline')).toMatchObject({
      type: 'string',
      default: '30m',
    });
  });
});
