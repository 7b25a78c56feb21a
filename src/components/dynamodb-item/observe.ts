// Looks at items by key, 100 a call, table by table: one missing table must not hide the items of another.
import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { askingEachTime } from '../../aws/asked-once.ts';
import { classify, isNotFound } from '../../aws/errors.ts';
import { dynamodb } from '../../aws/services/dynamodb.ts';
import type { Observation, ReadContext, Target } from '../contract.ts';
import { absent, observeChunks, observeEach, present, type Observations } from '../kit/observing.ts';
import { keysPerCall } from './calls.ts';
import type { ItemSpec, ItemState } from './schema.ts';
import { fromAttributes, keyText, keyTextIn, toAttributes, type Attributes } from './values.ts';
import { groupBy } from '../../util/group-by.ts';

/** How often what BatchGetItem left unprocessed is asked for again at once; after that it counts as throttled. */
const triesPerBatch = 3;

export async function observe(
  targets: readonly Target<ItemSpec>[],
  context: ReadContext,
): Promise<Observations<ItemState>> {
  const answers = await Promise.all(
    [...groupBy(targets, (target) => target.spec.table)].map(([table, members]) =>
      observeChunks(members, keysPerCall, context, (chunk) => observeIn(table, chunk, context)),
    ),
  );
  return new Map(answers.flatMap((each) => [...each]));
}

async function observeIn(
  table: string,
  chunk: readonly Target<ItemSpec>[],
  context: ReadContext,
): Promise<Observations<ItemState>> {
  try {
    const { items, unprocessed } = await readAll(table, chunk, context);
    return new Map(chunk.map((target) => [target.id, observationOf(target, items, unprocessed, context)]));
  } catch (error) {
    if (isNotFound(error)) {
      // A table that is still CREATING answers the same [DynamoDB API]; it holds nothing either.
      const gone = absent(context, `table ${table} does not exist, or not yet`);
      return new Map(chunk.map((target) => [target.id, gone]));
    }
    // One key that does not fit the table spoils the whole batch: ask for each by itself.
    if (classify(error).class !== 'invalid' || chunk.length === 1) throw error;
    return observeEach(chunk, context, async (target) => {
      const { items, unprocessed } = await readAll(table, [target], context);
      return observationOf(target, items, unprocessed, context);
    });
  }
}

interface Batch {
  readonly items: readonly Attributes[];
  readonly unprocessed: readonly Attributes[];
}

async function readAll(table: string, chunk: readonly Target<ItemSpec>[], context: ReadContext): Promise<Batch> {
  const items: Attributes[] = [];
  // AWS refuses a batch that names a key twice.
  const byText = new Map(chunk.map(({ spec }) => [keyText(spec.key), toAttributes(spec.key)]));
  let pending: Attributes[] = [...byText.values()];
  for (let attempt = 1; attempt <= triesPerBatch && pending.length > 0; attempt += 1) {
    const keys = pending;
    // All of them may have been left: that is the same question, and it is to be asked again.
    const aws = attempt === 1 ? context.aws : askingEachTime(context.aws);
    const answer = await context.limit(() =>
      aws
        .client(dynamodb)
        .send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } })),
    );
    items.push(...(answer.Responses?.[table] ?? []));
    pending = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return { items, unprocessed: pending };
}

function observationOf(
  { spec }: Target<ItemSpec>,
  items: readonly Attributes[],
  unprocessed: readonly Attributes[],
  context: ReadContext,
): Observation<ItemState> {
  const wanted = keyText(spec.key);
  const names = Object.keys(spec.key);
  const has = (attributes: Attributes): boolean => keyTextIn(fromAttributes(attributes), names) === wanted;
  const item = items.find(has);
  if (item !== undefined) return present({ table: spec.table, item: fromAttributes(item) }, undefined, context);
  if (unprocessed.some(has)) {
    const detail = `BatchGetItem left it unprocessed ${triesPerBatch} times`;
    return { kind: 'unknown', reason: 'throttled', detail, at: context.now(), api: 'dynamodb:BatchGetItem' };
  }
  return absent(context);
}
