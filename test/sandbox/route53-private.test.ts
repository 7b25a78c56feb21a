// Private zones, the VPCs that may ask them, and comments of zones.
import * as sdk from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { presume, resolveDns } from '../../src/sandbox/index.ts';
import { a, apply, bare, change, failure, rig, zoneRig, type Rig } from './route53-rig.ts';

const region = 'eu-west-1';
const vpc = (VPCId: string): sdk.VPC => ({ VPCId, VPCRegion: region });

function withVpcs(): Rig {
  const made = rig();
  presume(
    made.world,
    ['vpc-1', 'vpc-2', 'vpc-3'].map((id) => ({ kind: 'vpc', id, region })),
  );
  return made;
}

let references = 0;
async function newZone({ client, clock }: Rig, Name: string, VPC?: sdk.VPC): Promise<string> {
  references += 1;
  const command = new sdk.CreateHostedZoneCommand({ Name, CallerReference: String(references), ...(VPC && { VPC }) });
  const { HostedZone } = await client.send(command);
  clock.advance(60_000);
  return bare(HostedZone?.Id);
}

const associate = ({ client }: Rig, HostedZoneId: string, VPC: sdk.VPC, Comment?: string) =>
  client.send(new sdk.AssociateVPCWithHostedZoneCommand({ HostedZoneId, VPC, Comment }));
const disassociate = ({ client }: Rig, HostedZoneId: string, VPC: sdk.VPC) =>
  client.send(new sdk.DisassociateVPCFromHostedZoneCommand({ HostedZoneId, VPC }));
const vpcsOf = async ({ client }: Rig, Id: string) =>
  (await client.send(new sdk.GetHostedZoneCommand({ Id }))).VPCs?.map(({ VPCId }) => VPCId);

