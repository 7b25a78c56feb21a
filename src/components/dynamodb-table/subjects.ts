// How calls name a table.
import type { Subjects } from '../contract.ts';
import { byId, byName } from '../kit/naming.ts';

export const subjects: Subjects = {
  'dynamodb:CreateTable': byName('TableName', 'table'),
  'dynamodb:UpdateTable': byName('TableName', 'table'),
  'dynamodb:DeleteTable': byName('TableName', 'table'),
  'dynamodb:TagResource': byId('ResourceArn'),
};
