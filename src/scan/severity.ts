// How bad a finding is: a field by what its type says of it, all else by what was found.
import type { AssessedDifference } from '../assess/assessment.ts';
import { severities, type ComponentType, type FieldSeverity, type Severity } from '../components/contract.ts';
import { isBelow } from '../util/paths.ts';
import { sameJson } from '../util/json.ts';
import type { FactDifference } from '../compare/comparison.ts';
import type { FindingKind } from './finding.ts';

const usual: Readonly<Record<FindingKind, Severity>> = {
  missing: 'critical',
  foreign: 'high',
  unhealthy: 'high',
  orphaned: 'high',
  // What is gone may be somebody else's by tomorrow, and with it whoever is led there.
  dangling: 'high',
  drifted: 'medium',
  settling: 'low',
  'recovery-circle': 'high',
  difference: 'medium',
  'dangling-record': 'critical',
  stray: 'medium',
  unattached: 'low',
  'idle-health-check': 'low',
  twin: 'medium',
  'stale-state-entry': 'high',
};

export function severityOf(kind: FindingKind): Severity {
  return usual[kind];
}

/** Of a field, and what it means that it differs, where its type says so. */
export function fieldSeverityOf(
  { desired, kind, path }: AssessedDifference,
  { judging }: Pick<ComponentType, 'judging'>,
): { readonly severity: Severity; readonly means?: string } {
  const told = judging.severities.find((each) => fits(each, path, desired));
  const least = severityOf(kind === 'dangling' ? 'dangling' : 'drifted');
  if (told === undefined) return { severity: least };
  const { means } = told;
  const severity = kind === 'dangling' ? worst([told.severity, least]) : told.severity;
  return { severity, ...(means === undefined ? {} : { means }) };
}

function fits({ field, wanted }: FieldSeverity, path: string, desired: AssessedDifference['desired']): boolean {
  const starred = field.includes('[*]') ? path.replaceAll(/\[\d+\]/g, '[*]') : path;
  return isBelow(starred, field) && (wanted === undefined || wanted.some((each) => sameJson(each, desired)));
}

/**
 * Of what two services are not alike in: as their type says of the field, where either has what it says so of. Whoever names what is
 * the other one's leads somebody there.
 *
 * @param type undefined where the two have one of another type each
 */
export function unlikeSeverityOf(
  { field, kind, left, right, severity }: FactDifference,
  type: Pick<ComponentType, 'judging'> | undefined,
): Severity {
  if (kind === 'crosses') return 'high';
  const usualOne = severityOf('difference');
  if (field === null) return usualOne;
  const starred = field.replaceAll(/\[[^\]]*\]/g, '[*]');
  const told = type?.judging.severities.find(
    (each) =>
      isBelow(starred, each.field) &&
      (each.wanted === undefined ||
        each.wanted.some((wanted) => [left, right].some((value) => value !== undefined && sameJson(wanted, value)))),
  );
  return told?.severity ?? (severity === 'low' ? 'low' : usualOne);
}

/** @param all one at least */
export function worst(all: readonly Severity[]): Severity {
  return all.reduce((left, right) => (rankOf(right) > rankOf(left) ? right : left), 'low');
}

/** From 0 for the least on. */
export function rankOf(severity: Severity): number {
  return severities.indexOf(severity);
}

/** The worst first. */
export const worstFirst: readonly Severity[] = severities.toReversed();
