// The JSON Schema of fleet files, for editors.
import { plainJsonSchema, type JsonSchema } from '../playbook/json-schema.ts';
import { fleetSchema } from './schema.ts';

export function fleetJsonSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'relight fleet',
    ...plainJsonSchema(fleetSchema),
  };
}
