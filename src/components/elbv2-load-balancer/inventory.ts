// All load balancers of a region, and which of them nothing can reach: those without a listener.
import {
  DescribeListenersCommand,
  DescribeTargetGroupsCommand,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isNotFound } from '../../aws/errors.ts';
import { elbv2 } from '../../aws/services/elbv2.ts';
import { canonicalName } from '../../util/dns.ts';
import type { InventoryPiece, ReadContext } from '../contract.ts';
import { allPages } from '../kit/observing.ts';
import { allLoadBalancers } from './observe.ts';

export async function list(context: ReadContext): Promise<readonly InventoryPiece[]> {
  const all = await context.once('elbv2 load balancers', () => allLoadBalancers(context));
  const serving = await forwarding(context);
  const pieces = await Promise.all(
    all.map(async (each): Promise<InventoryPiece> => {
      const { DNSName, LoadBalancerArn: id = '', LoadBalancerName: name = '' } = each;
      // One whose name is not told yet is being made.
      const asked = !serving.has(id) && each.State?.Code !== 'provisioning';
      return {
        kind: 'piece',
        id,
        name,
        dnsNames: DNSName === undefined ? [] : [canonicalName(DNSName)],
        tags: undefined,
        names: [],
        unattached: asked && (await isBare(each, context)) ? 'it has no listener' : undefined,
        servesNamers: false,
      };
    }),
  );
  return pieces;
}

/** Those that a target group tells of have a listener: so most are told without a call for each. */
async function forwarding(context: ReadContext): Promise<ReadonlySet<string>> {
  const groups = await allPages(
    ({ TargetGroupArn }: TargetGroup) => TargetGroupArn,
    async (marker: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws.client(elbv2).send(new DescribeTargetGroupsCommand({ PageSize: 400, Marker: marker })),
      );
      return { items: answer.TargetGroups ?? [], next: answer.NextMarker };
    },
  );
  return new Set(groups.flatMap(({ LoadBalancerArns = [] }) => LoadBalancerArns));
}

async function isBare({ LoadBalancerArn }: LoadBalancer, context: ReadContext): Promise<boolean> {
  try {
    const answer = await context.limit(() =>
      context.aws.client(elbv2).send(new DescribeListenersCommand({ LoadBalancerArn, PageSize: 1 })),
    );
    return (answer.Listeners ?? []).length === 0;
  } catch (error) {
    // It went between the two calls.
    if (isNotFound(error)) return false;
    throw error;
  }
}
