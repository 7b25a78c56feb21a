// Others write while a step waits for its next try: nothing of theirs is lost without an image of it.
import { GetItemCommand, PutItemCommand, UpdateItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import type { BeforeImage, JournalRecord } from '../../src/run/journal/events.ts';
import type { MemoryJournal } from '../../src/run/journal/journal.ts';
import { deployedRig, readShipped, recallOf, type Rig } from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');
const place = { TableName: 'deployer-state', Key: { service: { S: 'deployer-api' } } };

async function itemOf(rig: Rig): Promise<Record<string, AttributeValue>> {
  return (await rig.operator.client(dynamodb).send(new GetItemCommand({ ...place, ConsistentRead: true }))).Item ?? {};
}

async function setStatus(rig: Rig, status: string): Promise<void> {
  await rig.operator.client(dynamodb).send(
    new UpdateItemCommand({
      ...place,
      UpdateExpression: 'SET #status = :status',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':status': { S: status } },
    }),
  );
}

/** Does something once, while a step pauses before its next try. */
function beforeNextTry(step: string, what: () => Promise<unknown>): (record: JournalRecord) => void {
  let done = false;
  return (record) => {
    if (done || record.type !== 'step-retrying' || record.step !== step) return;
    done = true;
    void what();
  };
}

function lastImageOf(journal: MemoryJournal, step: string): BeforeImage | undefined {
  const record = journal.records.findLast((each) => each.type === 'before-image' && each.step === step);
  return record?.type === 'before-image' ? journal.beforeImages.get(record.file.replace(/^before\//, '')) : undefined;
}

test('what was written into an item before its delete was tried again is in an image, and comes back with an undo', async () => {
  const rig = await deployedRig(text);
  const item = { ...(await itemOf(rig)), leader: { S: 'written-meanwhile' } };
  rig.faults.add({ kind: 'error-503', operation: 'DeleteItem', times: 1, nth: 1 });
  const { journal, report } = await rig.recover('teardown', {
    verify: false,
    onRecord: beforeNextTry('state-entry.delete', () =>
      rig.operator.client(dynamodb).send(new PutItemCommand({ TableName: place.TableName, Item: item })),
    ),
  });
  expect(report.result).toBe('succeeded');
  expect(await itemOf(rig)).toEqual({});
  expect(lastImageOf(journal, 'state-entry.delete')?.state).toMatchObject({ item });
  // The report names the image from which it comes back.
  const removed = report.removed.find((each) => each.component === 'state-entry');
  expect(removed?.beforeImage).toBe('before/state-entry.delete.2');

  await rig.undo(recallOf([journal]));
  expect((await itemOf(rig))['leader']).toEqual({ S: 'written-meanwhile' });
});

test('what was written into an item before its update was tried again comes back with an undo', async () => {
  const rig = await deployedRig(text);
  await setStatus(rig, 'old');
  rig.faults.add({ kind: 'error-503', operation: 'UpdateItem', times: 1, nth: 1 });
  const { journal, report } = await rig.recover('repair', {
    verify: false,
    onRecord: beforeNextTry('state-entry.update', () => setStatus(rig, 'locked-by-ann')),
  });
  expect(report.result).toBe('succeeded');
  expect(journal.beforeImages.get('state-entry.update')?.state).toMatchObject({ item: { status: { S: 'old' } } });
  expect(lastImageOf(journal, 'state-entry.update')?.state).toMatchObject({ item: { status: { S: 'locked-by-ann' } } });

  await rig.undo(recallOf([journal]));
  expect((await itemOf(rig))['status']).toEqual({ S: 'locked-by-ann' });
});

test('an item that has not changed between two tries is kept once', async () => {
  const rig = await deployedRig(text);
  rig.faults.add({ kind: 'error-503', operation: 'DeleteItem', times: 2 });
  const { journal } = await rig.recover('teardown', { verify: false });
  const images = journal.records.filter((each) => each.type === 'before-image' && each.step === 'state-entry.delete');
  expect(images).toHaveLength(1);
});
