// What of load balancing carries tags, for the census.
import type { Piece, PiecePlace } from '../../model.ts';
import { upperTags } from '../../tags.ts';
import { elbv2Of, type Tag } from './store.ts';

export function elbv2Pieces({ local }: PiecePlace): readonly Piece[] {
  const { listeners, loadBalancers, rules, targetGroups } = elbv2Of(local);
  return [
    ...Object.values(loadBalancers).map((balancer) => {
      const { attributes, listeners: its, securityGroups, subnets, tags } = balancer;
      const settings = { attributes, listeners: its, securityGroups, subnets, tags };
      return piece('load balancer', balancer, settings);
    }),
    ...Object.values(targetGroups).map((group) => {
      const { attributes, healthCheck, tags: own } = group;
      return piece('target group', group, { attributes, healthCheck, own });
    }),
    ...Object.values(listeners).map((listener) => piece('listener', listener, listener)),
    ...Object.values(rules).map((rule) => piece('rule', rule, rule)),
  ];
}

function piece(kind: string, holder: { readonly arn: string; tags: Tag[] }, settings: unknown): Piece {
  return {
    id: holder.arn,
    title: `${kind} ${holder.arn}`,
    tags: upperTags(holder.tags),
    settings: () => settings,
    putTag: (key, value) => {
      holder.tags = [...holder.tags.filter((tag) => tag.Key !== key), { Key: key, Value: value }];
    },
  };
}
