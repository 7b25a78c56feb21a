// Ids within text: whole ones, as `web:1` is none of `web:12`. Pure.

const inName = /[a-z0-9_-]/;

/** Where an id stands in a text, whatever the case; -1 where it does not. */
export function idAt(text: string, id: string): number {
  const [all, wanted] = [text.toLowerCase(), id.toLowerCase()];
  for (let at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + 1)) {
    const around = [all[at - 1], all[at + wanted.length]];
    if (around.every((each) => each === undefined || !inName.test(each))) return at;
  }
  return -1;
}

/** Many ids, each with those whose it is, to be found in texts at once. */
export interface IdIndex {
  readonly owners: ReadonlyMap<string, readonly string[]>;
  /** Of the ids, the shortest first. */
  readonly lengths: readonly number[];
}

export function indexIds(ids: Iterable<readonly [id: string, owner: string]>): IdIndex {
  const owners = new Map<string, readonly string[]>();
  for (const [id, owner] of ids) {
    const key = id.toLowerCase();
    owners.set(key, [...(owners.get(key) ?? []), owner]);
  }
  const lengths = [...new Set([...owners.keys()].map((each) => each.length))].sort((one, other) => one - other);
  return { owners, lengths };
}

/** Whose ids stand in a text: those for whose id `idAt` finds a place, in a time that does not grow with the number of ids. */
export function ownersIn(text: string, { lengths, owners }: IdIndex): ReadonlySet<string> {
  const all = text.toLowerCase();
  const isInName = (at: number): boolean => at >= 0 && at < all.length && inName.test(all.charAt(at));
  const found = new Set<string>();
  for (let at = 0; at < all.length; at += 1) {
    if (isInName(at - 1)) continue;
    for (const length of lengths) {
      if (at + length > all.length) break;
      if (isInName(at + length)) continue;
      for (const owner of owners.get(all.slice(at, at + length)) ?? []) found.add(owner);
    }
  }
  return found;
}
