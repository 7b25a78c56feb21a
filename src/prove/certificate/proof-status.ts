// Does a certificate speak of this playbook, now? Pure.
import { toolFor } from '../../engine.ts';
import type { Playbook } from '../../playbook/model.ts';
import { typeWordsOf } from '../../playbook/type-words.ts';
import { durationText } from '../../util/words.ts';
import type { Certificate } from './certificate-schema.ts';
import { leavesProved, partsOf } from './parts.ts';
import { shellWord } from '../../util/shell.ts';

/** What plans say of the proof of their playbook; the `proof` of the JSON. */
export type ProofStatus =
  | { readonly status: 'none' }
  /** `changes`: what is not as it was when it was proved. */
  | { readonly status: 'stale'; readonly changes: readonly string[]; readonly provedAt: string }
  | { readonly status: 'expired'; readonly provedAt: string; readonly validUntil: string }
  | { readonly status: 'damaged'; readonly file: string; readonly reason: string }
  | {
      readonly status: 'valid';
      readonly provedAt: string;
      readonly validUntil: string;
      readonly runs: number;
      readonly cover: readonly string[];
      /** What is not as it was, and leaves the recoveries proved. */
      readonly changes: readonly string[];
    };

/** What a certificate is worth for a playbook as it is now. */
export function statusOf(certificate: Certificate, playbook: Playbook, now: number): ProofStatus {
  const { cover, provedAt, runs, tool: by, validUntil } = certificate;
  const tool = toolFor(playbook);
  const changed = changedSince(certificate, playbook);
  const grave = [...changed].filter(([name]) => !leavesProved.has(name)).map(([, text]) => text);
  const changes = by === tool ? grave : [`it was proved with ${by}, this is ${tool}`, ...grave];
  if (changes.length > 0) return { status: 'stale', changes, provedAt };
  if (now > Date.parse(validUntil)) return { status: 'expired', provedAt, validUntil };
  const harmless = [...changed].map(([name, text]) =>
    name === 'objectives' ? objectiveSince(certificate, playbook) : text,
  );
  return { status: 'valid', provedAt, validUntil, runs: runs.total, cover: cover.statement, changes: harmless };
}

/** Name of each part that is not as it was, and what came of it. */
function changedSince({ playbook: proved }: Certificate, playbook: Playbook): ReadonlyMap<string, string> {
  const now = partsOf(playbook);
  const names = [...new Set([...Object.keys(proved.parts), ...Object.keys(now)])].sort();
  return new Map(
    names.flatMap((name) => {
      const [before, after] = [proved.parts[name], now[name]];
      if (before === after) return [];
      const what = before === undefined ? 'was added' : after === undefined ? 'was removed' : 'has changed';
      return [[name, `${name} ${what}`]];
    }),
  );
}

/** Another objective changes no recovery: the times that were proved are held against the new one. */
function objectiveSince({ recovery }: Certificate, { objectives }: Playbook): string {
  const { rto } = objectives;
  const then = recovery.rtoSeconds === null ? 'none' : durationText(recovery.rtoSeconds);
  if (rto === undefined) return `the objective was ${then} and is none`;
  const longest = Math.max(0, ...recovery.worst.map((each) => each.seconds));
  const told = longest * 1000 > rto ? 'longer than that' : 'within it';
  return `the objective was ${then} and is ${durationText(rto / 1000)}: the longest recovery took ${durationText(longest)}, ${told}`;
}

/** One line, with the command to type where that helps. */
export function proofStatusText(status: ProofStatus, playbook: Playbook): string {
  const again = `prove it: ${proving(playbook)}`;
  switch (status.status) {
    case 'none':
      return `proof: none of this playbook; ${again}`;
    case 'stale':
      return `proof: stale, ${status.changes.join('; ')}; ${again}`;
    case 'expired':
      return `proof: its time was over on ${status.validUntil}; ${again}`;
    case 'damaged':
      return `proof: ${status.file} cannot be used, ${status.reason}; ${again}`;
    case 'valid': {
      const { changes, provedAt, runs, validUntil } = status;
      const since = changes.map((each) => `; ${each}`).join('');
      return `proof: valid until ${validUntil}, ${runs} recoveries played on ${provedAt}${since}`;
    }
  }
}

function proving(playbook: Playbook): string {
  return `relight prove ${shellWord(playbook.file)}${typeWordsOf(playbook)}`;
}

const day = 24 * 3_600_000;

/** Why a playbook that asks for a proof must not be recovered; undefined when it may. */
export function proofRefusal(status: ProofStatus, playbook: Playbook, now: number): string | undefined {
  const { requireProof } = playbook.guards;
  if (requireProof === undefined) return undefined;
  const wanted = `the playbook wants a proof no older than ${requireProof / day} days (guards.requireProof)`;
  if (status.status === 'valid') {
    if (now - Date.parse(status.provedAt) <= requireProof) return undefined;
    return `${wanted}, and the last one is of ${status.provedAt}. Prove it again: ${proving(playbook)}`;
  }
  return `${wanted}. ${proofStatusText(status, playbook)}`;
}
