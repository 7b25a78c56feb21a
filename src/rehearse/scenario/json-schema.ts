// The JSON Schema of rehearsal files, for editors.
import { plainJsonSchema, type JsonSchema } from '../../playbook/json-schema.ts';
import { rehearsalSchemaFor } from './schema.ts';

export function rehearsalJsonSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'relight rehearsal',
    ...plainJsonSchema(rehearsalSchemaFor()),
  };
}
