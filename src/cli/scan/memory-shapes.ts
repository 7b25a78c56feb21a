// The shapes of what scans remember, wherever it is kept: version 1 of files and of items that later versions read.
import { z } from 'zod';
import { severities } from '../../components/contract.ts';
import type { Acknowledgement, FindingMemory } from '../../scan/memory.ts';
import { findingSchema } from '../../scan/report/json-schema.ts';

const instant = z.number();
const alarmed = z.object({ at: instant, severity: z.enum(severities) }).nullable();

export interface DatedMemory {
  readonly at: number;
  readonly memory: FindingMemory;
}

export const memorySchema: z.ZodType<DatedMemory & { readonly version: 1 }> = z.object({
  version: z.literal(1),
  /** Of the scan that wrote it, in milliseconds since the epoch; earlier versions do not say it. */
  at: instant.default(0),
  memory: z.object({
    findings: z.array(
      z.object({
        finding: findingSchema,
        firstSeen: instant,
        lastSeen: instant,
        alarmed,
        over: instant.nullable(),
      }),
    ),
    blind: z.array(z.object({ id: z.string(), text: z.string(), firstSeen: instant, alarmed })),
  }),
});

export const acknowledgedSchema: z.ZodType<{
  readonly version: 1;
  readonly acknowledged: readonly Acknowledgement[];
}> = z.object({
  version: z.literal(1),
  acknowledged: z.array(
    z.object({
      finding: z.string(),
      until: instant,
      because: z.string(),
      by: z.string(),
      at: instant,
      severity: z.enum(severities),
    }),
  ),
});

/** Milliseconds for which the record of a scan is kept. */
export const keptFor = 90 * 24 * 60 * 60_000;
