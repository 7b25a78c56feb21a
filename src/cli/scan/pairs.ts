// Which playbooks of a scan a fleet file wants to be alike: by their files or by their names.
import type { Fleet } from '../../fleet/model.ts';
import { createSuggest } from '../../playbook/checks/nearest.ts';
import type { PlaybookPair } from '../../scan/between/model.ts';
import type { Unread } from '../../scan/outcome.ts';
import { realFile } from '../place/named-files.ts';
import type { Io } from '../terminal/io.ts';
import { besideFleet } from './fleet.ts';
import type { ScanTargets } from './targets.ts';

export interface PairsNamed {
  readonly pairs: readonly PlaybookPair[];
  /** What nobody can tell which playbooks it means. */
  readonly unread: readonly Unread[];
}

/**
 * @param named all playbooks that the words name, also those that are not looked at
 * @param isOwn they are the fleet's own: each that it wants to be alike is among them
 */
export function pairsNamed(fleet: Fleet, named: ScanTargets, isOwn: boolean, io: Io): PairsNamed {
  const pairs = new Map<string, PlaybookPair>();
  const unread: Unread[] = [];
  for (const { left, position, right } of fleet.compare) {
    const found = [left, right].map((word) => fileNamed(word, fleet, named, io));
    const files = found.flatMap(({ file }) => file ?? []);
    const mistakes = found.flatMap(({ mistake, missing }) => mistake ?? (isOwn ? (missing ?? []) : []));
    const [one, other] = files;
    const same = one !== undefined && one === other ? [`${left} and ${right} are one playbook`] : [];
    for (const message of [...mistakes, ...same]) {
      unread.push({ file: fleet.file, mistakes: [{ ...position, message: `compare: ${message}` }] });
    }
    if (one === undefined || other === undefined || one === other) continue;
    pairs.set(JSON.stringify([one, other].toSorted()), { left: one, right: other });
  }
  return { pairs: [...pairs.values()], unread };
}

interface FileNamed {
  readonly file?: string;
  readonly mistake?: string;
  /** A mistake where all playbooks are known. */
  readonly missing?: string;
}

function fileNamed(word: string, fleet: Fleet, { files, targets, unread }: ScanTargets, io: Io): FileNamed {
  const path = realFile(besideFleet(fleet, word, io), io);
  const byFile = files.find((each) => realFile(each, io) === path);
  // One that could not be read is told by itself.
  if (byFile !== undefined) return { file: byFile };
  const called = targets.filter(({ playbook }) => playbook.metadata.name === word).map(({ playbook }) => playbook.file);
  const [first, ...others] = called;
  if (first === undefined) {
    if (unread.length > 0) return {};
    const near = createSuggest()(word, [...files, ...targets.map(({ playbook }) => playbook.metadata.name)]);
    const guess = near === undefined ? '' : `; did you mean ${near}?`;
    return { missing: `no playbook of ${fleet.file} is ${word}${guess}` };
  }
  if (others.length === 0) return { file: first };
  return { mistake: `${word} is the name of ${called.join(' and ')}: say which file` };
}
