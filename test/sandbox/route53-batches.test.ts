// Change batches of the sandbox's Route 53, and the lists of what they wrote.
import type * as sdk from '@aws-sdk/client-route-53';
import { ListResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { snapshot } from '../../src/sandbox/index.ts';
import { a, apply, change, cname, failure, list, names, refusal, submit, weighted, zoneRig } from './route53-rig.ts';

describe('Batches', () => {
  test('one bad change rejects all', async () => {
    const made = await zoneRig();
    await apply(made, change('CREATE', a('there.example.com', '192.0.2.1')));
    const before = snapshot(made.world);
    const message = await refusal(
      made,
      change('CREATE', a('new.example.com', '192.0.2.1')),
      change('CREATE', a('there.example.com', '192.0.2.2')),
      change('DELETE', a('gone.example.com', '192.0.2.1')),
    );
    expect(message).toBe(
      "[Tried to create resource record set [name='there.example.com.', type='A'] but it already exists, " +
        "Tried to delete resource record set [name='gone.example.com.', type='A'] but it was not found]",
    );
    expect(snapshot(made.world)).toEqual(before);
  });

  test('a refused batch does not keep the zone busy', async () => {
    const made = await zoneRig();
    await refusal(made, change('DELETE', a('gone.example.com', '192.0.2.1')));
    await submit(made, change('CREATE', a('x.example.com', '192.0.2.1')));
  });

  test('changes are made in order: DELETE makes room for another type or policy', async () => {
    const made = await zoneRig();
    await apply(made, change('CREATE', a('x.example.com', '192.0.2.1')));
    await apply(
      made,
      change('DELETE', a('x.example.com', '192.0.2.1')),
      change('CREATE', cname('x.example.com', 'y.example.com')),
    );
    await apply(
      made,
      change('DELETE', cname('x.example.com', 'y.example.com')),
      change('CREATE', { ...cname('x.example.com', 'z.example.com'), SetIdentifier: 'one', Weight: 1 }),
    );
    expect((await list(made)).at(-1)).toMatchObject({ SetIdentifier: 'one', Weight: 1 });
    expect(
      await refusal(
        made,
        change('CREATE', a('x.example.com', '192.0.2.1')),
        change('DELETE', { ...cname('x.example.com', 'z.example.com'), SetIdentifier: 'one', Weight: 1 }),
      ),
    ).toContain('conflicting RRSet of type CNAME');
  });

  test('the set identifier is part of the text', async () => {
    const made = await zoneRig();
    await apply(made, change('CREATE', weighted('Default', 1, '192.0.2.1')));
    expect(await refusal(made, change('CREATE', weighted('Default', 1, '192.0.2.1')))).toBe(
      "[Tried to create resource record set [name='w.example.com.', type='A', set-identifier='Default'] but it already exists]",
    );
  });

  test('one record set occurs once in a batch, or as DELETE then CREATE', async () => {
    const made = await zoneRig();
    const record = a('x.example.com', '192.0.2.1');
    const text = "[The request contains an invalid set of changes for a resource record set 'A x.example.com.']";
    expect(await refusal(made, change('UPSERT', record), change('UPSERT', record))).toBe(text);
    expect(await refusal(made, change('CREATE', record), change('DELETE', record))).toBe(text);
    await apply(made, change('CREATE', record));
    expect(await refusal(made, change('DELETE', record), change('DELETE', record))).toBe(text);
    await apply(made, change('DELETE', record), change('CREATE', record));
  });

  test('UPSERT creates or replaces', async () => {
    const made = await zoneRig();
    await apply(made, change('UPSERT', a('x.example.com', '192.0.2.1')));
    await apply(made, change('UPSERT', { ...a('X.example.com', '192.0.2.2'), TTL: 5 }));
    expect((await list(made)).at(-1)).toEqual({ ...a('x.example.com.', '192.0.2.2'), TTL: 5 });
  });

  test('DELETE has to name the stored record set in full', async () => {
    const made = await zoneRig();
    const stored = a('x.example.com', '192.0.2.1', '192.0.2.2');
    await apply(made, change('CREATE', stored));
    const mismatch =
      "[Tried to delete resource record set [name='x.example.com.', type='A'] but the values provided do not match the current values]";
    expect(await refusal(made, change('DELETE', { ...stored, TTL: 61 }))).toBe(mismatch);
    expect(await refusal(made, change('DELETE', a('x.example.com', '192.0.2.1')))).toBe(mismatch);
    await apply(made, change('DELETE', a('X.EXAMPLE.COM.', '192.0.2.2', '192.0.2.1')));
    expect(await names(made)).toEqual([]);
  });

  // Captured in September 2026: stored TARGET.EXAMPLE.TEST, deleted as target.example.test.
  test('DELETE matches as DNS does, not as text', async () => {
    const made = await zoneRig();
    await apply(made, change('CREATE', cname('alias.example.com', 'TARGET.EXAMPLE.TEST')));
    await apply(made, change('DELETE', cname('ALIAS.EXAMPLE.COM.', 'target.example.test.')));
    expect(await names(made)).toEqual([]);
  });

  test('limits: 1,000 values and 32,000 characters, UPSERT counts twice', async () => {
    const made = await zoneRig();
    const many = (count: number, action: 'CREATE' | 'UPSERT'): sdk.Change[] =>
      Array.from({ length: count }, (_, index) => change(action, a(`n${String(index)}.example.com`, '192.0.2.1')));
    expect(await refusal(made, ...many(1001, 'CREATE'))).toBe('[Number of records limit of 1000 exceeded.]');
    expect(await refusal(made, ...many(501, 'UPSERT'))).toBe('[Number of records limit of 1000 exceeded.]');
    await apply(made, ...many(1000, 'CREATE'));
    const text = (length: number, action: 'CREATE' | 'UPSERT'): sdk.Change[] =>
      Array.from({ length: length / 200 }, (_, index) => {
        const Value = `"${'x'.repeat(198)}"`;
        return change(action, {
          Name: `t${String(index)}.example.com`,
          Type: 'TXT',
          TTL: 1,
          ResourceRecords: [{ Value }],
        });
      });
    expect(await refusal(made, ...text(32_200, 'CREATE'))).toBe('[RDATA character limit of 32000 exceeded.]');
    expect(await refusal(made, ...text(16_200, 'UPSERT'))).toBe('[RDATA character limit of 32000 exceeded.]');
    await apply(made, ...text(32_000, 'CREATE'));
  });

  test('a zone holds 10,000 record sets', async () => {
    const made = await zoneRig({ changeAcceptance: 0 });
    for (let batch = 0; batch < 10; batch += 1) {
      const count = batch === 9 ? 998 : 1000;
      const records = Array.from({ length: count }, (_, index) =>
        a(`r${String(batch * 1000 + index)}.example.com`, '192.0.2.1'),
      );
      await submit(made, ...records.map((record) => change('CREATE', record)));
    }
    expect(await refusal(made, change('CREATE', a('last.example.com', '192.0.2.1')))).toBe(
      `[Exceeded limit MAX_RRSETS_BY_ZONE for zone: ${made.zone}]`,
    );
    // The order, made by the first list, is kept up to date by later changes.
    const { client, zone } = made;
    const listed = async (): Promise<(string | undefined)[]> => {
      const { ResourceRecordSets } = await client.send(
        new ListResourceRecordSetsCommand({ HostedZoneId: zone, StartRecordName: 'r5.example.com', MaxItems: 2 }),
      );
      return ResourceRecordSets?.map(({ Name }) => Name) ?? [];
    };
    expect(await listed()).toEqual(['r5.example.com.', 'r50.example.com.']);
    await submit(made, change('DELETE', a('r50.example.com', '192.0.2.1')));
    await submit(made, change('CREATE', a('r5-a.example.com', '192.0.2.1')));
    expect(await listed()).toEqual(['r5.example.com.', 'r500.example.com.']);
  });
});

describe('Lists of records', () => {
  test('ordered by reversed labels with the trailing dot, then type, then set identifier', async () => {
    const made = await zoneRig();
    await apply(
      made,
      change('CREATE', a('www.example.com', '192.0.2.1')),
      change('CREATE', a('www-a.example.com', '192.0.2.1')),
      change('CREATE', { ...a('www.example.com', '2001:db8::1'), Type: 'AAAA' }),
      change('CREATE', a('b.a.example.com', '192.0.2.1')),
      change('CREATE', a('a.example.com', '192.0.2.1')),
      change('CREATE', a('*.example.com', '192.0.2.1')),
      change('CREATE', weighted('two', 1, '192.0.2.2')),
      change('CREATE', weighted('one', 1, '192.0.2.1')),
    );
    expect(
      (await list(made)).map(({ Name, Type, SetIdentifier }) => [Name, Type, SetIdentifier ?? ''].join(' ').trim()),
    ).toEqual([
      'example.com. NS',
      'example.com. SOA',
      '\\052.example.com. A',
      'a.example.com. A',
      'b.a.example.com. A',
      'w.example.com. A one',
      'w.example.com. A two',
      'www-a.example.com. A',
      'www.example.com. A',
      'www.example.com. AAAA',
    ]);
  });

  test('paged by the three next fields, at most 300 at once', async () => {
    const made = await zoneRig();
    const { client, zone } = made;
    const sets = Array.from({ length: 100 }, (_, index) =>
      weighted(`id-${String(index).padStart(3, '0')}`, 1, '192.0.2.1'),
    );
    const plain = Array.from({ length: 250 }, (_, index) => a(`p${String(index)}.example.com`, '192.0.2.1'));
    await apply(made, ...[...sets, ...plain].map((record) => change('CREATE', record)));
    const seen: string[] = [];
    let next: Partial<sdk.ListResourceRecordSetsCommandOutput> = {};
    let pages = 0;
    do {
      next = await client.send(
        new ListResourceRecordSetsCommand({
          HostedZoneId: zone,
          MaxItems: 33,
          StartRecordName: next.NextRecordName,
          StartRecordType: next.NextRecordType,
          StartRecordIdentifier: next.NextRecordIdentifier,
        }),
      );
      expect(next.MaxItems).toBe(33);
      pages += 1;
      for (const { Name, Type, SetIdentifier } of next.ResourceRecordSets ?? []) {
        seen.push([Name, Type, SetIdentifier].join(' '));
      }
    } while (next.IsTruncated === true);
    expect(pages).toBe(11);
    expect(seen).toHaveLength(352);
    expect(new Set(seen).size).toBe(352);

    const most = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone, MaxItems: 1000 }));
    expect(most.ResourceRecordSets).toHaveLength(300);
    expect(most).toMatchObject({ IsTruncated: true, MaxItems: 300 });
  });

  test('starts at a name that need not exist; a type needs a name', async () => {
    const made = await zoneRig();
    const { client, zone } = made;
    await apply(
      made,
      change('CREATE', a('b.example.com', '192.0.2.1')),
      change('CREATE', a('d.example.com', '192.0.2.1')),
    );
    const from = (
      input: Partial<sdk.ListResourceRecordSetsCommandInput>,
    ): Promise<sdk.ListResourceRecordSetsCommandOutput> =>
      client.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone, ...input }));
    expect((await from({ StartRecordName: 'C.example.com' })).ResourceRecordSets?.map(({ Name }) => Name)).toEqual([
      'd.example.com.',
    ]);
    expect(
      (await from({ StartRecordName: 'b.example.com', StartRecordType: 'CNAME' })).ResourceRecordSets?.map(
        ({ Name }) => Name,
      ),
    ).toEqual(['d.example.com.']);
    expect(await failure(from({ StartRecordType: 'A' }))).toMatchObject({ name: 'InvalidInput' });
    expect(await failure(from({ StartRecordName: 'b.example.com', StartRecordIdentifier: 'x' }))).toMatchObject({
      name: 'InvalidInput',
    });
  });
});
