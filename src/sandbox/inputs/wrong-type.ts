// What AWS's JSON parser says of a value of another type than the model's, in its words as dynalite's authors and moto's
// tests observed them.
import { AwsError } from '../model.ts';

export type WantedType = 'structure' | 'list' | 'map' | 'text' | 'integer' | 'long' | 'double' | 'boolean';

const javaNames: Partial<Record<WantedType, string>> = {
  text: 'String',
  integer: 'Integer',
  long: 'Long',
  double: 'Double',
  boolean: 'Boolean',
};

/** A SerializationException for a JSON value that is no `wanted`. */
export function wrongJsonType(value: unknown, wanted: WantedType): AwsError {
  return new AwsError('SerializationException', messageOf(value, wanted));
}

function messageOf(value: unknown, wanted: WantedType): string {
  const java = javaNames[wanted];
  if (java === undefined) {
    if (typeof value !== 'object')
      return wanted === 'structure' ? 'Unexpected value type in payload' : 'Unexpected field type';
    if (wanted === 'list') return 'Start of structure or map found where not expected';
    return `Unrecognized collection type class java.lang.Object`;
  }
  switch (typeof value) {
    case 'boolean':
      return `${value ? 'TRUE_VALUE' : 'FALSE_VALUE'} cannot be converted to ${java}`;
    case 'number':
      return `${Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'} cannot be converted to ${java}`;
    case 'string':
      return `STRING_VALUE cannot be converted to ${java}`;
    default:
      if (Array.isArray(value)) return `Unrecognized collection type class java.lang.${java}`;
      return 'Start of structure or map found where not expected';
  }
}
