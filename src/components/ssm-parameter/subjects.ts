// How calls name a parameter.
import type { Subjects } from '../contract.ts';
import { byField } from '../kit/naming.ts';

const named = byField('Name', 'name');

export const subjects: Subjects = {
  'ssm:PutParameter': named,
  'ssm:DeleteParameter': named,
  'ssm:AddTagsToResource': byField('ResourceId', 'name'),
  'ssm:RemoveTagsFromResource': byField('ResourceId', 'name'),
};
