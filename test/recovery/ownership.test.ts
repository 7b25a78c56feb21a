// Whose is a piece? By receipts, markers and names of tagged pieces, against the embedded AWS; never by equal content.
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeLoadBalancersCommand, RemoveTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ChangeResourceRecordSetsCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  type Change,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { route53 } from '../../src/aws/services/route53.ts';
import type { Known } from '../../src/assess/proof.ts';
import type { Evidence, KnownPiece, PieceStatus } from '../../src/components/contract.ts';
import { componentTypes } from '../../src/components/index.ts';
import { judgeWith, look, planChange } from '../../src/engine.ts';
import type { PlanKind } from '../../src/plan/plan.ts';
import type { MemoryJournal } from '../../src/run/journal/journal.ts';
import type { Planned, Rig } from '../helpers/rig.ts';
import {
  deployedRig,
  knownFrom,
  mutations,
  playbookOf,
  readShipped,
  recallOf,
  seededRig,
  stepIds,
  troubles,
  unfinished,
} from '../helpers/rig.ts';
import { accepting } from '../helpers/accepting.ts';

const head = `apiVersion: relight/v1
kind: Playbook
metadata: { name: static }
target: { account: '123456789012', alias: wonderland-prod, region: eu-west-1 }
components:
  table: { type: dynamodb/table, shared: true, spec: { name: deployer-state } }
`;
const marked = `${head}  www:
    type: route53/record
    ownership: marker
    spec: { zone: wonderland.example, name: www.wonderland.example, type: A, ttl: 60, values: ['203.0.113.9'] }
  entry:
    type: dynamodb/item
    ownership: marker
    spec: { table: '\${table.name}', key: { service: www }, attributes: { status: deployed } }
`;
const plain = marked.replaceAll('    ownership: marker\n', '');

async function zoneOf({ operator }: Rig): Promise<string> {
  const zones = await operator
    .client(route53)
    .send(new ListHostedZonesByNameCommand({ DNSName: 'wonderland.example' }));
  return zones.HostedZones?.[0]?.Id ?? '';
}

async function recordsIn(rig: Rig): Promise<readonly ResourceRecordSet[]> {
  const HostedZoneId = await zoneOf(rig);
  const answer = await rig.operator.client(route53).send(new ListResourceRecordSetsCommand({ HostedZoneId }));
  return (answer.ResourceRecordSets ?? []).filter((each) => each.Name?.includes('www.wonderland') === true);
}

async function change(rig: Rig, Changes: Change[]): Promise<void> {
  const HostedZoneId = await zoneOf(rig);
  await rig.operator
    .client(route53)
    .send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
  await rig.clock.sleep(120_000);
}

function decisionOf({ plan }: Planned, id: string): string | undefined {
  return plan.components.find((each) => each.id === id)?.disposition;
}

describe('without a marker, a journal, or the name of a tagged piece', () => {
  test.each([
    // A record that says what is wanted stays as it is.
    ['rebuild', ['entry']],
    ['teardown', ['www', 'entry']],
  ] as const)('a %s takes nothing away that says just what it wants', async (kind, blocked) => {
    const rig = (await deployedRig(marked)).withPlaybook(playbookOf(plain.replace('name: static', 'name: other')));
    const { plan, wire } = await rig.recover(kind, { verify: false });
    expect(plan.components.filter((each) => each.disposition === 'blocked').map((each) => each.id)).toEqual(blocked);
    expect(mutations(wire)).toEqual([]);
  });
});

