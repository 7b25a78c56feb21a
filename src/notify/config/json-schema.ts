// The JSON Schema of files of receivers, for editors.
import { plainJsonSchema, type JsonSchema } from '../../playbook/json-schema.ts';
import { notifyFileSchema, receiverKinds, receiverNamePattern, receiverSchemas } from './schema.ts';

export function notifyJsonSchema(): JsonSchema {
  const whole = plainJsonSchema(notifyFileSchema);
  const receivers = {
    type: 'object',
    minProperties: 1,
    propertyNames: { pattern: receiverNamePattern.source },
    additionalProperties: { anyOf: receiverKinds.map((kind) => plainJsonSchema(receiverSchemas[kind])) },
    description: 'Who can be told, by name.',
  };
  const properties = { ...(whole['properties'] as JsonSchema), receivers };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'relight notifications',
    ...whole,
    properties,
  };
}
