// Looks at parameters: ten names a call for values (a SecureString's as ciphertext) and for the rest, tags one by one.
// Decrypted is only what has a value to be compared with, each by itself: a key that fails conceals no other parameter.
import {
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  type Parameter,
  type ParameterMetadata,
} from '@aws-sdk/client-ssm';
import { ssm } from '../../aws/services/ssm.ts';
import type { CascadedPiece, Json, Observation, ReadContext, Tags, Target } from '../contract.ts';
import {
  absent,
  allPages,
  observeChunks,
  present,
  unknownAnswer,
  unknownFrom,
  type Observations,
} from '../kit/observing.ts';
import { policyFrom } from './policies.ts';
import { namesPerCall } from './calls.ts';
import type { ParameterSpec, ParameterState } from './schema.ts';

export function observe(
  targets: readonly Target<ParameterSpec>[],
  context: ReadContext,
): Promise<Observations<ParameterState>> {
  return observeChunks(targets, namesPerCall, context, async (chunk) => {
    const names = [...new Set(chunk.map(({ spec }) => spec.name))];
    const found = await valuesOf(names, context);
    const metadata = await metadataOf([...found.keys()], context);
    const answers = await Promise.all(
      chunk.map(async ({ id, spec }): Promise<[string, Observation<ParameterState>]> => {
        const parameter = found.get(spec.name);
        if (parameter === undefined) return [id, absent(context)];
        try {
          return [id, await observationOf(spec, parameter, metadata.get(spec.name), context)];
        } catch (error) {
          return [id, unknownFrom(error, context)];
        }
      }),
    );
    return new Map(answers);
  });
}

/** Those that are there, without decryption: the others are in a list of their own [SSM API, GetParameters]. */
async function valuesOf(names: readonly string[], context: ReadContext): Promise<ReadonlyMap<string, Parameter>> {
  const answer = await context.limit(() =>
    context.aws.client(ssm).send(new GetParametersCommand({ Names: [...names], WithDecryption: false })),
  );
  return new Map((answer.Parameters ?? []).map((each) => [each.Name ?? '', each]));
}

/** "Between zero and the value of MaxResults" are on a page [SSM API, DescribeParameters]. */
async function metadataOf(
  names: readonly string[],
  context: ReadContext,
): Promise<ReadonlyMap<string, ParameterMetadata>> {
  if (names.length === 0) return new Map();
  const all = await allPages(
    ({ Name }: ParameterMetadata) => Name,
    async (token: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws.client(ssm).send(
          new DescribeParametersCommand({
            ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [...names] }],
            MaxResults: 50,
            NextToken: token,
          }),
        ),
      );
      return { items: answer.Parameters ?? [], next: answer.NextToken };
    },
  );
  return new Map(all.map((each) => [each.Name ?? '', each]));
}

async function observationOf(
  spec: ParameterSpec,
  parameter: Parameter,
  metadata: ParameterMetadata | undefined,
  context: ReadContext,
): Promise<Observation<ParameterState>> {
  if (metadata === undefined) return unknownAnswer(`DescribeParameters said nothing of ${spec.name}`, context);
  const isSecret = parameter.Type === 'SecureString';
  const [tags, secretValue] = await Promise.all([
    tagsOf(spec.name, context),
    isSecret && spec.secretValue !== undefined ? decrypted(spec.name, context) : undefined,
  ]);
  const state: ParameterState = {
    arn: parameter.ARN ?? '',
    name: spec.name,
    type: parameter.Type ?? '',
    version: parameter.Version ?? 0,
    value: isSecret ? undefined : parameter.Value,
    secretValue,
    keyId: metadata.KeyId,
    tier: metadata.Tier ?? '',
    explanation: metadata.Description,
    allowedPattern: metadata.AllowedPattern,
    dataType: parameter.DataType,
    policies: (metadata.Policies ?? []).map(policyFrom),
    tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('relight:'))),
  };
  return present(state, tags, context);
}

async function tagsOf(name: string, context: ReadContext): Promise<Tags> {
  const answer = await context.limit(() =>
    context.aws.client(ssm).send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: name })),
  );
  return Object.fromEntries((answer.TagList ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}

/** What is kept in its before-image, and written back with another setting [SSM API, PutParameter: Value is required]. */
export async function decrypted(name: string, context: ReadContext): Promise<string | undefined> {
  const answer = await context.limit(() =>
    context.aws.client(ssm, { reveals: true }).send(new GetParameterCommand({ Name: name, WithDecryption: true })),
  );
  return answer.Parameter?.Value;
}

/**
 * The value of a SecureString that nobody has decrypted to compare it: without it none could be made again. A command that
 * only reads does not decrypt it: whoever changes something will, right before that, or change nothing.
 */
export async function capture(
  { spec }: Target<ParameterSpec>,
  { secretValue, type }: ParameterState,
  context: ReadContext,
): Promise<Json> {
  if (type !== 'SecureString') return null;
  if (secretValue !== undefined) return { secretValue };
  if (!context.aws.gate.mayEverChange) return { secretValue: null, unread: true };
  return { secretValue: (await decrypted(spec.name, context)) ?? null };
}

/** Nothing goes with it. A value that cannot be decrypted cannot be kept: then it is not deleted. */
export async function cascade(
  target: Target<ParameterSpec>,
  state: ParameterState,
  context: ReadContext,
): Promise<readonly CascadedPiece[]> {
  await capture(target, state, context);
  return [];
}
