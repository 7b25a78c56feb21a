// An approval that comes from elsewhere: a file in the run's folder, written once by whoever decides, read by the run.
import { closeSync, fsyncSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readRegularText, UnusableFile } from '../../util/storage-read.ts';

const shape = z.strictObject({
  version: z.literal(1),
  run: z.string(),
  component: z.string(),
  decision: z.enum(['granted', 'denied']),
  /** `ann@laptop` */
  by: z.string().min(1),
  /** ISO 8601, of the machine on which it was said. */
  at: z.iso.datetime(),
});

export type ApprovalFile = z.infer<typeof shape>;

/** `runs/<run>/approvals/<component>.json` */
export function approvalFileOf(place: string, component: string): string {
  return join(place, 'approvals', `${component}.json`);
}

/** Writes a decision, readable by its owner only; of two that decide, one is first. False: somebody was before. */
export function writeApproval(place: string, approval: ApprovalFile): boolean {
  mkdirSync(join(place, 'approvals'), { recursive: true, mode: 0o700 });
  try {
    const descriptor = openSync(approvalFileOf(place, approval.component), 'wx', 0o600);
    try {
      writeFileSync(descriptor, `${JSON.stringify(approval)}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return false;
    throw error;
  }
}

/** The decision; undefined while there is none, or while it is being written: half a file, or a pipe, is no yes. */
export function readApproval(place: string, run: string, component: string): ApprovalFile | undefined {
  let text: string;
  try {
    text = readRegularText(approvalFileOf(place, component));
  } catch (error) {
    if (error instanceof UnusableFile || (error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
  if (!text.endsWith('\n')) return undefined;
  try {
    const found = shape.safeParse(JSON.parse(text));
    return found.success && found.data.run === run && found.data.component === component ? found.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
