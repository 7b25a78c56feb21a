// The only file of this type that may change AWS.
import {
  CreateTableCommand,
  DeleteResourcePolicyCommand,
  DeleteTableCommand,
  PutResourcePolicyCommand,
  UpdateContinuousBackupsCommand,
  UpdateContributorInsightsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { classify, ClassifiedError, isNotFound } from '../../aws/errors.ts';
import { dynamodb } from '../../aws/services/dynamodb.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { differsBelow, isOwnWork } from '../kit/changing.ts';
import { isAtRest } from './described.ts';
import { diff } from './diff.ts';
import { readFurther } from './further.ts';
import { toCreation } from './input.ts';
import type { Move } from './move.ts';
import { movesTo } from './moves.ts';
import { observeTable } from './observe.ts';
import { furtherWords, type TableSpec, type TableState } from './schema.ts';

/** What has operations of its own is set once the table is there: the step goes on with an update then. */
export async function create(target: Target<TableSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  const receipt = await make(target, context);
  const said = spec as Readonly<Record<string, unknown>>;
  const later = furtherWords.filter((word) => word !== 'resourcePolicy' && said[word] !== undefined);
  if (later.length > 0) throw waiting(`table ${spec.name} is being made: ${later.join(', ')} once it is there`);
  return receipt;
}

async function make(target: Target<TableSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  try {
    const answer = await context.aws.client(dynamodb).send(
      new CreateTableCommand({
        ...toCreation(spec),
        Tags: Object.entries(context.tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return { arn: answer.TableDescription?.TableArn ?? '' };
  } catch (error) {
    if (classify(error).code !== 'ResourceInUseException') throw error;
    const existing = await observeTable(spec.name, context);
    const ownWork =
      existing.kind === 'present' &&
      isOwnWork(existing.tags, context.tags) &&
      diff(withoutFurther(spec), existing.state).length === 0;
    if (!ownWork) throw error;
    return { arn: existing.state.arn };
  }
}

function withoutFurther(spec: TableSpec): TableSpec {
  const words: readonly string[] = furtherWords;
  return Object.fromEntries(Object.entries(spec).filter(([word]) => !words.includes(word))) as TableSpec;
}

/** AWS takes one change at a time, and refuses the next one until it is done: the step is tried again with what is left. */
export async function update(
  { spec }: Target<TableSpec>,
  state: TableState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  const words = furtherWords.filter((word) => differsBelow(differences, word));
  if (words.length > 0 && state.status === 'CREATING') throw waiting(`table ${state.name} is being made`);
  const moves = movesTo(spec, state, differences, await readFurther(state, words, context));
  if (moves[0]?.call === 'UpdateTable' && !isAtRest(state.description)) {
    throw waiting(`AWS is at work on table ${state.name}: ${moves[0].what} after that`);
  }
  for (const [index, move] of moves.entries()) {
    const answer = await send(move, state.name, context);
    const next = moves[index + 1];
    if (next !== undefined && answer !== undefined && !isAtRest(answer)) {
      throw waiting(`AWS is at work on ${move.what} of table ${state.name}: ${next.what} after that`);
    }
  }
  return { arn: state.arn };
}

/** What UpdateTable answers tells whether AWS is done with it; the others are at once. */
async function send(move: Move, TableName: string, context: ChangeContext): Promise<TableDescription | undefined> {
  const client = context.aws.client(dynamodb);
  switch (move.call) {
    case 'UpdateTable':
      return (await client.send(new UpdateTableCommand({ ...move.input, TableName }))).TableDescription;
    case 'UpdateTimeToLive':
      await client.send(new UpdateTimeToLiveCommand(move.input));
      return undefined;
    case 'UpdateContinuousBackups':
      await client.send(new UpdateContinuousBackupsCommand(move.input));
      return undefined;
    case 'UpdateContributorInsights':
      await client.send(new UpdateContributorInsightsCommand(move.input));
      return undefined;
    case 'PutResourcePolicy':
      await client.send(new PutResourcePolicyCommand(move.input));
      return undefined;
    case 'DeleteResourcePolicy':
      await client.send(new DeleteResourcePolicyCommand(move.input));
      return undefined;
    default:
      return unreachable(move);
  }
}

/** Told like AWS's own refusal of a change that comes too early. */
function waiting(message: string): ClassifiedError {
  return new ClassifiedError('conflict', message);
}

/** With deletion protection on AWS refuses; it is the user who takes it off. */
export async function remove(_target: Target<TableSpec>, state: TableState, context: ChangeContext): Promise<Receipt> {
  try {
    await context.aws.client(dynamodb).send(new DeleteTableCommand({ TableName: state.name }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { arn: state.arn };
}
