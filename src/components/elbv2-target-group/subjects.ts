// How calls name a target group.
import type { Subjects } from '../contract.ts';
import { addingTags, byArn } from '../kit/elbv2-naming.ts';
import { byField } from '../kit/naming.ts';

const named = byArn('TargetGroupArn', 'targetgroup');

export const subjects: Subjects = {
  'elasticloadbalancing:CreateTargetGroup': byField('Name', 'name'),
  'elasticloadbalancing:ModifyTargetGroup': named,
  'elasticloadbalancing:ModifyTargetGroupAttributes': named,
  'elasticloadbalancing:DeleteTargetGroup': named,
  'elasticloadbalancing:AddTags': addingTags('targetgroup'),
};
