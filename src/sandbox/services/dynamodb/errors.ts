// DynamoDB's errors. The namespaces of `__type` are added where answers are encoded.
import { notModelledCode } from '../../inputs/check.ts';
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

/** Operations on backups have their own name for a table that is missing. */
export function backedTableNotFound(name: string): AwsError {
  return new AwsError('TableNotFoundException', `Table not found: ${name}`);
}

/** AWS would have gone on. */
export function notModelled(what: string, reason: string): AwsError {
  return new AwsError(
    notModelledCode,
    `The sandbox does not model ${what}, and would rather refuse it than drop it: ${reason}`,
  );
}
