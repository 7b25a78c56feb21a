// Fields that the playbook leaves to others, on their way to AWS: many of AWS's updates take a whole, so what others have
// set there is sent along as it is. Pure.

type Members = Readonly<Record<string, unknown>>;

/**
 * The spec with the present values at the ignored paths; where nothing is there now, the spec says nothing either. What
 * lies in a part that the spec does not have at all is left out: nothing of it is sent.
 *
 * @param present the piece as AWS has it, in the words of a spec
 * @param ignored paths into the spec: `desiredCount`, `healthCheck.interval`, `values[0]`
 */
export function withPresentAt(spec: unknown, present: unknown, ignored: readonly string[]): unknown {
  return ignored.reduce((rest, path) => presentAt(rest, present, path), spec);
}

function presentAt(spec: unknown, present: unknown, path: string): unknown {
  if (Array.isArray(spec)) {
    const [, digits = '', rest = ''] = /^\[(\d+)\]\.?(.*)$/s.exec(path) ?? [];
    const index = Number(digits);
    if (digits === '' || index >= spec.length) return spec;
    const there: unknown = Array.isArray(present) ? present[index] : undefined;
    if (rest !== '') return spec.with(index, presentAt(spec[index], there, rest));
    return there === undefined ? spec.toSpliced(index, 1) : spec.with(index, there);
  }
  if (!isMembers(spec)) return spec;
  const there: Members = isMembers(present) ? present : {};
  const name = nameIn(path, { ...there, ...spec });
  if (name === undefined) return spec;
  const rest = path.slice(name.length).replace(/^\./, '');
  if (rest !== '')
    return Object.hasOwn(spec, name) ? { ...spec, [name]: presentAt(spec[name], there[name], rest) } : spec;
  const others = Object.fromEntries(Object.entries(spec).filter(([each]) => each !== name));
  return there[name] === undefined ? others : { ...others, [name]: there[name] };
}

/** The member that a path begins with. Names may hold dots (`attributes.idle_timeout.timeout_seconds`): the longest. */
function nameIn(path: string, members: Members): string | undefined {
  return Object.keys(members)
    .filter((name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`))
    .toSorted((left, right) => right.length - left.length)[0];
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
