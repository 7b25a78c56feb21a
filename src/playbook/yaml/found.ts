// Where something stands in a file's text: what both readers tell.

/** Keys and indexes from the top of the document. */
export type Path = readonly (string | number)[];

/** A stretch of the text, by offsets. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What stands at a path, or at its last part that exists. */
export interface Found {
  readonly key: Span | undefined;
  readonly value: Span;
  /** Of what an alias stands for; otherwise the value itself. */
  readonly target: Span;
  readonly kind: 'block-map' | 'collection' | 'scalar';
}

export type Find = (path: Path) => Found;
