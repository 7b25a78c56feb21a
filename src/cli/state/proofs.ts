// Certificates of proofs: where they are kept, and what the commands that recover make of them.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCertificate } from '../../prove/certificate/certificate.ts';
import type { Certificate } from '../../prove/certificate/certificate-schema.ts';
import { provedDigest } from '../../prove/certificate/parts.ts';
import { proofRefusal, statusOf, proofStatusText, type ProofStatus } from '../../prove/certificate/proof-status.ts';
import type { Playbook } from '../../playbook/model.ts';
import { systemClock } from '../../util/clock.ts';
import { readRegularText } from '../../util/storage-read.ts';
import { exitCodes, UserError } from '../exit.ts';
import { pathIn, type Io } from '../terminal/io.ts';
import { stateDirectoryOf } from '../place/session.ts';
import { fileErrorCode, isMissing } from './state-files.ts';
import { linesText } from '../../util/shown.ts';

/** Where the proofs of one playbook are kept: `.relight/proofs/deployer-api`. */
export function proofsFolder(stateDirectory: string, { metadata }: Playbook): string {
  return join(stateDirectory, 'proofs', metadata.name);
}

/** Name of a certificate's file: another one for other parameters, the same for another description. */
export function certificateName(playbook: Playbook): string {
  return `${provedDigest(playbook).slice(0, 12)}.json`;
}

/** `playbooks/shop.yaml` to `playbooks/shop.proof.json`: kept with the playbook, a proof is everybody's. */
export function proofBeside(file: string): string {
  return `${file.replace(/\.ya?ml$/, '')}.proof.json`;
}

export function writeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** A playbook with a counter-example must not look proved. */
export function removeProof(stateDirectory: string, playbook: Playbook): void {
  const place = join(proofsFolder(stateDirectory, playbook), certificateName(playbook));
  for (const file of [place, place.replace(/\.json$/, '.html')]) rmSync(file, { force: true });
}

/** @param number 1 for the first */
export function exampleName(number: number): string {
  return `counter-example-${number}.yaml`;
}

/** Those of an earlier proof. */
export function removeExamples(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (/^counter-example-\d+\.yaml$/.test(name)) rmSync(join(folder, name), { force: true });
  }
}

export function writeText(place: string, text: string): void {
  // In its place, never into what stands there: a pipe would be waited for.
  rmSync(place, { force: true });
  writeFileSync(place, text, { mode: 0o600, flag: 'wx' });
}

/**
 * What is known of a playbook's proof: of all certificates that speak of it, the one that is worth most now. Looked for
 * in the state directory and beside the playbook.
 */
export function proofStatus(playbook: Playbook, options: { readonly stateDir: string }, io: Io): ProofStatus {
  const now = systemClock.now();
  const folder = proofsFolder(stateDirectoryOf(options, io), playbook);
  const damaged: ProofStatus[] = [];
  const unreadable = (file: string, error: unknown): void => {
    damaged.push({ status: 'damaged', file, reason: `it cannot be read (${fileErrorCode(error)})` });
  };
  let kept: readonly string[] = [];
  try {
    kept = readdirSync(folder).filter((name) => /^[0-9a-f]{12}\.json$/.test(name));
  } catch (error) {
    if (!isMissing(error)) unreadable(folder, error);
  }
  const beside = proofBeside(playbook.file);
  const besidePlace = pathIn(io, beside);
  const places = [
    ...kept.toSorted().map((name) => ({ place: join(folder, name), shown: join(folder, name) })),
    ...(beside !== playbook.file && existsSync(besidePlace) ? [{ place: besidePlace, shown: beside }] : []),
  ];
  const found: Certificate[] = [];
  for (const { place, shown } of places) {
    let text: string;
    try {
      text = readRegularText(place);
    } catch (error) {
      unreadable(shown, error);
      continue;
    }
    const read = readCertificate(text);
    if (typeof read === 'string') damaged.push({ status: 'damaged', file: shown, reason: read });
    else if (read.playbook.name === playbook.metadata.name) found.push(read);
  }
  const latest = found.sort((left, right) => (left.provedAt < right.provedAt ? 1 : -1));
  const statuses = latest.map((each) => statusOf(each, playbook, now));
  return (
    statuses.find((each) => each.status === 'valid') ??
    statuses.find((each) => each.status === 'expired') ??
    statuses[0] ??
    damaged[0] ?? { status: 'none' }
  );
}

/** Says how the playbook's proof stands. */
export function tellProof(playbook: Playbook, status: ProofStatus, io: Io): void {
  io.err(linesText([proofStatusText(status, playbook)]));
}

/** @throws UserError with exit code 3 when the playbook wants a proof and there is none that holds */
export function insistOnProof(playbook: Playbook, status: ProofStatus): void {
  const refusal = proofRefusal(status, playbook, systemClock.now());
  if (refusal === undefined) return;
  throw new UserError(`refused: ${refusal}\nNothing was asked of AWS or changed.`, exitCodes.refused, {
    proof: status,
  });
}
