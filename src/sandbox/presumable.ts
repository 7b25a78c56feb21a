// How a service says what a world may be told to hold.
import { z } from 'zod';
import type { Presumable, World } from './model.ts';

export const presumedId = z.string().min(1).max(255);

/** ARNs are longer than ids [API reference of ACM, "Arn": 2048]. */
export const presumedArn = z.string().min(1).max(2048);

export const presumedRegion = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
  .optional();

export const presumedTags = z.record(z.string().min(1).max(128), z.string().max(256)).optional();

/** Where something lies whose region is not told. */
export const presumedHome = 'eu-west-1';

/**
 * @param members what an item says beside its kind
 * @param put idempotent, so that a seed may be repeated
 * @param lose takes one away by its name; left out for what cannot be lost
 */
export function presumable<Kind extends string, Members extends z.ZodRawShape>(
  kind: Kind,
  members: Members,
  put: (world: World, item: z.infer<z.ZodObject<Members>>) => void,
  lose?: Presumable['lose'],
): Presumable {
  // A region that is told for all items is told to those, too, that lie in none.
  const items = z.object(members);
  return {
    kind,
    schema: z.strictObject({ kind: z.literal(kind), ...members }),
    put: (world, item) => {
      put(world, items.parse(item));
    },
    lose,
  };
}

/** Takes one entry of a record away; false when it is not there. */
export function loseFrom(record: Record<string, unknown>, name: string): boolean {
  if (!Object.hasOwn(record, name)) return false;
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
  delete record[name];
  return true;
}
