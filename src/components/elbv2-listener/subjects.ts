// How calls name a listener.
import type { Subjects } from '../contract.ts';
import { addingTags } from '../kit/elbv2-naming.ts';
import { byId, byPlace } from '../kit/naming.ts';

export const subjects: Subjects = {
  'elasticloadbalancing:CreateListener': byPlace(['LoadBalancerArn', 'loadBalancer'], ['Port', 'port']),
  'elasticloadbalancing:ModifyListener': byId('ListenerArn'),
  'elasticloadbalancing:ModifyListenerAttributes': byId('ListenerArn'),
  'elasticloadbalancing:AddListenerCertificates': byId('ListenerArn'),
  'elasticloadbalancing:RemoveListenerCertificates': byId('ListenerArn'),
  'elasticloadbalancing:DeleteListener': byId('ListenerArn'),
  'elasticloadbalancing:AddTags': addingTags(),
};
