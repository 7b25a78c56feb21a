// What concerns several playbooks together: circles through a recovery, pieces that two of them own, and who needs whom.
import { circlesOf } from '../../dependence/circles.ts';
import { dependencesIn } from '../../dependence/dependences.ts';
import type { Circle, Dependence, Evidence, OwnedTwice } from '../../dependence/model.ts';
import { ownedTwice } from '../../dependence/owned-twice.ts';
import { callingOf, circleText, dependenceText, ownedTwiceText } from '../../dependence/words.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { Paint } from '../../report/paint.ts';
import { namedText } from '../../util/leads.ts';

export interface Together {
  readonly circles: readonly Circle[];
  readonly ownedTwice: readonly OwnedTwice[];
  /** All of them, those of circles included; a service that needs itself is none here. */
  readonly dependences: readonly Dependence[];
}

export function togetherOf(playbooks: readonly Playbook[]): Together {
  const dependences = dependencesIn(playbooks);
  return {
    circles: circlesOf(dependences),
    ownedTwice: playbooks.length < 2 ? [] : ownedTwice(playbooks),
    dependences: dependences.filter(({ from, to }) => from !== to),
  };
}

/** Dependence alone is how services work together; a circle is one night without an end. */
export function isSound({ circles, ownedTwice: twice }: Together): boolean {
  return circles.length + twice.length === 0;
}

export function togetherLines({ circles, dependences, ownedTwice: twice }: Together, paint: Paint): readonly string[] {
  const called = callingOf(dependences.flatMap(({ from, to }) => [from, to]));
  const inCircles = new Set(circles.flatMap(({ steps }) => steps));
  return [
    ...circles.flatMap((circle) => [
      `${paint.bad('circle')}  ${circleText(circle, called)}`,
      ...circle.steps.map((step) => `        ${dependenceText(step, called)}`),
    ]),
    ...twice.map((each) => `${paint.bad('twice')}  ${ownedTwiceText(each)}`),
    ...dependences
      .filter((each) => !inCircles.has(each))
      .map((each) => `${paint.dim('needs')}  ${dependenceText(each, called)}`),
  ];
}

export function togetherJson({ circles, dependences, ownedTwice: twice }: Together): object {
  const called = callingOf(dependences.flatMap(({ from, to }) => [from, to]));
  return {
    circles: circles.map((circle) => ({ text: circleText(circle, called), steps: circle.steps.map(dependenceJson) })),
    ownedTwice: twice.map((each) => ({
      type: each.type,
      piece: each.piece,
      owners: each.owners.map(({ component, party, place }) => ({ playbook: party.name, component, ...place })),
    })),
    dependences: dependences.map(dependenceJson),
  };
}

function dependenceJson(dependence: Dependence): object {
  const { evidence, from, holds, to } = dependence;
  return { from, to, holds, text: dependenceText(dependence), evidence: evidence.map(evidenceJson) };
}

function evidenceJson({ because, component, holds, kind, place, provided, providedAt, what }: Evidence): object {
  return { kind, what, component, holds, because, ...place, provides: { name: namedText(provided), ...providedAt } };
}
