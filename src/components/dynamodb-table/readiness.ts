import type { Blocker, ChangeAction, Readiness, Target } from '../contract.ts';
import type { TableSpec, TableState } from './schema.ts';

/** Words of TableStatus [DynamoDB API]. */
export function readiness(state: TableState): Readiness {
  switch (state.status) {
    case 'ACTIVE':
      return { kind: 'ready' };
    case 'CREATING':
    case 'UPDATING':
      return { kind: 'settling', direction: 'coming', detail: state.status };
    case 'DELETING':
      return { kind: 'settling', direction: 'going', detail: state.status };
    case 'INACCESSIBLE_ENCRYPTION_CREDENTIALS':
      return { kind: 'unhealthy', terminal: false, detail: `${state.status}: its KMS key cannot be used` };
    case 'REPLICATION_NOT_AUTHORIZED':
      return { kind: 'unhealthy', terminal: false, detail: `${state.status}: replication lacks permission` };
    case 'ARCHIVING':
    case 'ARCHIVED':
      return { kind: 'unhealthy', terminal: true, detail: `${state.status}: its KMS key was gone for seven days` };
    default:
      return { kind: 'unknown', detail: `unlisted status word ${state.status}` };
  }
}

/** AWS does not delete a protected one [DynamoDB developer guide, "Protecting your table from accidental deletion"]. */
export function blockers(
  _target: Target<TableSpec>,
  state: TableState | undefined,
  action: ChangeAction,
): Promise<readonly Blocker[]> {
  if (action !== 'delete' || state?.deletionProtection !== true) return Promise.resolve([]);
  return Promise.resolve([
    {
      what: 'its deletion protection is on, and AWS does not delete it',
      remedy: 'set deletionProtection to false first, if it may go',
    },
  ]);
}
