// Which of several playbooks of one name this is: its file, its content, and the pieces that it owns. An edit makes another
// edition; another file that owns other pieces is another playbook, whatever it is called. Pure.
import { createHash } from 'node:crypto';
import { canonicalJson } from './digest.ts';
import type { Playbook } from './model.ts';

export interface Edition {
  /** For people. */
  readonly file: string;
  /** What stays the same in each checkout: the path within a repository ({@link fileInRepository}), else the whole path. */
  readonly sameFile: string;
  /** Of what the file says: parameters make no other edition of it. */
  readonly digest: string;
  /** A digest of each piece that it owns, by its type and what it is found by; sorted. */
  readonly pieces: readonly string[];
}

/** @param sameFile as in {@link Edition} */
export function editionOf(playbook: Playbook, file: string, sameFile: string): Edition {
  return { file, sameFile, digest: playbook.documentDigest, pieces: piecesOf(playbook) };
}

function piecesOf({ components, secrets, types }: Playbook): readonly string[] {
  const owned = [...components.values()].filter((each) => !each.shared);
  const digests = owned.map(({ spec, type }) => {
    const said = spec as Readonly<Record<string, unknown>>;
    const locators = types.get(type)?.traits.locators ?? [];
    const found = Object.fromEntries(locators.map((name) => [name, said[name]]));
    const text = secrets.redactor.text(canonicalJson({ type, ...found }));
    return createHash('sha256').update(text).digest('hex').slice(0, 16);
  });
  return [...new Set(digests)].sort();
}

/**
 * `another`: it owns other pieces and is a different file, or has no piece in common with this one. `edited`: the same file, or the
 * same pieces, in other words.
 */
export type Kinship = 'same' | 'edited' | 'another';

export function kinshipOf(mine: Edition, other: Edition): Kinship {
  const { beyond, missing } = piecesApart(mine, other);
  if (beyond + missing === 0) return mine.digest === other.digest ? 'same' : 'edited';
  // Every checkout has a `front.yaml`, and parameters may name all pieces: one with none of these is no edit of it.
  const isDisjoint = other.pieces.length > 0 && beyond === other.pieces.length && missing === mine.pieces.length;
  if (isDisjoint && missing > 0) return 'another';
  // With other parameters it may own more, or less.
  if (mine.digest === other.digest) return 'same';
  if (mine.sameFile === other.sameFile) return 'edited';
  // Without a repository a path says nothing: each of a team, and each job, has another one.
  return isInRepository(mine) && isInRepository(other) ? 'another' : 'edited';
}

const repository = 'repository:';

/** @param path within a repository, with `/` */
export function fileInRepository(path: string): string {
  return `${repository}${path}`;
}

function isInRepository({ sameFile }: Pick<Edition, 'sameFile'>): boolean {
  return sameFile.startsWith(repository);
}

/** How many pieces the other one owns beyond those of this one, and how many of this one it does not. */
export function piecesApart(
  mine: Pick<Edition, 'pieces'>,
  other: Pick<Edition, 'pieces'>,
): { readonly beyond: number; readonly missing: number } {
  return {
    beyond: other.pieces.filter((each) => !mine.pieces.includes(each)).length,
    missing: mine.pieces.filter((each) => !other.pieces.includes(each)).length,
  };
}
