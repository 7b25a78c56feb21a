// Services of one name in two accounts that are not alike: that is how the wrong one gets deleted. Told by what a look saw; a
// difference that a playbook says is meant is none.
import { unexpectedIn, type FactDifference } from '../../compare/comparison.ts';
import { differenceWords, type Labels } from '../../compare/words.ts';
import { resolveReferences } from '../../playbook/expressions.ts';
import { valueText } from '../../report/value-text.ts';
import { compareLooks, isLooked, type LookedOutcome } from '../compare-looks.ts';
import type { PlaybookOutcome } from '../outcome.ts';
import { together, type BeyondFound, type Judged, type Survey, type SurveyedPlace } from './model.ts';

/** What differs beyond these says less than its number. */
const differencesTold = 8;

export function twinsIn({ outcomes }: Pick<Survey, 'outcomes'>): Judged {
  const inOrder = outcomes.toSorted((left, right) => (placeKey(left) < placeKey(right) ? -1 : 1));
  return together(
    inOrder.flatMap((left, index) =>
      inOrder.slice(index + 1).flatMap((right): readonly Judged[] => {
        const name = sharedName(left, right);
        if (name === undefined || left.playbook.target.account === right.playbook.target.account) return [];
        return [twin(name, left, right)];
      }),
    ),
  );
}

function placeKey({ playbook: { metadata, target } }: PlaybookOutcome): string {
  return `${target.account} ${target.region} ${metadata.name}`;
}

/** That of both playbooks, or of what both are about; undefined where they share none. */
function sharedName(left: PlaybookOutcome, right: PlaybookOutcome): string | undefined {
  if (left.playbook.metadata.name === right.playbook.metadata.name) return left.playbook.metadata.name;
  const root = rootOf(left);
  return root !== undefined && root === rootOf(right) ? root : undefined;
}

/** `service wonderland/deployer-api` */
function rootOf({ playbook }: PlaybookOutcome): string | undefined {
  const component = playbook.components.get(playbook.root ?? '');
  const type = component === undefined ? undefined : playbook.types.get(component.type);
  return type?.identity(resolveReferences(component?.spec, () => undefined));
}

function twin(name: string, left: PlaybookOutcome, right: PlaybookOutcome): Judged {
  const { account, region } = left.playbook.target;
  const other = right.playbook.target;
  const where = `${account} ${region} and ${other.account} ${other.region}`;
  if (!isLooked(left) || !isLooked(right)) {
    const why = 'it is in two accounts, and not both of them were seen';
    return { found: [], cannotTell: [{ account, region, type: null, name: `${name} in ${where}`, why }] };
  }
  const { comparison, labels } = compareLooks(left, right);
  const differences = unexpectedIn(comparison).filter(({ follows }) => follows === null);
  if (differences.length === 0) return { found: [], cannotTell: [] };
  const told = differences.slice(0, differencesTold).map((each) => wordsOf(each, labels));
  const found: BeyondFound = {
    kind: 'twin',
    severity: 'medium',
    place: placeOf(left),
    region,
    type: left.playbook.components.get(left.playbook.root ?? '')?.type ?? 'playbook',
    piece: JSON.stringify(
      [left, right].map(({ playbook: { metadata, target } }) => [metadata.name, target.account, target.region]),
    ),
    name,
    what: `has one name in two accounts and is not alike: ${where}; whoever takes one for the other deletes the wrong one`,
    evidence: [
      `${left.playbook.file} in ${account} ${region}, ${right.playbook.file} in ${other.account} ${other.region}`,
      ...told,
      ...(differences.length > told.length ? [`${differences.length - told.length} more`] : []),
    ],
  };
  return { found: [found], cannotTell: [] };
}

/** Nothing of it has to be listed. */
function placeOf({ commands, playbook, principal, seen }: LookedOutcome): SurveyedPlace {
  const { file, metadata, target } = playbook;
  return {
    account: target.account,
    region: target.region,
    environment: target.environment ?? null,
    principal,
    entry: { playbook: metadata.name, file, permissions: commands.permissions },
    inventory: { at: seen.observations.at, listings: new Map(), hints: { kind: 'listed', pieces: [] }, states: [] },
  };
}

function wordsOf(difference: FactDifference, labels: Labels): string {
  const { component, field, kind, left, right } = difference;
  const what = `${component}${field === null ? '' : `.${field}`}`;
  if (kind !== 'differs' && kind !== 'ahead') return `${what}: ${differenceWords(difference, labels)}`;
  return `${what}: ${labels.left} has ${valueText(left)}, ${labels.right} ${valueText(right)}`;
}
