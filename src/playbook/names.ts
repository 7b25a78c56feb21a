// How names are written that a service provides (`provides`) and that its recovery needs (`recovery.needs`).
import { z } from 'zod';
import { readNamed, readProduct } from '../util/leads.ts';

const expectedName =
  'expected a name such as orders.example.org, *.example.org or registry.example.org/orders, or { product: orders }';
const expectedProduct = 'expected one word of letters, digits, "-" and "_", at least two of them';

const parameter = /(?<!\$)\$\{[^}]*\}/;

/** Names that hold a parameter are judged once it is filled in. */
const name = z
  .string({ error: expectedName })
  .max(512)
  .refine((text) => parameter.test(text) || (!/^product:/i.test(text) && readNamed(text) !== undefined), {
    error: expectedName,
  });
const product = z
  .string({ error: expectedProduct })
  .max(512)
  .refine((text) => parameter.test(text) || readProduct(text) !== undefined, { error: expectedProduct })
  .describe('A word that names it, found as a whole word only.');
const because = z.string().min(1).max(1000).optional().describe('What it is needed for.');

/** One entry of `provides`. */
export const namedEntry = z.union([name, z.strictObject({ product })], { error: expectedName });

/** One entry of `recovery.needs`. */
export const needEntry = z.union([name, z.strictObject({ name, because }), z.strictObject({ product, because })], {
  error: expectedName,
});

export type NamedEntry = z.infer<typeof needEntry>;
