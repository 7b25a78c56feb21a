// DynamoDB's errors. The namespaces of `__type` are added where answers are encoded.
import { AwsError } from '../../model.ts';

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** The commonest opening of a ValidationException. */
export function invalidValue(message: string): AwsError {
  return validation(`One or more parameter values were invalid: ${message}`);
}

export function serialization(message: string): AwsError {
  return new AwsError('SerializationException', message);
}

/** Items operations do not name the table. */
export function itemTableNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'Requested resource not found');
}

export function tableNotFound(name: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
}

export function inUse(message: string): AwsError {
  return new AwsError('ResourceInUseException', message);
}
