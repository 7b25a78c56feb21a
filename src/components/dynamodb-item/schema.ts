// dynamodb/item: what a playbook may say of one entry in a table. Other attributes of the item are left alone.
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { text } from '../kit/schema.ts';

// Beyond this a YAML number has lost digits already, and what would be written is not what was meant.
const exactNumber = z.number().refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), {
  error: 'expected a whole number of at most 15 digits; write a longer one as text',
});

const scalar = z.union([z.string().min(1), exactNumber]);

type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

const value: z.ZodType<Value> = z.lazy(() =>
  z.union([z.string(), exactNumber, z.boolean(), z.null(), z.array(value), z.record(z.string(), value)]),
);

export const schema = z
  .strictObject({
    table: text({ max: 1024 }).describe('Name of the table.'),
    key: z
      .record(z.string().min(1), scalar)
      .refine((key) => [1, 2].includes(Object.keys(key).length), {
        error: 'expected the partition key, and the sort key where the table has one',
      })
      .describe('Primary key: attribute name to value.'),
    attributes: z
      .record(z.string().min(1), value)
      .default({})
      .describe('Attributes by name; only those named are compared and written.'),
  })
  .refine((spec) => Object.keys(spec.attributes).every((name) => !(name in spec.key)), {
    error: 'expected no attribute that is part of the key',
    path: ['attributes'],
  });

export type ItemSpec = z.infer<typeof schema>;

/** An item as BatchGetItem tells it. */
export interface ItemState {
  readonly table: string;
  /** In DynamoDB's own JSON, `{ status: { S: "deployed" } }`: it tells a set from a list and a number from its text. */
  readonly item: Readonly<Record<string, Json>>;
}

export const traits = {
  type: 'dynamodb/item',
  description: 'An item in a DynamoDB table, such as a deployer’s own record of a service.',
  schema,
  outputs: {
    table: { description: 'Name of its table', onReplace: 'same' },
  },
  shareable: true,
  ownable: true,
  locators: ['table', 'key'],
  containers: ['table'],
  immutable: ['table', 'key'],
  mustExist: ['table'],
  // It speaks of a service that is gone: whoever reads it must not take it for true.
  reuse: false,
  inert: false,
  heldBy: [],
  freeForm: true,
  remedy: 'none',
  permissions: {
    read: ['dynamodb:BatchGetItem'],
    write: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
  },
} as const satisfies ComponentTraits<ItemSpec>;
