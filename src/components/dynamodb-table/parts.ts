// What of a table a spec says by AWS's names: the input of CreateTable, and what has operations of its own.
import { partAt, type ListKeys, type Part } from '../kit/members/part.ts';
import { members } from './members.ts';

const byHand = ['TableName', 'KeySchema', 'BillingMode', 'ProvisionedThroughput', 'Tags', 'DeletionProtectionEnabled'];

/** All that CreateTable takes and has no short name. */
export const tablePart = partAt(members, '', byHand);

/** What DescribeTable tells of it in the same words; encryption has another form, and a policy is told elsewhere. */
export const describedPart = partAt(members, '', [
  ...byHand,
  'AttributeDefinitions',
  'SSESpecification',
  'ResourcePolicy',
  'GlobalTableSourceArn',
]);

export const encryptionPart: Part = { data: members, shape: 'SSESpecification', except: [] };

export const timeToLivePart = partAt(members, 'timeToLive', []);

export const recoveryPart = partAt(members, 'pointInTimeRecovery', []);

export const globalIndexPart: Part = { data: members, shape: 'GlobalSecondaryIndex', except: [] };

export const keys: ListKeys = {
  attributeDefinitions: ['attributeName'],
  globalSecondaryIndexes: ['indexName'],
  'globalSecondaryIndexes[*].projection.nonKeyAttributes': [],
  localSecondaryIndexes: ['indexName'],
  'localSecondaryIndexes[*].projection.nonKeyAttributes': [],
};
