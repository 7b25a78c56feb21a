// Places in specs, and patterns of them: `containers[*].environment`. Pure.
import { segmentsOf } from '../util/path-mask.ts';

/** `['containers', 0, 'image']` */
export type Place = readonly (string | number)[];

/** A pattern in its segments; `*` stands for any key or index. */
export type Pattern = readonly string[];

/** True where a pattern names just this place. */
export function isAt(place: Place, pattern: Pattern): boolean {
  const segments = segmentsIn(place);
  return segments.length === pattern.length && fits(segments, pattern);
}

/** True where a pattern names this place or one above it. */
export function isWithin(place: Place, pattern: Pattern): boolean {
  return fits(segmentsIn(place), pattern);
}

function fits(segments: readonly string[], pattern: Pattern): boolean {
  return pattern.length <= segments.length && pattern.every((each, index) => each === '*' || each === segments[index]);
}

/** One place is held against many patterns. */
const known = new WeakMap<Place, readonly string[]>();

/** A key may hold dots itself (`idle_timeout.timeout_seconds`), which a written path cannot tell from those between keys. */
function segmentsIn(place: Place): readonly string[] {
  let segments = known.get(place);
  if (segments === undefined) {
    segments = place.flatMap((each) => {
      const text = String(each);
      return /[.[\]]/.test(text) ? segmentsOf(text) : text;
    });
    known.set(place, segments);
  }
  return segments;
}
