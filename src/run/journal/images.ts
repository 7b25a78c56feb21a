// Images of pieces, read back from a run's folder. An image that is not exactly what its journal speaks of is not used:
// what would be made from it is anyone's guess.
import { lstatSync } from 'node:fs';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { z } from 'zod';
import type { Json } from '../../components/contract.ts';
import { largestFile, readRegularFile } from '../../util/storage-read.ts';
import type { BeforeImage } from './events.ts';
import { imageDigest } from './journal.ts';
import { shellWord } from '../../util/shell.ts';

export type ReadImage =
  | { readonly kind: 'sound'; readonly image: BeforeImage }
  /** `trouble`: which file, what is wrong with it, and what to do. */
  | { readonly kind: 'unusable'; readonly trouble: string };

/** What the journal says of an image. */
export interface ImageMention {
  readonly runId: string;
  readonly step: string;
  readonly component: string;
  readonly file: string;
  /** Undefined in journals of earlier versions. */
  readonly digest: string | undefined;
}

const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]),
);

const shape = z.strictObject({
  version: z.literal(1),
  runId: z.string(),
  step: z.string(),
  component: z.string(),
  type: z.string(),
  at: z.iso.datetime(),
  spec: json,
  tags: z.record(z.string(), z.string()).nullable(),
  state: json,
  captured: json,
});

/**
 * Reads one image of a run.
 *
 * @param place the run's folder
 * @param again the command that asked for it, to be typed once more without the component
 */
export function readImage(
  place: string,
  mention: ImageMention,
  again = `relight undo ${shellWord(mention.runId)}`,
): ReadImage {
  const path = join(place, mention.file);
  const unusable = (what: string, remedy: string): ReadImage => ({
    kind: 'unusable',
    trouble: `${path}: ${what}. ${remedy}`,
  });
  const without =
    `Put back the file as run ${mention.runId} wrote it, or leave ${mention.component} out: ` +
    `${again} --exclude ${shellWord(mention.component)}`;
  if (isAbsolute(mention.file) || normalize(mention.file).split(sep).includes('..')) {
    return unusable('the journal names an image outside of its run', without);
  }
  let bytes: Uint8Array;
  try {
    const stat = lstatSync(path);
    if (!stat.isFile()) return unusable('is no regular file, so no image that a run wrote', without);
    // Windows knows no such modes.
    if (sep === '/' && (stat.mode & 0o077) !== 0) {
      const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
      return unusable(
        `may be read or written by others (mode ${mode}), and may hold secrets`,
        `Look through it, then: chmod 600 ${shellWord(path)}`,
      );
    }
    if (stat.size > largestFile) return unusable(`${stat.size} bytes is too large for an image`, without);
    bytes = readRegularFile(path);
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    return unusable(code === 'ENOENT' ? 'is not there' : `cannot be read (${String(code)})`, without);
  }
  const value = parse(bytes);
  const isAsWritten = mention.digest === undefined || imageDigest(bytes) === mention.digest;
  if (value === undefined) return unusable('is not whole JSON: it was cut off or damaged', without);
  const known = shape.safeParse(value);
  if (!known.success) {
    const [issue] = known.error.issues;
    const where = issue?.path.join('.') ?? '';
    return unusable(`is no image of a piece (${where === '' ? '' : `${where}: `}${issue?.message ?? ''})`, without);
  }
  const { data } = known;
  const foreign = (['runId', 'step', 'component'] as const).find((name) => data[name] !== mention[name]);
  if (foreign !== undefined) {
    return unusable(`belongs elsewhere: its ${foreign} is ${data[foreign]}, not ${mention[foreign]}`, without);
  }
  if (!isAsWritten)
    return unusable('was changed since the run wrote it: it does not fit the digest in the journal', without);
  return { kind: 'sound', image: data };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
