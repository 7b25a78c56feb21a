// Changes of one zone in one request: five requests a second are all that Route 53 takes of an account.
import { describe, expect, test } from 'vitest';
import { askedFor } from '../../src/aws/counted.ts';
import { classify } from '../../src/aws/errors.ts';
import { HeldBack } from '../../src/aws/gate.ts';
import { createMeter, type CallMeter } from '../../src/aws/meter.ts';
import { batches, type ZoneChange } from '../../src/components/route53-record/batch.ts';
import type { ChangeContext, Receipt, Target } from '../../src/components/contract.ts';
import { record } from '../../src/components/route53-record/index.ts';
import type { RecordSpec } from '../../src/components/route53-record/schema.ts';
import { presume, route53Of } from '../../src/sandbox/index.ts';
import { changing, establish, look, reading, stateOf, type Bench } from '../helpers/aws.ts';
import { benchWithZone, recordTarget, simple, write, zone } from '../helpers/route53.ts';

/** Contexts of steps of one run: each counts its own calls, and all share what a session shares. */
function contexts(where: Bench): (target: Target<RecordSpec>) => ChangeContext & { readonly meter: CallMeter } {
  const { forget, kept, later, together } = reading(where);
  return ({ id }) => {
    const meter = createMeter();
    return { ...changing(where, { id }), aws: askedFor(where.aws, { meter }), forget, kept, later, together, meter };
  };
}

function targetsOf(...names: readonly string[]): readonly Target<RecordSpec>[] {
  return names.map((each) => recordTarget({ name: `${each}.${zone}`, ttl: 60, values: [`${each}.example`] }, each));
}

interface Made {
  readonly id: string;
  readonly receipt?: Receipt;
  readonly refused?: string;
  readonly meter: CallMeter;
}

async function createAll(where: Bench, targets: readonly Target<RecordSpec>[]): Promise<readonly Made[]> {
  const contextOf = contexts(where);
  return Promise.all(
    targets.map(async (target): Promise<Made> => {
      const context = contextOf(target);
      const { id } = target;
      try {
        return { id, receipt: await record.create(target, context), meter: context.meter };
      } catch (error) {
        return { id, refused: classify(error).message, meter: context.meter };
      }
    }),
  );
}

/** Records in each request that changed the zone. */
function requests(where: Bench): readonly number[] {
  return where.wire
    .filter(({ operation }) => operation === 'ChangeResourceRecordSets')
    .map(({ input }) => {
      const { ChangeBatch } = (input as { body: { ChangeBatch: { Changes: readonly unknown[] } } }).body;
      return ChangeBatch.Changes.length;
    });
}

describe('changes of one zone at about the same time', () => {
  test('are one request, and count as everybody’s', async () => {
    const where = benchWithZone();
    const targets = targetsOf('a', 'b', 'c');
    const made = await createAll(where, targets);
    expect(requests(where)).toEqual([3]);
    expect(new Set(made.map(({ receipt }) => receipt?.['changeId'])).size).toBe(1);
    // Nobody may say of his step that nothing was changed.
    expect(made.map(({ meter }) => meter.changes)).toEqual([1, 1, 1]);
    expect(where.aws.meter.byOperation.get('route53:ChangeResourceRecordSets')).toBe(1);
    for (const target of targets) expect(await look(record, target, where)).toMatchObject({ kind: 'present' });
  });

  test('are split when AWS refuses them, until the guilty one is alone', async () => {
    const where = benchWithZone();
    await write(where, simple('of-others.example', { Name: `c.${zone}` }));
    await where.clock.sleep(1_000);
    where.wire.length = 0;
    const made = await createAll(where, targetsOf('a', 'b', 'c', 'd', 'e'));
    expect(made.filter(({ receipt }) => receipt !== undefined).map(({ id }) => id)).toEqual(['a', 'b', 'd', 'e']);
    expect(made.find(({ id }) => id === 'c')?.refused).toContain('already exists');
    expect(requests(where).filter((size, index, all) => size !== all[index - 1])).toEqual([5, 3, 2, 1, 2]);
  });

  test('that nobody knows the end of are nobody’s success', async () => {
    const where = benchWithZone();
    where.faults.add({ operation: 'ChangeResourceRecordSets', kind: 'reset-after' });
    const made = await createAll(where, targetsOf('a', 'b'));
    expect(made.map(({ receipt }) => receipt)).toEqual([undefined, undefined]);
    expect(requests(where)).toEqual([2]);
    expect(made.every(({ meter }) => meter.changes > 0)).toBe(true);
  });

  test('are split too for a health check that one of them names in vain: a delete beside it is made', async () => {
    const where = benchWithZone();
    const contextOf = contexts(where);
    const [there, ...others] = targetsOf('a', 'b');
    if (there === undefined) throw new Error('no target');
    await establish(record, there, where);
    const gone = { setIdentifier: 'one', weight: 1, healthCheck: '11111111-2222-4333-8444-555555555555' };
    const guilty = recordTarget({ name: `c.${zone}`, ttl: 60, values: ['c.example'], ...gone }, 'c');
    const state = await stateOf(record, there, where);
    const [removed, made, refused] = await Promise.allSettled([
      record.delete(there, state, contextOf(there)),
      ...[...others, guilty].map((each) => record.create(each, contextOf(each))),
    ]);
    expect(removed).toMatchObject({ status: 'fulfilled', value: { changeId: expect.any(String) as string } });
    expect(made).toMatchObject({ status: 'fulfilled' });
    expect(refused).toMatchObject({ status: 'rejected', reason: { name: 'NoSuchHealthCheck' } });
    expect(await look(record, there, where)).toMatchObject({ kind: 'absent' });
  });

  test('that waited long for an earlier request are held back, for their steps to look again', async () => {
    const where = benchWithZone();
    where.faults.add({ operation: 'ChangeResourceRecordSets', kind: 'hang', nth: 1 });
    const contextOf = contexts(where);
    const [first, second] = targetsOf('a', 'b');
    if (first === undefined || second === undefined) throw new Error('no targets');
    const hung = record.create(first, contextOf(first));
    hung.catch(() => undefined);
    await where.clock.sleep(1_000);
    await expect(record.create(second, contextOf(second))).rejects.toThrow(HeldBack);
    await expect(hung).rejects.toThrow('no answer');
    expect(requests(where)).toEqual([1]);
  });

  test('wait for one answer together, and are asked for from outside once', async () => {
    const where = benchWithZone();
    const contextOf = contexts(where);
    const targets = targetsOf('a', 'b', 'c');
    const [context] = targets.map(contextOf);
    if (context === undefined) throw new Error('no target');
    const receipts = await Promise.all(targets.map((each) => record.create(each, context)));
    await where.clock.sleep(120_000);
    where.wire.length = 0;
    const settled = await Promise.all(
      targets.map(async (each, index) => record.time.settled?.('create', receipts[index] ?? {}, each, context)),
    );
    expect(settled).toEqual(targets.map(() => ({ kind: 'done' })));
    const seen = await record.observe(targets, context);
    for (const target of targets) {
      const observation = seen.get(target.id);
      if (observation?.kind !== 'present') throw new Error(`${target.id} is not there`);
      expect(await record.time.verify?.(target, observation.state, context)).toMatchObject({ kind: 'done' });
    }
    const operations = where.wire.map(({ operation }) => operation);
    expect(operations.filter((each) => each === 'GetChange')).toHaveLength(1);
    // The name servers agree.
    expect(operations.filter((each) => each === 'TestDNSAnswer')).toHaveLength(0);
  });
});

