// Strays as a playbook of their own: what takes down a playbook takes them down, with its plan, its consents, its before-images
// and its journal, and what undoes a run brings them back.
import { escapeTemplates } from '../../playbook/expressions.ts';
import { toJson } from '../../util/json.ts';
import { beyondId } from '../finding.ts';
import type { BeyondFound, SurveyedPlace } from './model.ts';

/** Strays of one playbook's tag in one place. */
export interface StrayGroup {
  readonly playbook: string;
  readonly place: SurveyedPlace;
  readonly strays: readonly BeyondFound[];
}

/** Those of them that can be written down, by whose they are said to be and where they are. */
export function strayGroups(found: readonly BeyondFound[]): readonly StrayGroup[] {
  const groups = new Map<string, StrayGroup>();
  for (const each of found) {
    if (!isRemovable(each) || each.stray === undefined) continue;
    const { place, stray } = each;
    const key = JSON.stringify([stray.playbook, place.account, place.region]);
    const known = groups.get(key);
    groups.set(key, { playbook: stray.playbook, place, strays: [...(known?.strays ?? []), each] });
  }
  return [...groups.values()];
}

/** Of a kind that relight finds by its ARN, and under a name that a playbook may have. */
export function isRemovable({ stray }: BeyondFound): boolean {
  return stray?.spec !== undefined && /^[a-z][a-z0-9-]{0,62}$/.test(stray.playbook);
}

/** @param alias of the account, where it is to be compared */
export function strayPlaybook({ place, playbook, strays }: StrayGroup, alias: string | null): string {
  const { account, environment, region } = place;
  const target = {
    account,
    ...(alias === null ? {} : { alias }),
    region,
    ...(environment === null ? {} : { environment }),
  };
  const said = (value: unknown): string => JSON.stringify(value);
  return [
    `# Strays of playbook ${playbook} in ${account} ${region}, as they were found: to be taken down.`,
    'apiVersion: relight/v1',
    'kind: Playbook',
    `metadata: ${said({ name: playbook })}`,
    `target: ${said(target)}`,
    'components:',
    ...strays.flatMap((each) => [
      `  ${strayId(each)}:`,
      `    type: ${each.type}`,
      `    description: ${said(each.piece)}`,
      `    spec: ${said(escapeTemplates(toJson(each.stray?.spec)))}`,
    ]),
    '',
  ].join('\n');
}

/** Apart from all ids of the playbook that it bears the tag of. */
export function strayId(found: BeyondFound): string {
  const { kind, piece, place, region } = found;
  return `stray-${beyondId({ account: place.account, kind, piece, region })}`;
}
