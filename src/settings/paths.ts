// Places in specs, and patterns of them: `containers[*].environment`. Pure.

/** `['containers', 0, 'image']` */
export type Place = readonly (string | number)[];

/** A pattern in its parts; `*` stands for any key or index. */
export type Pattern = readonly (string | number)[];

/** `containers[*].ports` as its parts. */
export function patternOf(text: string): Pattern {
  if (text === '') return [];
  return [...text.matchAll(/\[(\d+|\*)\]|([^.[\]]+)/g)].map(([, index, name]) =>
    index === undefined ? (name ?? '') : index === '*' ? '*' : Number(index),
  );
}

/** True where a pattern names just this place. */
export function isAt(place: Place, pattern: Pattern): boolean {
  return place.length === pattern.length && isWithin(place, pattern);
}

/** True where a pattern names this place or one above it. */
export function isWithin(place: Place, pattern: Pattern): boolean {
  return pattern.length <= place.length && pattern.every((each, index) => each === '*' || each === place[index]);
}
