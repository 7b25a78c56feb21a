// Pages of a listing for services whose tokens nobody may read: a token says where the next page begins.

export interface PageRequest {
  /** Items on a page. */
  readonly size: number;
  readonly token: unknown;
  /** What the service says of a token that it never gave. */
  readonly refuse: () => Error;
}

/** One page, and the token of the next one; undefined after the last. */
export function pageOfList<Item>(
  all: readonly Item[],
  { refuse, size, token }: PageRequest,
): { readonly items: readonly Item[]; readonly next: string | undefined } {
  const from = startOf(token, refuse);
  const to = from + size;
  return {
    items: all.slice(from, to),
    next: to < all.length ? Buffer.from(`from ${String(to)}`).toString('base64url') : undefined,
  };
}

function startOf(token: unknown, refuse: () => Error): number {
  if (token === undefined || token === null) return 0;
  const text = typeof token === 'string' ? Buffer.from(token, 'base64url').toString() : '';
  const [, place] = /^from ([1-9]\d*)$/.exec(text) ?? [];
  if (place === undefined) throw refuse();
  return Number(place);
}
