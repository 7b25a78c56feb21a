// A message as it stands in a file. What is read is proved first: a renderer is never given what somebody else made up.
import { z } from 'zod';
import { idPattern, itemStates, severities, type Notice } from '../notice.ts';

const place = z.strictObject({
  account: z.string().nullable(),
  alias: z.string().nullable(),
  region: z.string().nullable(),
  environment: z.string().nullable(),
  sandbox: z.boolean(),
});

const item = z.strictObject({
  id: z.string(),
  text: z.string(),
  details: z.array(z.string()),
  severity: z.enum(severities),
  state: z.enum(itemStates),
  command: z.string().nullable(),
});

const notice = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(idPattern),
  about: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('scan'), scan: z.string() }),
    z.strictObject({ kind: z.literal('run'), run: z.string(), result: z.string() }),
    z.strictObject({ kind: z.literal('watch') }),
    z.strictObject({ kind: z.literal('test') }),
  ]),
  title: z.string(),
  groups: z.array(z.strictObject({ place, playbook: z.string().nullable(), items: z.array(item) })),
  link: z.string().nullable(),
  at: z.iso.datetime(),
}) satisfies z.ZodType<Notice>;

export const storedSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('relight/notice'),
  /** By its name in the file. */
  receiver: z.string(),
  /** ISO 8601. */
  spooledAt: z.iso.datetime(),
  /** Attempts that were begun. */
  attempts: z.int().min(0),
  /** An attempt was begun, and nothing is known of it: its process ended. */
  underWay: z.boolean(),
  /** An attempt got no answer, or none that tells. */
  mayHaveArrived: z.boolean(),
  /** Until when the receiver asked to be left alone; ISO 8601. */
  notBefore: z.iso.datetime().nullable(),
  /** Why the last attempt failed, or why it was set aside. */
  why: z.string().nullable(),
  notice,
});

export type Stored = Readonly<Omit<z.infer<typeof storedSchema>, 'notice'>> & { readonly notice: Notice };
