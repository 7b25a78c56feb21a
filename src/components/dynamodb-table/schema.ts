// dynamodb/table: what a playbook may say of one. A table made again is empty: relight brings back no data.
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { withMembers } from '../kit/members/schema.ts';
import { text } from '../kit/schema.ts';
import { recoveryPart, tablePart, timeToLivePart } from './parts.ts';

const keyAttribute = z.strictObject({
  name: text({ max: 255 }),
  type: z.enum(['S', 'N', 'B']).optional().describe('String, number or binary; of a new table a string unless told.'),
});

const capacity = (): z.ZodNumber => z.number().int().min(1);

const insightsModes = ['ACCESSED_AND_THROTTLED_KEYS', 'THROTTLED_KEYS'] as const;

export const schema = z
  .strictObject(
    withMembers(
      {
        name: text({
          pattern: /^[A-Za-z0-9_.-]{3,255}$/,
          expected: '3 to 255 letters, digits, hyphens, underscores and dots',
        }).describe('Name, unique in the account and region.'),
        hashKey: keyAttribute.optional().describe('Partition key.'),
        rangeKey: keyAttribute.optional().describe('Sort key.'),
        billingMode: z
          .enum(['PAY_PER_REQUEST', 'PROVISIONED'])
          .optional()
          .describe('Of a new table PAY_PER_REQUEST unless told.'),
        readCapacity: capacity().optional().describe('Read units, with billing mode PROVISIONED.'),
        writeCapacity: capacity().optional().describe('Write units, with billing mode PROVISIONED.'),
        deletionProtection: z.boolean().optional(),
        timeToLive: z
          .strictObject(withMembers({}, timeToLivePart))
          .optional()
          .describe('Attribute with the second at which an item expires.'),
        pointInTimeRecovery: z.strictObject(withMembers({}, recoveryPart)).optional().describe('Continuous backups.'),
        contributorInsights: z
          .strictObject({ enabled: z.boolean(), mode: z.enum(insightsModes).optional() })
          .optional()
          .describe('CloudWatch Contributor Insights of the table; not of its indexes.'),
        resourcePolicy: z.string().optional().describe('Policy as JSON; an empty text: none.'),
      },
      tablePart,
    ),
  )
  .refine((spec) => spec.rangeKey === undefined || spec.hashKey !== undefined, {
    error: 'expected hashKey too',
    path: ['rangeKey'],
  })
  .refine(
    (spec) =>
      (spec.billingMode === 'PROVISIONED') === (spec.readCapacity !== undefined) &&
      (spec.billingMode === 'PROVISIONED') === (spec.writeCapacity !== undefined),
    {
      error: 'expected readCapacity and writeCapacity with PROVISIONED, and neither without it',
      path: ['billingMode'],
    },
  );

export type TableSpec = z.infer<typeof schema>;

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

/** Settings that have operations of their own. */
export const furtherWords = ['timeToLive', 'pointInTimeRecovery', 'resourcePolicy', 'contributorInsights'] as const;

export type FurtherWord = (typeof furtherWords)[number];

/** In the words of a spec; null where the table has none, left out where nobody asked. */
export type Further = Readonly<Partial<Record<FurtherWord, Json>>>;

/** DescribeTable's answer. */
export interface TableState {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly hashKey: KeyAttribute | undefined;
  readonly rangeKey: KeyAttribute | undefined;
  readonly billingMode: string;
  readonly readCapacity: number;
  readonly writeCapacity: number;
  readonly deletionProtection: boolean;
  /** As of the last count, which DynamoDB makes about every six hours. */
  readonly itemCount: number;
  /** The whole description, for the before-image. */
  readonly description: Json;
  /** What was asked for besides. */
  readonly further?: Further;
}

export const traits = {
  type: 'dynamodb/table',
  description: 'A DynamoDB table. Made again it is empty.',
  schema,
  outputs: {
    name: { description: 'Name', onReplace: 'same' },
    // The ARN consists of the name [DynamoDB API].
    arn: { description: 'ARN', onReplace: 'same' },
  },
  shareable: true,
  ownable: true,
  requiredWhenOwned: ['hashKey'],
  locators: ['name'],
  containers: [],
  // Of local indexes there is no change [DynamoDB API, UpdateTable].
  immutable: ['name', 'hashKey', 'rangeKey', 'attributeDefinitions', 'localSecondaryIndexes', 'vectorIndexes'],
  reuse: true,
  inert: false,
  // They vanish with it.
  heldBy: ['dynamodb/item'],
  missedAs: ['ResourceNotFoundException'],
  remedy: 'none',
  permissions: {
    read: ['dynamodb:DescribeTable', 'dynamodb:ListTagsOfResource'],
    readOwned: [
      'dynamodb:Scan',
      'dynamodb:DescribeTimeToLive',
      'dynamodb:DescribeContinuousBackups',
      'dynamodb:DescribeContributorInsights',
      'dynamodb:DescribeKinesisStreamingDestination',
      'dynamodb:GetResourcePolicy',
    ],
    write: [
      'dynamodb:CreateTable',
      'dynamodb:UpdateTable',
      'dynamodb:DeleteTable',
      'dynamodb:TagResource',
      'dynamodb:UpdateTimeToLive',
      'dynamodb:UpdateContinuousBackups',
      'dynamodb:UpdateContributorInsights',
      'dynamodb:PutResourcePolicy',
      'dynamodb:DeleteResourcePolicy',
    ],
  },
} as const satisfies ComponentTraits<TableSpec>;
