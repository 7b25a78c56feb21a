// How calls name a table.
import type { Subjects } from '../contract.ts';
import { byId, byName } from '../kit/naming.ts';

export const subjects: Subjects = {
  'dynamodb:CreateTable': byName('TableName', 'table'),
  'dynamodb:UpdateTable': byName('TableName', 'table'),
  'dynamodb:DeleteTable': byName('TableName', 'table'),
  'dynamodb:TagResource': byId('ResourceArn'),
  'dynamodb:UpdateTimeToLive': byName('TableName', 'table'),
  'dynamodb:UpdateContinuousBackups': byName('TableName', 'table'),
  'dynamodb:UpdateContributorInsights': byName('TableName', 'table'),
  'dynamodb:PutResourcePolicy': byId('ResourceArn'),
  'dynamodb:DeleteResourcePolicy': byId('ResourceArn'),
};
