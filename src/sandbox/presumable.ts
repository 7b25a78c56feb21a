// How a service says what a world may be told to hold.
import { z } from 'zod';
import type { Presumable, World } from './model.ts';

export const presumedId = z.string().min(1).max(255);

export const presumedRegion = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/)
  .optional();

/** Where something lies whose region is not told. */
export const presumedHome = 'eu-west-1';

/**
 * @param members what an item says beside its kind
 * @param put idempotent, so that a seed may be repeated
 */
export function presumable<Kind extends string, Members extends z.ZodRawShape>(
  kind: Kind,
  members: Members,
  put: (world: World, item: z.infer<z.ZodObject<Members>>) => void,
): Presumable {
  // A region that is told for all items is told to those, too, that lie in none.
  const items = z.object(members);
  return {
    kind,
    schema: z.strictObject({ kind: z.literal(kind), ...members }),
    put: (world, item) => {
      put(world, items.parse(item));
    },
  };
}