describe('an undo', () => {
  const moved = plain
    .replace('name: static', 'name: other')
    .replace("'203.0.113.9'", "'198.51.100.7'")
    .replace('status: deployed', 'status: moved');

  /** The first playbook deploys, the second takes both pieces over with consent. */
  async function takenOver(): Promise<{
    readonly first: Rig;
    readonly second: Rig;
    readonly runs: readonly [MemoryJournal, MemoryJournal];
  }> {
    const first = await seededRig(playbookOf(plain));
    const deployed = await first.recover('repair', { verify: false });
    const second = first.withPlaybook(playbookOf(moved));
    const accepted = accepting('www:ownership', 'entry:ownership');
    const taken = await second.recover('repair', { verify: false, accepted });
    expect(unfinished(taken.report)).toEqual([]);
    return { first, second, runs: [deployed.journal, taken.journal] };
  }
  async function planKnowing(rig: Rig, kind: PlanKind, known: Known): Promise<Pick<Planned, 'plan'>> {
    const session = await rig.open('read');
    const assessed = judgeWith(session, await look(session), known);
    return planChange(session, assessed, { kind, allowDowntime: true });
  }

  const blockedIn = ({ plan }: Pick<Planned, 'plan'>): readonly string[] =>
    plan.components.filter((each) => each.disposition === 'blocked').map((each) => each.id);

  test('leaves alone what another playbook has written since, though it says just what the run left', async () => {
    const first = await seededRig(playbookOf(plain));
    const { journal } = await first.recover('repair', { verify: false });
    const gone = await first.recover('teardown', {
      verify: false,
      accepted: accepting('www:ownership', 'entry:ownership'),
    });
    expect(unfinished(gone.report)).toEqual([]);
    const second = first.withPlaybook(playbookOf(plain.replace('name: static', 'name: other')));
    const again = await second.recover('repair', { verify: false });
    expect(unfinished(again.report)).toEqual([]);
    // As where the teardown was run from another machine: its journal is not here.
    const known = knownFrom([journal, again.journal]);
    const { plan } = await first.planUndo(recallOf([journal]), { known });
    expect(blockedIn({ plan })).toEqual(['www', 'entry']);
    expect(plan.steps).toEqual([]);
    expect(plan.components.find((each) => each.id === 'www')?.because).toContain(
      'was written by playbook other in run',
    );
    const accepted = accepting('www:ownership', 'entry:ownership');
    const undo = await first.undo(recallOf([journal]), { known, accepted });
    expect(unfinished(undo.report)).toEqual([]);
    expect(stepIds(undo.plan)).toEqual(expect.arrayContaining(['www.delete', 'entry.delete']));
  });

  test('gives a piece back to whom it was before, and leaves its own playbook no claim', async () => {
    const { first, second, runs } = await takenOver();
    const known = knownFrom(runs);
    const past = recallOf([runs[1]]);
    const undo = await second.undo(past, { known });
    expect(unfinished(undo.report)).toEqual([]);
    const after = knownFrom([...runs, undo.journal]);
    expect(blockedIn(await planKnowing(second, 'teardown', after))).toEqual(['www', 'entry']);
    expect(stepIds((await planKnowing(first, 'teardown', after)).plan)).toEqual(
      expect.arrayContaining(['www.delete', 'entry.delete']),
    );
    // To have the takeover again is to take it over again.
    const redo = await second.planUndo(recallOf([undo.journal]), { known: after });
    expect(blockedIn(redo)).toEqual(['www', 'entry']);
    expect(redo.plan.components.find((each) => each.id === 'www')?.because).toMatch(
      /says 203\.0\.113\.9.* not provably this playbook's: playbook static wrote it in run /,
    );
  });
});