describe('Private zones', () => {
  test('a zone that is made with a VPC is private: no name servers of its own, no answers for the public', async () => {
    const made = withVpcs();
    const zone = await newZone(made, 'inner.example', vpc('vpc-1'));
    const { DelegationSet, HostedZone, VPCs } = await made.client.send(new sdk.GetHostedZoneCommand({ Id: zone }));
    expect([DelegationSet, HostedZone?.Config?.PrivateZone, VPCs]).toEqual([undefined, true, [vpc('vpc-1')]]);
    await apply({ ...made, zone }, change('CREATE', a('x.inner.example', '192.0.2.1')));
    made.clock.advance(60_000);
    expect(resolveDns(made.world, 'x.inner.example', 'A').answers).toEqual([]);
  });

  test('further VPCs come and go, each with a change; the last one stays', async () => {
    const made = withVpcs();
    const zone = await newZone(made, 'inner.example', vpc('vpc-1'));
    const { ChangeInfo } = await associate(made, zone, vpc('vpc-2'), 'for the other team');
    expect(ChangeInfo).toMatchObject({ Status: 'PENDING', Comment: 'for the other team' });
    made.clock.advance(60_000);
    const change = await made.client.send(new sdk.GetChangeCommand({ Id: ChangeInfo?.Id }));
    expect(change.ChangeInfo?.Status).toBe('INSYNC');
    expect(await vpcsOf(made, zone)).toEqual(['vpc-1', 'vpc-2']);
    expect((await disassociate(made, zone, vpc('vpc-1'))).ChangeInfo?.Status).toBe('PENDING');
    expect(await vpcsOf(made, zone)).toEqual(['vpc-2']);
    expect(await failure(disassociate(made, zone, vpc('vpc-2')))).toMatchObject({
      name: 'LastVPCAssociation',
      status: 400,
    });
    expect(await failure(disassociate(made, zone, vpc('vpc-3')))).toMatchObject({
      name: 'VPCAssociationNotFound',
      status: 404,
    });
  });

  test('a public zone takes no VPC, and nobody takes one that is not there', async () => {
    const made = withVpcs();
    const open = await newZone(made, 'open.example');
    expect(await failure(associate(made, open, vpc('vpc-1')))).toEqual({
      name: 'PublicZoneVPCAssociation',
      message: `Attempting to associate public zone: ${open} with vpc: vpc-1`,
      status: 400,
    });
    const zone = await newZone(made, 'inner.example', vpc('vpc-1'));
    expect((await failure(associate(made, zone, vpc('vpc-9')))).name).toBe('InvalidVPCId');
    const elsewhere: sdk.VPC = { VPCId: 'vpc-1', VPCRegion: 'us-east-1' };
    expect((await failure(associate(made, zone, elsewhere))).name).toBe('InvalidVPCId');
    expect((await failure(associate(made, 'Z0000000', vpc('vpc-1')))).name).toBe('NoSuchHostedZone');
  });

  test('a VPC asks one zone of each name', async () => {
    const made = withVpcs();
    const first = await newZone(made, 'inner.example', vpc('vpc-1'));
    const conflict = {
      name: 'ConflictingDomainExists',
      message:
        'The VPC that you chose, vpc-1 in region eu-west-1, is already associated with another private hosted zone that has an overlapping name space, inner.example..',
      status: 400,
    };
    expect(await failure(newZone(made, 'inner.example', vpc('vpc-1')))).toEqual(conflict);
    const second = await newZone(made, 'inner.example', vpc('vpc-2'));
    expect(await failure(associate(made, second, vpc('vpc-1')))).toEqual(conflict);
    expect(await failure(associate(made, first, vpc('vpc-1')))).toEqual(conflict);
    await newZone(made, 'below.inner.example', vpc('vpc-1'));
    await newZone(made, 'inner.example');
  });

  test('the zones of a VPC, page by page', async () => {
    const made = withVpcs();
    const zones: string[] = [];
    for (const name of ['a.example', 'b.example', 'c.example']) zones.push(await newZone(made, name, vpc('vpc-1')));
    await newZone(made, 'd.example', vpc('vpc-2'));
    await newZone(made, 'e.example');
    const ask = (NextToken?: string, MaxItems?: number) =>
      made.client.send(new sdk.ListHostedZonesByVPCCommand({ VPCId: 'vpc-1', VPCRegion: region, MaxItems, NextToken }));
    const all = await ask();
    expect(all.HostedZoneSummaries).toEqual(
      zones.map((HostedZoneId, index) => ({
        HostedZoneId,
        Name: `${'abc'.charAt(index)}.example.`,
        Owner: { OwningAccount: '123456789012' },
      })),
    );
    expect([all.MaxItems, all.NextToken]).toEqual([100, undefined]);
    const page = await ask(undefined, 2);
    expect(page.HostedZoneSummaries?.map(({ HostedZoneId }) => HostedZoneId)).toEqual(zones.slice(0, 2));
    const rest = await ask(page.NextToken, 2);
    expect(rest.HostedZoneSummaries?.map(({ HostedZoneId }) => HostedZoneId)).toEqual(zones.slice(2));
    expect((await failure(ask('nonsense'))).name).toBe('InvalidPaginationToken');
  });
});

describe('Comments of zones', () => {
  test('are changed, and taken away by one that is left out', async () => {
    const made = await zoneRig();
    const comment = async (Comment?: string) => {
      const command = new sdk.UpdateHostedZoneCommentCommand({ Id: made.zone, Comment });
      const { HostedZone } = await made.client.send(command);
      const got = await made.client.send(new sdk.GetHostedZoneCommand({ Id: made.zone }));
      expect(got.HostedZone).toEqual(HostedZone);
      return HostedZone?.Config?.Comment;
    };
    expect(await comment('the shop')).toBe('the shop');
    expect(await comment('another')).toBe('another');
    expect(await comment()).toBeUndefined();
    expect((await failure(comment('x'.repeat(257)))).name).toBe('InvalidInput');
  });
});
