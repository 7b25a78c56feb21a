// Paths into specs: `healthCheck.path`, `values[0]`. Pure.

/** True when `path` is `base` or lies below it: `values[0]` is below `values`. */
export function isBelow(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}.`) || path.startsWith(`${base}[`);
}

/** The top-level field of a path: `values` of `values[0]`. */
export function topOf(path: string): string {
  return /^[^.[]*/.exec(path)?.[0] ?? path;
}

type Members = Readonly<Record<string, unknown>>;

/**
 * A value with those of another one at some paths; what the other one lacks there is left out, and so is what lies in a part
 * that the value does not have at all.
 *
 * @param paths `desiredCount`, `healthCheck.interval`, `values[0]`
 */
export function overlaid(value: unknown, other: unknown, paths: readonly string[]): unknown {
  return paths.reduce((rest, path) => overlaidAt(rest, other, path), value);
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  if (Array.isArray(value)) {
    const [, digits = '', rest = ''] = /^\[(\d+)\]\.?(.*)$/s.exec(path) ?? [];
    return digits === '' ? undefined : valueAt(value[Number(digits)], rest);
  }
  if (!isMembers(value)) return undefined;
  const name = nameIn(path, value);
  return name === undefined ? undefined : valueAt(value[name], path.slice(name.length).replace(/^\./, ''));
}

function overlaidAt(value: unknown, other: unknown, path: string): unknown {
  if (Array.isArray(value)) {
    const [, digits = '', rest = ''] = /^\[(\d+)\]\.?(.*)$/s.exec(path) ?? [];
    const index = Number(digits);
    if (digits === '' || index >= value.length) return value;
    const there: unknown = Array.isArray(other) ? other[index] : undefined;
    if (rest !== '') return value.with(index, overlaidAt(value[index], there, rest));
    return there === undefined ? value.toSpliced(index, 1) : value.with(index, there);
  }
  if (!isMembers(value)) return value;
  const there: Members = isMembers(other) ? other : {};
  const name = nameIn(path, { ...there, ...value });
  if (name === undefined) return value;
  const rest = path.slice(name.length).replace(/^\./, '');
  if (rest !== '')
    return Object.hasOwn(value, name) ? { ...value, [name]: overlaidAt(value[name], there[name], rest) } : value;
  const others = Object.fromEntries(Object.entries(value).filter(([each]) => each !== name));
  return there[name] === undefined ? others : { ...others, [name]: there[name] };
}

/** The member that a path begins with. Names may hold dots (`attributes.idle_timeout.timeout_seconds`): the longest. */
function nameIn(path: string, members: Members): string | undefined {
  return Object.keys(members)
    .filter((name) => isBelow(path, name))
    .toSorted((left, right) => right.length - left.length)[0];
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
