// PutParameter makes a parameter or, asked to overwrite, its next version; what an overwrite leaves out stays as it is.
import { notModelledCode } from '../../inputs/check.ts';
import { linearPattern, type LinearPattern } from '../../linear-pattern.ts';
import { AwsError, type Input, type Operation } from '../../model.ts';
import { own, put } from '../../records.ts';
import { requiredText, textOf, validation } from './input.ts';
import { defaultKey, useKey } from './keys.ts';
import { checkName } from './names.ts';
import { policiesOf } from './policies.ts';
import { parameterTypes, ssmOf, type ParameterRecord, type ParameterType } from './store.ts';
import { tagsOf } from './tags.ts';
import { notMatching, unverifiedTexts } from './unverified.ts';
import { historyWith } from './versions.ts';

/** [SSM API, PutParameter: DataType] */
const dataTypes = ['text', 'aws:ec2:image', 'aws:ssm:integration'];

/** In characters [the text below; SSM API, PutParameter: Value]. */
const largest = { Standard: 4096, Advanced: 8192 } as const;

export const putParameter: Operation = (input, context) => {
  const { local, now, world } = context;
  const store = ssmOf(local);
  const name = requiredText(input, 'Name', { min: 1, max: 2048 });
  const value = requiredText(input, 'Value', { min: 1, secret: true });
  const description = textOf(input, 'Description', { max: 1024 });
  const type = textOf(input, 'Type', { oneOf: parameterTypes }) as ParameterType | undefined;
  const keyId = textOf(input, 'KeyId', { min: 1, max: 256, pattern: /^([a-zA-Z0-9:/_-]+)$/ });
  const allowedPattern = textOf(input, 'AllowedPattern', { max: 1024 });
  const dataType = textOf(input, 'DataType', { max: 128 });
  const policies = policiesOf(input);
  const tags = tagsOf(input);
  const overwrite = input['Overwrite'] === true;
  if (overwrite && tags !== undefined) {
    // [captured: getmoto/moto#4283, hashicorp/terraform-provider-aws#18550]
    throw validation(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove " +
        'overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.',
    );
  }
  if (/\{\{.*\}\}/s.test(value)) throw validation(unverifiedTexts.nested);
  checkName(name, context);
  if (dataType !== undefined && !dataTypes.includes(dataType)) {
    // [asserted by moto's tests]
    throw validation(`The following data type is not supported: ${dataType} (Data type names are all lowercase.)`);
  }
  const before = own(store.parameters, name);
  if (before !== undefined && !overwrite) {
    // [captured: terraform-provider-aws]
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  const itsType = type ?? before?.type;
  if (itsType === undefined) throw validation('A parameter type is required when you create a parameter.');
  // In a hierarchy [SSM API, HierarchyTypeMismatchException]; elsewhere it may change [terraform-provider-aws, tests].
  if (before !== undefined && before.type !== itsType && name.includes('/')) {
    throw new AwsError('HierarchyTypeMismatchException', unverifiedTexts.typeChange);
  }
  if (keyId !== undefined && itsType !== 'SecureString') throw validation(unverifiedTexts.keyOfNoSecret);

  const made: ParameterRecord = {
    name,
    type: itsType,
    value,
    ciphertext: itsType === 'SecureString' ? `AQICAH${Buffer.from(world.hex(96)).toString('base64')}` : null,
    keyId: itsType === 'SecureString' ? (keyId ?? before?.keyId ?? defaultKey) : null,
    tier: tierOf(input, value, policies ?? before?.policies ?? [], before),
    description: description ?? before?.description ?? null,
    allowedPattern: (allowedPattern ?? before?.allowedPattern ?? '') || null,
    dataType: dataType ?? before?.dataType ?? 'text',
    policies: policies ?? before?.policies ?? [],
    version: (before?.version ?? 0) + 1,
    modifiedAt: now,
    modifiedBy: context.callerArn ?? world.data.callerArn,
    tags: tags ?? before?.tags ?? {},
    history: before === undefined ? [] : historyWith(before),
    labels: before?.labels ?? {},
  };
  checkPattern(made);
  if (made.keyId !== null) useKey(made.keyId, context);
  put(store.parameters, name, made);
  return { Version: made.version, Tier: made.tier };
};

/** [SSM user guide, "Managing parameter tiers"]; texts captured by terraform-provider-aws and others, but for the last two. */
function tierOf(
  input: Input,
  value: string,
  policies: ParameterRecord['policies'],
  before: ParameterRecord | undefined,
): ParameterRecord['tier'] {
  const asked = textOf(input, 'Tier', { oneOf: ['Standard', 'Advanced', 'Intelligent-Tiering'] });
  if (asked === 'Standard' && before?.tier === 'Advanced') {
    throw validation(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier " +
        'to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard ' +
        'parameter.',
    );
  }
  const needs = value.length > largest.Standard || policies.length > 0;
  const tier =
    before?.tier === 'Advanced' || asked === 'Advanced' || (asked === 'Intelligent-Tiering' && needs)
      ? 'Advanced'
      : 'Standard';
  if (tier === 'Standard' && value.length > largest.Standard) {
    throw validation(
      `Standard tier parameters support a maximum parameter value of ${String(largest.Standard)} characters. To create a ` +
        'larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see ' +
        'https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html',
    );
  }
  if (value.length > largest.Advanced) throw validation(unverifiedTexts.tooLong);
  if (tier === 'Standard' && policies.length > 0) throw validation(unverifiedTexts.policiesOfStandard);
  return tier;
}

function checkPattern({ allowedPattern, value }: ParameterRecord): void {
  if (allowedPattern === null) return;
  let pattern: LinearPattern | undefined;
  try {
    pattern = linearPattern(allowedPattern);
  } catch {
    throw new AwsError('InvalidAllowedPatternException', unverifiedTexts.badPattern);
  }
  if (pattern === undefined) {
    throw new AwsError(
      notModelledCode,
      `The sandbox does not model look-around and references in patterns: ${allowedPattern}`,
    );
  }
  if (!pattern(value)) throw new AwsError('ParameterPatternMismatchException', notMatching(allowedPattern));
}
