// The only file of this type that may change AWS.
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  ParameterAlreadyExists,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  type PutParameterCommandInput,
  type Tag,
} from '@aws-sdk/client-ssm';
import { ClassifiedError, isNotFound } from '../../aws/errors.ts';
import { ssm } from '../../aws/services/ssm.ts';
import type { ChangeContext, Difference, Receipt, Tags, Target } from '../contract.ts';
import { isOwnWork, refusal } from '../kit/changing.ts';
import { diff } from './diff.ts';
import { decrypted, observe } from './observe.ts';
import { toAwsPolicies } from './policies.ts';
import type { ParameterSpec, ParameterState } from './schema.ts';
import { usual } from './usual.ts';

/** Without `Overwrite` nothing that is there is touched [SSM API, PutParameter]. */
export async function create(target: Target<ParameterSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  try {
    await put({ ...inputOf(spec), Tags: toAwsTags({ ...spec.tags, ...context.tags }) }, context);
  } catch (error) {
    if (!(error instanceof ParameterAlreadyExists)) throw error;
    // An earlier try of this step may have made it.
    const seen = (await observe([target], context)).get(target.id);
    const own = seen?.kind === 'present' && isOwnWork(seen.tags, context.tags) && diff(spec, seen.state).length === 0;
    if (!own) throw new ClassifiedError('conflict', `a parameter ${spec.name} is there already`, { cause: error });
  }
  return { name: spec.name };
}

/**
 * Whatever an overwrite might drop is sent as it is: AWS documents that of policies alone that they stay. What is taken away
 * gets what a new parameter has.
 */
export async function update(
  { spec }: Target<ParameterSpec>,
  state: ParameterState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  const { name } = spec;
  const gone = differences.flatMap(({ desired, path }) => (desired === undefined ? [path] : []));
  if (differences.some(({ path }) => !path.startsWith('tags'))) {
    const away = Object.fromEntries(Object.entries(usual).filter(([field]) => gone.includes(field)));
    const told = inputOf({
      ...spec,
      type: state.type as ParameterSpec['type'],
      tier: state.tier as ParameterSpec['tier'],
      value: spec.value ?? state.value,
      secretValue: spec.secretValue ?? state.secretValue ?? (await secretOf(state, context)),
      keyId: spec.keyId ?? state.keyId,
      description: spec.description ?? state.explanation,
      allowedPattern: spec.allowedPattern ?? state.allowedPattern,
      dataType: spec.dataType ?? state.dataType,
      ...away,
    });
    const { Version } = await put({ ...told, Overwrite: true }, context);
    // It was gone by then, and is a new one now.
    if (Version === 1) await tag(name, { ...spec.tags, ...context.tags }, context);
  }
  if (differences.some(({ desired, path }) => path.startsWith('tags') && desired !== undefined)) {
    await tag(name, spec.tags ?? {}, context);
  }
  const tagsGone = gone.flatMap((path) => (path.startsWith('tags.') ? [path.slice('tags.'.length)] : []));
  if (tagsGone.length > 0) {
    await context.aws
      .client(ssm)
      .send(new RemoveTagsFromResourceCommand({ ResourceType: 'Parameter', ResourceId: name, TagKeys: tagsGone }));
  }
  return { name };
}

/** The value that is in the before-image of this change; nobody may write another setting without it. */
function secretOf({ name, type }: ParameterState, context: ChangeContext): Promise<string | undefined> {
  return type === 'SecureString' ? decrypted(name, context) : Promise.resolve(undefined);
}

/** A missing one is success. When it went tells when its name is free again. */
export async function remove(
  { spec }: Target<ParameterSpec>,
  _state: ParameterState,
  context: ChangeContext,
): Promise<Receipt> {
  try {
    await context.aws.client(ssm).send(new DeleteParameterCommand({ Name: spec.name }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return { name: spec.name };
  }
  return { name: spec.name, deletedAt: context.now() };
}

function put(
  input: PutParameterCommandInput,
  context: ChangeContext,
): Promise<{ readonly Version?: number | undefined }> {
  return context.aws.client(ssm).send(new PutParameterCommand(input));
}

async function tag(name: string, tags: Tags, context: ChangeContext): Promise<void> {
  await context.aws
    .client(ssm)
    .send(new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: name, Tags: toAwsTags(tags) }));
}

function toAwsTags(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** A parameter cannot be written without its value [SSM API, PutParameter]. */
function inputOf(spec: ParameterSpec): PutParameterCommandInput {
  const value = spec.type === 'SecureString' ? spec.secretValue : spec.value;
  if (value === undefined) throw refusal('ValidationException', `the value of ${spec.name} is not known`);
  return {
    Name: spec.name,
    Value: value,
    Type: spec.type,
    KeyId: spec.type === 'SecureString' ? spec.keyId : undefined,
    Tier: spec.tier,
    Description: spec.description,
    AllowedPattern: spec.allowedPattern,
    DataType: spec.dataType,
    Policies: spec.policies && toAwsPolicies(spec.policies),
  };
}
