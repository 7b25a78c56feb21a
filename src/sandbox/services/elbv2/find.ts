// What an ARN in a request means, or the error of its kind.
import { AwsError } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { invalid } from './input.ts';
import { isArnOf } from './names.ts';
import {
  elbv2Of,
  type ListenerRecord,
  type LoadBalancerRecord,
  type RuleRecord,
  type TargetGroupRecord,
} from './store.ts';
import { unverifiedTexts } from './unverified.ts';

export function loadBalancer(local: RegionData, arn: string): LoadBalancerRecord {
  const found = elbv2Of(local).loadBalancers[arn];
  if (found !== undefined) return found;
  if (!isArnOf('loadbalancer', arn)) throw invalid(`'${arn}' is not a valid load balancer ARN`);
  throw new AwsError('LoadBalancerNotFound', 'One or more load balancers not found');
}

export function targetGroup(local: RegionData, arn: string): TargetGroupRecord {
  const found = elbv2Of(local).targetGroups[arn];
  if (found !== undefined) return found;
  if (!isArnOf('targetgroup', arn)) throw invalid(`'${arn}' is not a valid target group ARN`);
  throw new AwsError('TargetGroupNotFound', 'One or more target groups not found');
}

export function listener(local: RegionData, arn: string): ListenerRecord {
  const found = elbv2Of(local).listeners[arn];
  if (found !== undefined) return found;
  if (!isArnOf('listener', arn)) throw invalid(`'${arn}' is not a valid listener ARN`);
  throw new AwsError('ListenerNotFound', 'One or more listeners not found');
}

export function rule(local: RegionData, arn: string): RuleRecord {
  const found = elbv2Of(local).rules[arn];
  if (found !== undefined) return found;
  if (!isArnOf('listener-rule', arn)) throw invalid(`'${arn}' is not a valid listener rule ARN`);
  throw new AwsError('RuleNotFound', unverifiedTexts.ruleNotFound);
}