describe('a marker', () => {
  test('is made with the piece in one batch, proves it, and goes with it', async () => {
    const rig = await deployedRig(marked);
    const records = await recordsIn(rig);
    expect(records.map((each) => [each.Type, each.Name])).toEqual([
      ['A', 'www.wonderland.example.'],
      ['TXT', '_relight-a.www.wonderland.example.'],
    ]);
    expect(records[1]?.ResourceRecords?.[0]?.Value).toMatch(
      /^"heritage=relight,playbook=static,component=www,of=[0-9a-f]{32}"$/,
    );
    expect(troubles(await rig.status())).toEqual({});
    const { report, wire } = await rig.recover('teardown', { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(mutations(wire).map((call) => call.operation)).toEqual(
      expect.arrayContaining(['ChangeResourceRecordSets', 'DeleteItem']),
    );
    expect(await recordsIn(rig)).toEqual([]);
  });

  test('of another playbook speaks against the piece, whatever it says', async () => {
    const rig = (await deployedRig(marked)).withPlaybook(playbookOf(marked.replace('name: static', 'name: other')));
    const planned = await rig.plan('repair');
    for (const id of ['www', 'entry']) {
      expect(decisionOf(planned, id)).toBe('blocked');
      expect(planned.plan.components.find((each) => each.id === id)?.because).toContain(
        'carries the marker of playbook static',
      );
    }
    const { report } = await rig.recover('teardown', { verify: false, accepted: accepting('www:ownership') });
    expect(unfinished(report)).toEqual([]);
    expect(await recordsIn(rig)).toEqual([]);
  });

  test('holds for nothing that somebody has written under the name since', async () => {
    const rig = await deployedRig(marked);
    const ResourceRecordSet = {
      Name: 'www.wonderland.example',
      Type: 'A' as const,
      TTL: 60,
      ResourceRecords: [{ Value: '198.51.100.7' }],
    };
    await change(rig, [{ Action: 'UPSERT', ResourceRecordSet }]);
    expect(decisionOf(await rig.plan('repair'), 'www')).toBe('blocked');
    expect(decisionOf(await rig.plan('teardown', { allowDowntime: true }), 'www')).toBe('blocked');
  });

  test.each(['"heritage=relight,playbook=', '"v=spf1 -all"', '"heritage=relight,playbook=static,component=www,of=0"'])(
    'that is damaged (%s) is as good as none',
    async (Value) => {
      const rig = await deployedRig(marked);
      const Name = '_relight-a.www.wonderland.example';
      const text = Value.endsWith('"') ? Value : `${Value}"`;
      await change(rig, [
        { Action: 'UPSERT', ResourceRecordSet: { Name, Type: 'TXT', TTL: 300, ResourceRecords: [{ Value: text }] } },
      ]);
      expect(decisionOf(await rig.plan('repair'), 'www')).toBe('blocked');
      const { report } = await rig.recover('repair', { verify: false, accepted: accepting('www:ownership') });
      expect(unfinished(report)).toEqual([]);
      expect(troubles(await rig.status())).toEqual({});
    },
  );

  test('that was left over beside nothing does not stand in the way of a new record', async () => {
    const rig = await deployedRig(marked);
    const [record] = await recordsIn(rig);
    await change(rig, [{ Action: 'DELETE', ResourceRecordSet: record }]);
    const { report } = await rig.recover('repair', { verify: false });
    expect(unfinished(report)).toEqual([]);
    expect(troubles(await rig.status())).toEqual({});
    expect(stepIds((await rig.plan('teardown')).plan)).toContain('www.delete');
  });

  test('in an item is put back where the item is proven otherwise, and only there', async () => {
    const rig = await deployedRig(marked);
    await rig.operator.client(dynamodb).send(
      new UpdateItemCommand({
        TableName: 'deployer-state',
        Key: { service: { S: 'www' } },
        UpdateExpression: 'REMOVE #marker',
        ExpressionAttributeNames: { '#marker': 'relight:playbook' },
      }),
    );
    expect(decisionOf(await rig.plan('repair'), 'entry')).toBe('blocked');
  });
});

describe('pieces that another deployer made, without tags', () => {
  const text = readShipped('deployer-api.yaml');

  async function untagged(): Promise<Rig> {
    const rig = await deployedRig(text);
    const { LoadBalancers = [] } = await rig.operator.client(elbv2).send(new DescribeLoadBalancersCommand({}));
    const ResourceArns = LoadBalancers.flatMap((each) => each.LoadBalancerArn ?? []);
    await rig.operator
      .client(elbv2)
      .send(new RemoveTagsCommand({ ResourceArns, TagKeys: ['relight:playbook', 'relight:component'] }));
    return rig;
  }

  test('are repaired around without a flag', async () => {
    const rig = await untagged();
    await rig.break(['service']);
    const { report } = await rig.recover('repair');
    expect(unfinished(report)).toEqual([]);
    expect(report.result).toBe('succeeded');
  });

  test.each(['rebuild', 'teardown'] as const)('are not taken away by a %s unless adopted', async (kind) => {
    const rig = await untagged();
    const planned = await rig.plan(kind, { allowDowntime: true });
    expect(decisionOf(planned, 'load-balancer')).toBe('blocked');
    expect(planned.plan.components.find((each) => each.id === 'load-balancer')?.because).toContain(
      '--accept load-balancer:ownership',
    );
    expect(stepIds(planned.plan)).not.toContain('load-balancer.delete');
    const accepted = await rig.plan(kind, {
      allowDowntime: true,
      accepted: accepting('load-balancer:ownership', 'cname:ownership'),
    });
    expect(stepIds(accepted.plan)).toContain('load-balancer.delete');
  });

  test('do not prove what names them', async () => {
    const rig = await untagged();
    expect(decisionOf(await rig.plan('teardown', { allowDowntime: true }), 'cname')).toBe('blocked');
  });
});

test('an item that says what is wanted, written by hand, is not the playbook’s', async () => {
  const rig = await deployedRig(marked);
  await rig.operator
    .client(dynamodb)
    .send(
      new PutItemCommand({ TableName: 'deployer-state', Item: { service: { S: 'www' }, status: { S: 'deployed' } } }),
    );
  expect(decisionOf(await rig.plan('teardown', { allowDowntime: true }), 'entry')).toBe('blocked');
});

describe('evidence, by lot', () => {
  const type = (name: string) => {
    const found = componentTypes.get(name);
    if (found?.judging.claim === undefined) throw new Error(name);
    return { ...found, claim: found.judging.claim.bind(found) };
  };
  const names = ['api', 'web'] as const;
  const dns = fc
    .tuple(fc.constantFrom(...names), fc.integer({ min: 1, max: 3 }))
    .map(([name, number]) => `${name}-${number}.eu-west-1.elb.amazonaws.com`);
  const piece: fc.Arbitrary<KnownPiece> = fc
    .tuple(fc.constantFrom(...names), fc.constantFrom<PieceStatus>('tagged', 'untagged', 'gone', 'other'), dns)
    .map(([name, status, dnsName]) => ({
      component: `lb-${name}`,
      type: 'elbv2/load-balancer',
      status,
      outputs: status === 'gone' ? { name } : { name, dnsName },
      unique: status === 'gone' ? [] : [dnsName],
    }));
  const evidenceOf = (pieces: readonly KnownPiece[], written: readonly string[]): Evidence => ({
    playbook: 'mine',
    account: '123456789012',
    region: 'eu-west-1',
    pieces: () => pieces,
    written: written.length === 0 ? [] : [written],
  });

  test('what a record says is proven by receipts, tagged pieces and earlier names, and by nothing else', () => {
    const { claim } = type('route53/record');
    fc.assert(
      fc.property(
        dns,
        dns,
        fc.array(piece, { maxLength: 3 }),
        fc.array(dns, { maxLength: 2 }),
        (value, wanted, pieces, written) => {
          const spec = { zone: 'a.example', name: 'x.a.example', type: 'CNAME', ttl: 60, values: [wanted] };
          const description = { Name: 'x.a.example.', Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: value }] };
          const { proof, strange } = claim(
            spec,
            { zone: { id: 'Z1', isPrivate: false }, description },
            evidenceOf(pieces, written),
          );
          const [name = ''] = value.split('-');
          const byReceipt = written.includes(value);
          const byTag = pieces.some((each) => each.status === 'tagged' && each.unique.includes(value));
          const byName = pieces.some(
            (each) => each.status !== 'other' && each.outputs['name'] === name && each.outputs['dnsName'] !== value,
          );
          expect(proof !== undefined).toBe(byReceipt || byTag || byName);
          // Equal content is not strange, and no proof.
          if (value === wanted) expect(strange).toBeUndefined();
          if (proof !== undefined) expect(strange).toBeUndefined();
        },
      ),
      { seed: 20160905, numRuns: 2_000 },
    );
  });

  test('an item is proven by receipts and by ARNs of tagged or lost services of its name alone', () => {
    const { claim } = type('dynamodb/item');
    const arnOf = (name: string): string => `arn:aws:ecs:eu-west-1:123456789012:service/main/${name}`;
    const services = fc.array(
      fc
        .tuple(fc.constantFrom(...names), fc.constantFrom<PieceStatus>('tagged', 'untagged', 'gone', 'other'))
        .map(([name, status]): KnownPiece => ({
          component: name,
          type: 'ecs/service',
          status,
          outputs: { name, arn: arnOf(name) },
          unique: [arnOf(name)],
        })),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(
        fc.option(fc.constantFrom(...names)),
        fc.constantFrom(...names),
        services,
        fc.boolean(),
        (said, wanted, pieces, receipt) => {
          const spec = { table: 't', key: { id: 'a' }, attributes: { arn: arnOf(wanted), status: 'deployed' } };
          const item = {
            id: { S: 'a' },
            status: { S: 'deployed' },
            ...(said === null ? {} : { arn: { S: arnOf(said) } }),
          };
          const { proof } = claim(spec, { table: 't', item }, evidenceOf(pieces, receipt ? ['x'] : []));
          const byName = pieces.some(
            (each) => (each.status === 'tagged' || each.status === 'gone') && each.outputs['name'] === said,
          );
          expect(proof !== undefined).toBe(receipt || byName);
        },
      ),
      { seed: 20160905, numRuns: 2_000 },
    );
  });
});

test('how much another kind of plan would be is told as if all were consented to: a rebuild that may not begin is not short', async () => {
  const rig = await deployedRig(readShipped('deployer-api.yaml'));
  const LoadBalancerName = 'deployer-api';
  const { LoadBalancers = [] } = await rig.operator
    .client(elbv2)
    .send(new DescribeLoadBalancersCommand({ Names: [LoadBalancerName] }));
  const ResourceArns = [LoadBalancers[0]?.LoadBalancerArn ?? ''];
  const TagKeys = ['relight:playbook', 'relight:component'];
  const before = (await rig.plan('repair')).plan.totals.rebuild;
  await rig.operator.client(elbv2).send(new RemoveTagsCommand({ ResourceArns, TagKeys }));
  expect((await rig.plan('rebuild')).plan.steps.length).toBeLessThan(before?.steps ?? 0);
  expect((await rig.plan('repair')).plan.totals.rebuild).toEqual(before);
});
