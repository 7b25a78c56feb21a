// May a piece be made elsewhere, where somebody else's stands in its place?
import { consentsShown, isLifted } from '../../plan/consent.ts';
import { placeDoubt } from '../../plan/doubts.ts';
import type { Work } from '../work.ts';

/** The user has let it, for what the plan showed there; or it stood elsewhere for that reason when the plan was made. */
export function isLetBeside({ component, environment }: Work): boolean {
  const planned = environment.observations.byId.get(component.id);
  if (planned === undefined || planned.kind === 'unknown' || planned.taken === undefined) return false;
  if (planned.kind === 'present') return true;
  const { reason, subject } = placeDoubt(planned.taken);
  const shown = { reason, subject: environment.playbook.secrets.redactor.text(subject) };
  return isLifted(consentsShown(environment.plan), component.id, shown);
}
