// What a step writes: what the playbook says, laid over the piece as it is right now, or was right before it was deleted.
import type { ChangeAction, Difference, Json, Observation, Target } from '../../components/contract.ts';
import { consentsShown, consentWord, isLifted } from '../../plan/consent.ts';
import { lossOf } from '../../plan/settings.ts';
import { baseOf, fieldBase, preferring, repointed, type Base } from '../../settings/base.ts';
import { differencesIn, layered, type Layered } from '../../settings/layered.ts';
import { failure } from './failing.ts';
import { targetOf, type Work } from '../work.ts';

/** Notes what a piece is before it is changed or deleted. */
export function keepBase(
  { at, state, tags }: Extract<Observation<unknown>, { kind: 'present' }>,
  captured: Json | undefined,
  work: Work,
): void {
  const { component, environment, step, type } = work;
  // What is there of a piece that is being made may be half of it.
  if (step.action === 'create' || isFinishing(work)) return;
  if (step.action === 'update' && type.settings.updates === 'parts') return;
  const { outputs } = environment.observations;
  const { spec } = targetOf(work);
  const described = { at, tags, outputs, spec, state };
  const base =
    step.action === 'update' && type.settings.updates === 'fields'
      ? fieldBase(type, described)
      : baseOf(type, { ...described, source: 'piece', captured });
  const { preferred, stale } = environment.observations.bases?.get(component.id) ?? {};
  const known = stale === undefined ? base : { ...base, stale };
  environment.bases.set(component.id, preferred === undefined ? known : preferring(type, { ...known, preferred }));
}

/** An unfinished run had begun to make it again: what it was is known from then. */
export function isFinishing({ component, environment, step }: Work): boolean {
  const source = environment.observations.bases?.get(component.id)?.source;
  return step.action === 'update' && (source === 'run' || source === 'known-good');
}

/** The base of what the step writes, naming other pieces as they are called now; undefined where nothing is known. */
export function baseFor({ component, environment }: Work): Base | undefined {
  const { bases, liveView, observations, plan } = environment;
  if (plan.strategy === 'undo') return undefined;
  const base = bases.get(component.id) ?? observations.bases?.get(component.id);
  return base && repointed(base, liveView.outputs);
}

/** All that the piece is to be. */
export function wholeTarget(work: Work): Target<unknown> {
  const target = targetOf(work);
  const isWhole = work.environment.plan.strategy === 'undo' || baseFor(work) !== undefined;
  return { ...target, spec: laidOver(work).spec, whole: isWhole };
}

/** What differs from all that the piece is to be. */
export function wholeDifferences(state: unknown, work: Work): readonly Difference[] {
  return differencesIn(work.component, work.type, wholeTarget(work).spec, state);
}

function laidOver(work: Work): Layered {
  return layered(work.component, work.type, targetOf(work).spec, baseFor(work));
}

/** The piece may have got settings since the plan was made that would be lost. */
export function refuseLosses(action: ChangeAction, work: Work): void {
  const { component, environment } = work;
  const { plan } = environment;
  if (action === 'create' || plan.strategy === 'undo') return;
  const isMadeAgain = plan.steps.some((step) => step.component === component.id && step.action === 'create');
  if (action === 'delete' && !isMadeAgain) return;
  const shown = consentsShown(plan);
  const { text } = environment.playbook.secrets.redactor;
  const lost = laidOver(work).lost.find((each) => {
    const { reason, subject } = lossOf(each);
    return !isLifted(shown, component.id, { reason, subject: text(subject) });
  });
  if (lost === undefined) return;
  const flag = `--accept ${consentWord(component.id, 'loss')}`;
  throw failure('moved', `its ${lost} would be lost; plan again, and add ${flag} if that may be`);
}
