// What of networks and certificates carries tags.
import type { Piece, PiecePlace } from '../../model.ts';
import { networkOf } from './store.ts';

/** Only what was presumed with tags, or was given one. */
export function networkPieces({ data, local, region }: PiecePlace): readonly Piece[] {
  const { certificates, interfaces = {}, securityGroups, subnets, vpcs } = networkOf(local);
  const inEc2 = (kind: string, things: Readonly<Record<string, Tagged>>): Piece[] =>
    Object.entries(things).map(([id, thing]) =>
      piece(`arn:aws:ec2:${region}:${data.account}:${kind}/${id}`, `${kind} ${id}`, thing),
    );
  return [
    ...inEc2('vpc', vpcs),
    ...inEc2('subnet', subnets),
    ...inEc2('security-group', securityGroups),
    ...inEc2('network-interface', interfaces),
    ...Object.entries(certificates).map(([arn, thing]) => piece(arn, `certificate ${arn}`, thing)),
  ];
}

interface Tagged {
  tags?: Record<string, string>;
}

function piece(id: string, title: string, thing: Tagged): Piece {
  return {
    id,
    title,
    tags: thing.tags ?? {},
    settings: () => thing,
    putTag: (key, value) => {
      thing.tags = { ...thing.tags, [key]: value };
    },
  };
}
