// What a doctor finds: a tree of checks, each fine, not good, worth knowing or left out, with the reason. Pure values.

/** `warn`: what a recovery goes on without, or what stands in the way of some. */
export type Outcome = 'ok' | 'ng' | 'warn' | 'skip';

/** Why something is not good, as far as the exit code tells them apart. */
export type Trouble = 'place' | 'unseen' | 'other';

export interface Check {
  readonly name: string;
  readonly outcome: Outcome;
  /** What was found, or why it was left out. */
  readonly detail: string;
  /** What belongs to the detail and stands on lines of its own, such as what else could be done. */
  readonly further?: readonly string[];
  /** Null unless not good. */
  readonly trouble: Trouble | null;
  readonly checks: readonly Check[];
}

export function ok(name: string, detail: string): Check {
  return { name, outcome: 'ok', detail, trouble: null, checks: [] };
}

export function ng(name: string, detail: string, trouble: Trouble = 'other'): Check {
  return { name, outcome: 'ng', detail, trouble, checks: [] };
}

export function warn(name: string, detail: string): Check {
  return { name, outcome: 'warn', detail, trouble: null, checks: [] };
}

export function skip(name: string, detail: string): Check {
  return { name, outcome: 'skip', detail, trouble: null, checks: [] };
}

/** Not good when one of them is not, a warning when one of them is, fine when one of them is fine, else left out. */
export function group(name: string, checks: readonly Check[], none: string): Check {
  const [first] = checks;
  if (first === undefined) return skip(name, none);
  const outcome =
    (['ng', 'warn', 'ok', 'skip'] as const).find((each) => checks.some((check) => check.outcome === each)) ?? 'skip';
  return { name, outcome, detail: '', trouble: null, checks };
}

/** The checks that are not good, those within groups too; a group itself is not among them. */
export function troubled(checks: readonly Check[]): readonly Check[] {
  return checks.flatMap((each) => [...(each.trouble === null ? [] : [each]), ...troubled(each.checks)]);
}

/** How many checks are warnings, those within groups too. */
export function warnings(checks: readonly Check[]): number {
  return checks.reduce((sum, each) => sum + (each.outcome === 'warn' ? Math.max(1, warnings(each.checks)) : 0), 0);
}
