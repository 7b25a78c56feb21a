// What makes a journal one piece: each line ends with a SHA-256 over all of its bytes and the digest of the line before,
// and a closing line tells that nothing follows. Pure. It shows damage, not forgery: whoever may write the file can write
// all of it anew, unless the digest of the last line is kept elsewhere.
import { createHash } from 'node:crypto';

/** Format of a journal whose lines are chained; those of version 1 are not. */
export const chainedVersion = 2;

const member = ',"chain":"';
const digestLength = 64;
/** What a chained line ends with: `,"chain":"<digest>"}`. */
const tailLength = member.length + digestLength + 2;

/** What the first line follows: the run, so that no line of one journal fits into another. */
export function chainStart(runId: string): string {
  return digestOf('relight/journal', runId);
}

/** A line of the journal without its line break, and the digest that the next one follows. */
export interface Link {
  readonly line: string;
  readonly digest: string;
}

/** @param body one JSON object */
export function linkTo(previous: string, body: string): Link {
  const digest = digestOf(previous, body);
  return { line: `${body.slice(0, -1)}${member}${digest}"}`, digest };
}

/** The digest of a line as it stands in a journal; undefined when the line does not end as a chained one does. */
export function statedDigest(line: Uint8Array): string | undefined {
  if (line.length <= tailLength) return undefined;
  const tail = new TextDecoder('latin1').decode(line.subarray(-tailLength));
  return tail.startsWith(member) && tail.endsWith('"}') && /^[0-9a-f]{64}$/.test(tail.slice(member.length, -2))
    ? tail.slice(member.length, -2)
    : undefined;
}

/** Is the line, to its last bit, what was written after the one with that digest? */
export function follows(previous: string, line: Uint8Array, digest: string): boolean {
  const hash = createHash('sha256').update(`${previous}\n`);
  return hash.update(line.subarray(0, -tailLength)).update('}').digest('hex') === digest;
}

function digestOf(previous: string, text: string): string {
  return createHash('sha256').update(`${previous}\n`).update(text).digest('hex');
}
