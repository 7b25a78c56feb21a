// Who gives a role to a service needs `iam:PassRole` for it [IAM user guide, "Grant permissions to pass a role"].
import type { NeededPermission } from '../../authorization.ts';
import type { WorldData } from '../../world-data.ts';
import { arnOfRole } from './store.ts';

/**
 * @param roles ARNs or names, as far as a call says any
 * @param service to which they are given: `ecs-tasks.amazonaws.com`
 */
export function passingRoles(roles: readonly unknown[], service: string, data: WorldData): readonly NeededPermission[] {
  const named = new Set(roles.filter((role) => typeof role === 'string' && role !== ''));
  return [...named].map((role) => ({
    ...{ action: 'iam:PassRole', resource: arnOfRole(data, String(role)) },
    conditionValues: { 'iam:PassedToService': service },
  }));
}
