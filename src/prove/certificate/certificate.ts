// The outcome of a proof as a value that is kept, and checked again before a recovery: for exactly which playbook, by
// which relight, over which states. Sealed: one that was edited is refused. Pure.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../playbook/digest.ts';
import { certificateSchema, type Certificate } from './certificate-schema.ts';
import { promises } from '../promises/promises.ts';
import { partsOf } from './parts.ts';
import type { Proof } from '../prove.ts';
import { summaryOf } from './summary.ts';

/** How long a proof holds when nothing changes: AWS does, and so does relight's knowledge of it. */
export const validity = 30 * 24 * 60 * 60_000;

/** What a certificate does not say; docs/proof.md says more. */
export const doesNotMean: readonly string[] = [
  'that AWS itself behaves as the sandbox does: what is known of it, and from where, is in src/sandbox/SPEC.md',
  'that the application works: a probe asks what the playbook tells it to ask',
  'that states which were not played are recovered: see the cover',
  'that recovery times hold in AWS: they are the usual times of each kind of piece',
];

/**
 * The certificate of a proof that found no counter-example.
 *
 * @param now milliseconds since the epoch
 */
export function certify(proof: Proof, now: number): Certificate {
  const { digest, file, metadata, target } = proof.playbook;
  const { account, region } = target;
  return sealed({
    version: 1,
    kind: 'Proof',
    playbook: { name: metadata.name, file, digest, account, region, parts: partsOf(proof.playbook) },
    provedAt: new Date(now).toISOString(),
    validUntil: new Date(now + validity).toISOString(),
    ...summaryOf(proof),
    promises,
    doesNotMean: [...doesNotMean],
  });
}

function sealed(body: Omit<Certificate, 'seal'>): Certificate {
  return { ...body, seal: sealOf(body) };
}

function sealOf(body: Omit<Certificate, 'seal'>): string {
  return createHash('sha256').update(canonicalJson(body)).digest('hex');
}

/** Reads a certificate; a text saying what is wrong with it when it is none, or was edited. */
export function readCertificate(content: string): Certificate | string {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return 'it is not JSON: it was cut off or damaged';
  }
  const read = certificateSchema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    return `it is no certificate of this relight: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  }
  const { seal, ...body } = read.data;
  return sealOf(body) === seal ? read.data : 'its seal does not fit: it was edited or damaged';
}
