// All target groups of a region, and those that no load balancer forwards to.
import type { InventoryPiece, ReadContext } from '../contract.ts';
import { allTargetGroups } from './observe.ts';

export async function list(context: ReadContext): Promise<readonly InventoryPiece[]> {
  const all = await context.once('elbv2 target groups', () => allTargetGroups(context));
  return all.map(({ LoadBalancerArns = [], TargetGroupArn: id = '', TargetGroupName: name = '' }) => ({
    kind: 'piece',
    id,
    name,
    dnsNames: [],
    tags: undefined,
    // What it forwards for goes by it, and not it by that.
    names: [],
    unattached: LoadBalancerArns.length === 0 ? 'no load balancer forwards to it' : undefined,
    servesNamers: false,
  }));
}
