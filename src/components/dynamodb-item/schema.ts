// dynamodb/item: what a playbook may say of one entry in a table. Other attributes of the item are left alone.
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { text } from '../kit/schema.ts';
import { faultIn, isExactNumber, typedOf } from './words.ts';

const exactNumber = z.number().refine(isExactNumber, {
  error: 'expected a whole number of at most 15 digits; write a longer one as { N: "..." }',
});

type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** A map that says a type has to hold such a value. */
const members = z.lazy(() =>
  z.record(z.string(), value).superRefine((map, context) => {
    const typed = typedOf(map);
    const fault = typed && faultIn(typed);
    if (typed === undefined || fault === undefined) return;
    const message = `expected ${fault}, as ${typed.word} says the type; a map with just this key is written { M: { ${typed.word}: ... } }`;
    context.addIssue({ code: 'custom', message, path: [typed.word] });
  }),
);

/** Within `M` a map is a map, whatever its keys. */
const mapInWords = z.lazy(() => z.strictObject({ M: z.record(z.string(), value) }));

const value: z.ZodType<Value> = z.lazy(() =>
  z.union([z.string(), exactNumber, z.boolean(), z.null(), z.array(value), mapInWords, members]),
);

/** Of keys there are texts, numbers and binary values [DynamoDB developer guide, primary keys]. */
const keyValue = z.union([
  z.string().min(1),
  exactNumber,
  z.strictObject({ S: z.string().min(1) }),
  z.strictObject({ N: z.string().min(1) }),
  z.strictObject({ B: z.string().min(1) }),
]);

export const schema = z
  .strictObject({
    table: text({ max: 1024 }).describe('Name of the table.'),
    key: z
      .record(z.string().min(1), keyValue)
      .refine((key) => [1, 2].includes(Object.keys(key).length), {
        error: 'expected the partition key, and the sort key where the table has one',
      })
      .describe('Primary key: attribute name to value.'),
    attributes: z
      .record(z.string().min(1), value)
      .optional()
      .describe(
        'Attributes by name; others stay. Plain values, or with their type as DynamoDB tells it: { SS: [a, b] }, ' +
          '{ NS: [1, 2] }, { N: "12345678901234567890" }, { B: base64 }, { BS: [base64] }, and S, L, M, NULL, BOOL. ' +
          'A map with just one such key is written within M.',
      ),
    without: z
      .array(z.string().min(1))
      .optional()
      .describe('Names of attributes that it is not to have; null is a value, and takes none away.'),
  })
  .refine((spec) => Object.keys(spec.attributes ?? {}).every((name) => !(name in spec.key)), {
    error: 'expected no attribute that is part of the key',
    path: ['attributes'],
  })
  .refine(({ attributes = {}, key, without = [] }) => !without.some((name) => name in attributes || name in key), {
    error: 'expected no attribute that the spec gives, and none of the key',
    path: ['without'],
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
  nulls: ['attributes'],
  remedy: 'none',
  permissions: {
    read: ['dynamodb:BatchGetItem'],
    write: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
  },
} as const satisfies ComponentTraits<ItemSpec>;
