// Helpers for telling whose a piece without tags is. Pure.
import type { Evidence, Json } from '../contract.ts';

/** Every text in a value, at any depth. */
export function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value as Readonly<Record<string, Json>>).flatMap(textsIn);
}

/** True where the piece of this ARN is a component that the playbook owns: what lives in there is the playbook's by its place. */
export function livesInOwn(arn: string, evidence: Evidence): boolean {
  return evidence
    .pieces()
    .some(({ outputs, status }) => (status === 'tagged' || status === 'untagged') && outputs['arn'] === arn);
}
