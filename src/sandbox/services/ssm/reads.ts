// Values by name, and what is known of parameters besides.
import { AwsError, timestamp, type CallContext, type Input, type Operation, type Output } from '../../model.ts';
import { filtersOf, isBelow } from './filters.ts';
import { listOf, pageSizeOf, requiredText, validation } from './input.ts';
import { useKey } from './keys.ts';
import { arnOf, refuseOddName, refuseOddPath } from './names.ts';
import { pageOf } from './pages.ts';
import { toldPolicies } from './policies.ts';
import { refuseReference, refuseReferences } from './secret-references.ts';
import { ssmOf, type ParameterRecord } from './store.ts';
import { usualPage } from './unverified.ts';
import { selected, type Selected } from './versions.ts';

/** A SecureString is decrypted when it is asked for so; the flag means nothing to others [SSM API, GetParameter]. */
function told({ name, selector, version: of }: Selected, input: Input, context: CallContext): Output {
  const { ciphertext, dataType, keyId, modifiedAt, type, value, version } = of;
  const decrypts = input['WithDecryption'] === true;
  if (decrypts && keyId !== null) useKey(keyId, context);
  return {
    ARN: arnOf(name, context.region, context.world.data),
    DataType: dataType,
    LastModifiedDate: timestamp(modifiedAt),
    Name: name,
    Selector: selector,
    Type: type,
    Value: decrypts ? value : (ciphertext ?? value),
    Version: version,
  };
}

export const getParameter: Operation = (input, context) => {
  const asked = requiredText(input, 'Name', { min: 1, max: 2048 });
  refuseReference(asked, input, context);
  refuseOddName(asked);
  return { Parameter: told(selected(context, asked), input, context) };
};

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
  refuseReferences(names, context);
  const found = names.map((name) => ({ name, parameter: selectedOrNone(context, name) }));
  return {
    Parameters: found.flatMap(({ parameter }) => (parameter === undefined ? [] : [told(parameter, input, context)])),
    InvalidParameters: found.flatMap(({ name, parameter }) => (parameter === undefined ? [name] : [])),
  };
};

/** Of several names, those that are not there are told by name, whatever is missing of them. */
function selectedOrNone(context: CallContext, asked: string): Selected | undefined {
  try {
    return selected(context, asked);
  } catch (error) {
    if (error instanceof AwsError && /^Parameter(Version)?NotFound$/.test(error.code)) return undefined;
    throw error;
  }
}

const byPathPage = 10;

/** Parameters below a path: the next level, or all. */
export const getParametersByPath: Operation = (input, context) => {
  const path = requiredText(input, 'Path', { min: 1, max: 2048 });
  refuseOddPath(path);
  const matches = filtersOf(input, 'by path');
  const size = pageSizeOf(input, byPathPage) ?? byPathPage;
  const all = sorted(context).filter(
    (parameter) => isBelow(parameter.name, path, input['Recursive'] === true) && matches(parameter),
  );
  const { items, NextToken } = pageOf(input, all, size);
  const tell = (parameter: ParameterRecord): Output =>
    told({ name: parameter.name, version: parameter, selector: undefined }, input, context);
  return { Parameters: items.map(tell), NextToken };
};

function sorted({ local }: CallContext): readonly ParameterRecord[] {
  return Object.values(ssmOf(local).parameters).sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** Nothing is shared with the account here. */
export const describeParameters: Operation = (input, context) => {
  const size = pageSizeOf(input, 50) ?? usualPage;
  const matches = filtersOf(input, 'described');
  const all = input['Shared'] === true ? [] : sorted(context).filter(matches);
  const { items, NextToken } = pageOf(input, all, size);
  return {
    Parameters: items.map((parameter) => ({
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
    NextToken,
  };
};