describe('the size of a request', () => {
  const change = (component: string, records: number, action: 'CREATE' | 'UPSERT', value = 'x'): ZoneChange => ({
    component,
    changes: [
      {
        Action: action,
        ResourceRecordSet: {
          ...{ Name: component, Type: 'TXT' },
          ResourceRecords: Array.from({ length: records }, () => ({ Value: value })),
        },
      },
    ],
    context: changing(benchWithZone()),
    at: 0,
  });
  const sizes = (...all: readonly ZoneChange[]): readonly (readonly string[])[] =>
    batches(all).map((batch) => batch.map(({ component }) => component));

  test('stays below 1,000 records, of which an UPSERT counts twice', () => {
    expect(sizes(change('a', 600, 'CREATE'), change('b', 400, 'CREATE'), change('c', 1, 'CREATE'))).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
    expect(sizes(change('a', 300, 'UPSERT'), change('b', 400, 'CREATE'), change('c', 1, 'CREATE'))).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
  });

  test('and below 32,000 characters of values', () => {
    const long = 'x'.repeat(4_000);
    expect(sizes(change('a', 4, 'CREATE', long), change('b', 4, 'CREATE', long), change('c', 1, 'CREATE'))).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
  });

  test('what is larger alone goes out alone: AWS says what is wrong with it', () => {
    expect(sizes(change('a', 1, 'CREATE'), change('b', 2_000, 'CREATE'), change('c', 1, 'CREATE'))).toEqual([
      ['a'],
      ['b'],
      ['c'],
    ]);
  });
});

test('a zone is found once; one that was deleted and made anew is found again', async () => {
  const where = benchWithZone();
  const { forget, kept, later, together } = reading(where);
  const target = recordTarget({ ttl: 60, values: ['x.example'] });
  const seen = async (): Promise<unknown> =>
    (await record.observe([target], { ...reading(where), forget, kept, later, together })).get('cname');
  await establish(record, target, where);
  expect(await seen()).toMatchObject({ kind: 'present' });
  where.wire.length = 0;
  expect(await seen()).toMatchObject({ kind: 'present' });
  expect(where.wire.map(({ operation }) => operation)).toEqual(['ListResourceRecordSets']);

  const { zones } = route53Of(where.world.data);
  for (const id of Object.keys(zones)) Reflect.deleteProperty(zones, id);
  expect(await seen()).toMatchObject({ kind: 'absent', detail: expect.stringContaining(zone) as string });
  presume(where.world, [{ kind: 'hosted-zone', name: zone }]);
  expect(await seen()).toMatchObject({ kind: 'absent' });
  await establish(record, target, where);
  expect(await seen()).toMatchObject({ kind: 'present' });
});
