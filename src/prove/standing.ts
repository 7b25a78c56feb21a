// Does a certificate speak of this playbook, now? Pure.
import { tool } from '../engine.ts';
import type { Playbook } from '../playbook/model.ts';
import { partsOf, type Certificate } from './certificate.ts';

/** What plans say of the proof of their playbook; the `proof` of the JSON. */
export type ProofStanding =
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
    };

/** What a certificate is worth for a playbook as it is now. */
export function standingOf(certificate: Certificate, playbook: Playbook, now: number): ProofStanding {
  const { cover, provedAt, runs, validUntil } = certificate;
  const changes = changesSince(certificate, playbook);
  if (changes.length > 0) return { status: 'stale', changes, provedAt };
  if (now > Date.parse(validUntil)) return { status: 'expired', provedAt, validUntil };
  return { status: 'valid', provedAt, validUntil, runs: runs.total, cover: cover.statement };
}

function changesSince({ playbook: proved, tool: by }: Certificate, playbook: Playbook): readonly string[] {
  const changes: string[] = [];
  if (by !== tool) changes.push(`it was proved with ${by}, this is ${tool}`);
  if (proved.digest === playbook.digest) return changes;
  const now = partsOf(playbook);
  const names = [...new Set([...Object.keys(proved.parts), ...Object.keys(now)])].sort();
  const parts = names.flatMap((name) => {
    const [before, after] = [proved.parts[name], now[name]];
    if (before === after) return [];
    return [`${name} ${before === undefined ? 'was added' : after === undefined ? 'was removed' : 'has changed'}`];
  });
  return [...changes, ...(parts.length > 0 ? parts : ['what the playbook says beside its components has changed'])];
}

/** One line, with the command to type where that helps. */
export function standingText(standing: ProofStanding, file: string): string {
  const again = `prove it: relight prove ${file}`;
  switch (standing.status) {
    case 'none':
      return `proof: none of this playbook; ${again}`;
    case 'stale':
      return `proof: stale, ${standing.changes.join('; ')}; ${again}`;
    case 'expired':
      return `proof: its time was over on ${standing.validUntil}; ${again}`;
    case 'damaged':
      return `proof: ${standing.file} cannot be used, ${standing.reason}; ${again}`;
    case 'valid':
      return `proof: valid until ${standing.validUntil}, ${standing.runs} recoveries played on ${standing.provedAt}`;
  }
}

const day = 24 * 3_600_000;

/** Why a playbook that asks for a proof must not be recovered; undefined when it may. */
export function proofRefusal(standing: ProofStanding, playbook: Playbook, now: number): string | undefined {
  const { requireProof } = playbook.guards;
  if (requireProof === undefined) return undefined;
  const wanted = `the playbook wants a proof no older than ${requireProof / day} days (guards.requireProof)`;
  if (standing.status === 'valid') {
    if (now - Date.parse(standing.provedAt) <= requireProof) return undefined;
    return `${wanted}, and the last one is of ${standing.provedAt}. Prove it again: relight prove ${playbook.file}`;
  }
  return `${wanted}. ${standingText(standing, playbook.file)}`;
}
