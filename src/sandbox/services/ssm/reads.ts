// Values by name, and what is known of parameters besides.
import { AwsError, timestamp, type CallContext, type Input, type Operation, type Output } from '../../model.ts';
import { listOf, pageSizeOf, textOf, validation } from './input.ts';
import { useKey } from './keys.ts';
import { arnOf, find, named } from './names.ts';
import { toldPolicies } from './policies.ts';
import { ssmOf, type ParameterRecord } from './store.ts';
import { unverifiedTexts, usualPage } from './unverified.ts';

/** A SecureString is decrypted when it is asked for so; the flag means nothing to others [SSM API, GetParameter]. */
function told(parameter: ParameterRecord, input: Input, context: CallContext): Output {
  const { ciphertext, dataType, keyId, modifiedAt, name, type, value, version } = parameter;
  const decrypts = input['WithDecryption'] === true;
  if (decrypts && keyId !== null) useKey(keyId, context);
  return {
    ARN: arnOf(name, context.region, context.world.data),
    DataType: dataType,
    LastModifiedDate: timestamp(modifiedAt),
    Name: name,
    Type: type,
    Value: decrypts ? value : (ciphertext ?? value),
    Version: version,
  };
}

export const getParameter: Operation = (input, context) => ({ Parameter: told(named(input, context), input, context) });

/** Both lists are there when nothing is in them [SSM API, GetParameters: example]. */
export const getParameters: Operation = (input, context) => {
  const asked = listOf(input, 'Names', 10) ?? [];
  const names = [...new Set(asked.filter((each): each is string => typeof each === 'string' && each !== ''))];
  if (names.length === 0 || names.length < new Set(asked).size) {
    throw validation(
      "1 validation error detected: Value '[]' at 'names' failed to satisfy constraint: Member must have length greater " +
        'than or equal to 1',
    );
  }
  const found = names.map((name) => ({ name, parameter: find(context, name) }));
  return {
    Parameters: found.flatMap(({ parameter }) => (parameter === undefined ? [] : [told(parameter, input, context)])),
    InvalidParameters: found.flatMap(({ name, parameter }) => (parameter === undefined ? [name] : [])),
  };
};

export const describeParameters: Operation = (input, context) => {
  const size = pageSizeOf(input, 50) ?? usualPage;
  const token = textOf(input, 'NextToken');
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (token !== undefined && !(from > 0 && Number.isInteger(from)))
    throw new AwsError('InvalidNextToken', unverifiedTexts.nextToken);
  const filters = (listOf(input, 'ParameterFilters', 50) ?? []).map((each) => filterOf(each as Input));
  const all = Object.values(ssmOf(context.local).parameters)
    .filter((parameter) => filters.every((matches) => matches(parameter)))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const to = from + size;
  return {
    Parameters: all.slice(from, to).map((parameter) => ({
      ARN: arnOf(parameter.name, context.region, context.world.data),
      Name: parameter.name,
      Type: parameter.type,
      KeyId: parameter.keyId ?? undefined,
      LastModifiedDate: timestamp(parameter.modifiedAt),
      LastModifiedUser: parameter.modifiedBy,
      Description: parameter.description ?? undefined,
      AllowedPattern: parameter.allowedPattern ?? undefined,
      Version: parameter.version,
      Tier: parameter.tier,
      Policies: toldPolicies(parameter),
      DataType: parameter.dataType,
    })),
    NextToken: to < all.length ? Buffer.from(String(to)).toString('base64url') : undefined,
  };
};

/** [SSM API, ParameterStringFilter]; the other keys are outside the sandbox. */
function filterOf(filter: Input): (parameter: ParameterRecord) => boolean {
  const key = textOf(filter, 'Key') ?? '';
  const option = textOf(filter, 'Option') ?? 'Equals';
  const values = (listOf(filter, 'Values', 50) ?? []).map(String);
  const valueOf: ((parameter: ParameterRecord) => string | null) | undefined = {
    Name: ({ name }: ParameterRecord) => name,
    Type: ({ type }: ParameterRecord) => type,
    Tier: ({ tier }: ParameterRecord) => tier,
    KeyId: ({ keyId }: ParameterRecord) => keyId,
  }[key];
  if (valueOf === undefined) throw new AwsError('InvalidFilterKey', `The filter key ${key} is not valid.`);
  const holds = { Equals: isEqual, BeginsWith: beginsWith, Contains: contains }[option];
  if (holds === undefined || (option === 'Contains' && key !== 'Name')) {
    throw new AwsError('InvalidFilterOption', `The filter option ${option} is not valid.`);
  }
  if (values.length === 0) throw new AwsError('InvalidFilterValue', 'The filter value is not valid.');
  return (parameter) => values.some((value) => holds(valueOf(parameter) ?? '', value));
}

function isEqual(own: string, wanted: string): boolean {
  return own === wanted;
}

function beginsWith(own: string, wanted: string): boolean {
  return own.startsWith(wanted);
}

function contains(own: string, wanted: string): boolean {
  return own.includes(wanted);
}
