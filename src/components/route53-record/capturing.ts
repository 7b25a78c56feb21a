// What `relight capture` has to know of a record.
import { canonicalName } from '../../util/dns.ts';
import type { Capturing } from '../contract.ts';
import { whenUsed } from '../kit/when-used.ts';
import type { RecordSpec, RecordState } from './schema.ts';
import { canonicalAlias } from './values.ts';

const reading = whenUsed(() => import('./leading.ts'));

export const capturing: Partial<Capturing<RecordSpec, RecordState>> = {
  tellApart: ({ name, setIdentifier, type }, { zone }) =>
    [
      canonicalName(name).split('.')[0] ?? '',
      type === 'A' ? '' : type,
      setIdentifier ?? '',
      zone.isPrivate ? 'private' : '',
    ]
      .filter(Boolean)
      .join('-'),
  leads: ({ alias, healthCheck, name, type, values = [] }) => ({
    leadsTo: (alias !== undefined ? [alias.dnsName] : type === 'CNAME' ? values : []).map(canonicalAlias),
    provides: [canonicalName(name)],
    uses: healthCheck === undefined ? [] : [healthCheck],
  }),
  leading: reading.call('leading'),
  probe: ({ name, type }, { zone }) => ({
    name: { fqdn: canonicalName(name), type },
    ...(zone.isPrivate ? { inside: true as const } : {}),
  }),
};
