import type { Difference } from '../contract.ts';
import { field, namedEntries } from '../kit/compare.ts';
import { actionDifferences } from '../kit/elbv2-action-diff.ts';
import { saidDiff } from '../kit/members/diff.ts';
import { actions, keys, listenerPart } from './parts.ts';
import type { ListenerSpec, ListenerState } from './schema.ts';
import { settingsOf } from './settings.ts';

export function diff(spec: ListenerSpec, state: ListenerState): readonly Difference[] {
  const missing = (spec.certificates ?? []).filter((each) => state.certificates?.includes(each) !== true);
  return [
    ...field('loadBalancer', spec.loadBalancer, state.loadBalancer),
    ...field('port', spec.port, state.port),
    ...field('protocol', spec.protocol, state.protocol),
    ...field('certificate', spec.certificate, state.certificate),
    // Another one that is there stays. The default one serves as well.
    ...missing
      .filter((each) => each !== state.certificate)
      .flatMap((each) => field(`certificates[${spec.certificates?.indexOf(each) ?? 0}]`, each, undefined)),
    ...field('sslPolicy', spec.sslPolicy, state.sslPolicy),
    ...saidDiff(listenerPart, '', spec, settingsOf(state), keys),
    ...namedEntries('attributes', spec.attributes, state.attributes),
    ...actionDifferences(spec, state.actions, actions, 'defaultActions'),
  ];
}
