// What a known good is of: a playbook in one place. What a sandbox or an emulator showed is never known good for AWS.
import { createHash } from 'node:crypto';
import { z } from 'zod';

/** What files and items say of their place; those of another one are not used. */
export const placeFields = {
  playbook: z.string(),
  account: z.string(),
  region: z.string(),
  sandbox: z.boolean(),
  endpoint: z.string().nullable(),
} as const;

export type KnownGoodPlace = Readonly<z.infer<z.ZodObject<typeof placeFields>>>;

export function isOfPlace(said: KnownGoodPlace, place: KnownGoodPlace): boolean {
  return (Object.keys(placeFields) as readonly (keyof KnownGoodPlace)[]).every((name) => said[name] === place[name]);
}

/** Short, for names of folders and keys of items. */
export function placeKind({ endpoint, sandbox }: Pick<KnownGoodPlace, 'endpoint' | 'sandbox'>): string {
  const kind = sandbox ? 'sandbox' : endpoint === null ? 'aws' : 'endpoint';
  return endpoint === null ? kind : `${kind}-${createHash('sha256').update(endpoint).digest('hex').slice(0, 8)}`;
}
