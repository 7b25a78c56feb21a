// Several playbooks to who needs whom.
import type { Playbook, Provision } from '../playbook/model.ts';
import { namedText } from '../util/leads.ts';
import type { Dependence, Evidence, EvidenceKind, FilePlace, Party, Said } from './model.ts';
import { saidIn } from './said.ts';

/** Among playbooks that are looked at together. */
export function dependencesIn(playbooks: readonly Playbook[]): readonly Dependence[] {
  const parties = new Map(playbooks.map((each) => [each, partyOf(each)] as const));
  const providers = playbooks.filter(({ provides }) => provides.length > 0);
  return playbooks.flatMap((playbook) => {
    const said = saidIn(playbook);
    const from = parties.get(playbook) ?? partyOf(playbook);
    return providers.flatMap((provider): readonly Dependence[] => {
      const evidence = evidenceOf(said, provider, playbook === provider);
      if (evidence.length === 0) return [];
      const holds = evidence.some((each) => each.holds === 'recovery') ? 'recovery' : 'running';
      return [{ from, to: parties.get(provider) ?? partyOf(provider), holds, evidence }];
    });
  });
}

export function partyOf({ file, metadata }: Playbook): Party {
  return { name: metadata.name, file };
}

/**
 * A service speaks of itself all the time: its variables tell it by which name it is known, its secrets bear its name, its
 * probes ask for it. It needs itself where something must be there before it runs.
 */
const needsItself: readonly EvidenceKind[] = ['need', 'image', 'log', 'health-check'];

function evidenceOf(said: readonly Said[], provider: Playbook, isItself: boolean): readonly Evidence[] {
  const found = said.flatMap((each): readonly Evidence[] => {
    if (isItself && (!needsItself.includes(each.kind) || each.holds !== 'recovery')) return [];
    const provision = nearestOf(provider.provides.filter(({ named }) => fits(each, named, isItself)));
    if (provision === undefined) return [];
    const { because, component, holds, kind, what } = each;
    const providedAt: FilePlace = { file: provider.file, ...provision.position };
    return [{ kind, what, component, holds, because, place: each.place(), provided: provision.named, providedAt }];
  });
  const rank = ({ holds, kind }: Evidence): number => (kind === 'need' ? 0 : holds === 'recovery' ? 1 : 2);
  return found.toSorted((left, right) => rank(left) - rank(right));
}

/** A product's name is all over its own playbook. */
function fits(said: Said, named: Provision['named'], isItself: boolean): boolean {
  if (isItself && named.kind === 'product' && said.kind !== 'need') return false;
  return said.leadsTo(named);
}

/** The one that says most: a host before a product, a host before all that is below a domain. */
function nearestOf(provisions: readonly Provision[]): Provision | undefined {
  const width = ({ named }: Provision): number =>
    named.kind === 'product' ? 1_000_000 : (named.below ? 1_000 : 0) - namedText(named).length;
  return provisions.toSorted((left, right) => width(left) - width(right))[0];
}
