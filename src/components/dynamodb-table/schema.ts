// dynamodb/table: what a playbook may say of one. A table made again is empty: relight brings back no data.
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { text } from '../kit/schema.ts';

const keyAttribute = z.strictObject({
  name: text({ max: 255 }),
  type: z.enum(['S', 'N', 'B']).default('S').describe('String, number or binary.'),
});

const capacity = (): z.ZodNumber => z.number().int().min(1);

export const schema = z
  .strictObject({
    name: text({
      pattern: /^[A-Za-z0-9_.-]{3,255}$/,
      expected: '3 to 255 letters, digits, hyphens, underscores and dots',
    }).describe('Name, unique in the account and region.'),
    hashKey: keyAttribute.optional().describe('Partition key.'),
    rangeKey: keyAttribute.optional().describe('Sort key.'),
    billingMode: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']).optional().describe('PAY_PER_REQUEST unless told.'),
    readCapacity: capacity().optional().describe('Read units, with billing mode PROVISIONED.'),
    writeCapacity: capacity().optional().describe('Write units, with billing mode PROVISIONED.'),
    deletionProtection: z.boolean().optional(),
  })
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
export type KeyAttribute = z.infer<typeof keyAttribute>;

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
  immutable: ['name', 'hashKey', 'rangeKey'],
  reuse: true,
  inert: false,
  // They vanish with it.
  heldBy: ['dynamodb/item'],
  missedAs: ['ResourceNotFoundException'],
  remedy: 'none',
  permissions: {
    read: ['dynamodb:DescribeTable', 'dynamodb:ListTagsOfResource'],
    readOwned: ['dynamodb:Scan'],
    write: ['dynamodb:CreateTable', 'dynamodb:UpdateTable', 'dynamodb:DeleteTable', 'dynamodb:TagResource'],
  },
} as const satisfies ComponentTraits<TableSpec>;
