// Whose a record is, said by a TXT record beside it, which is made, changed and deleted in the same batch. Pure.
import { createHash } from 'node:crypto';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { canonicalName } from '../../util/dns.ts';
import type { Marker } from '../contract.ts';
import type { RecordSpec, RecordState } from './schema.ts';
import { canonicalAlias, canonicalValue, toWire, valuesOf } from './values.ts';

/** Seconds. Nobody waits for it: it is read from Route 53 itself, never by resolving. */
const timeToLive = 300;

type Member = Pick<RecordSpec, 'name' | 'type' | 'setIdentifier'>;

/**
 * `_relight-cname.api.example.com`: a name of its own, since nothing may stand beside a CNAME [Route 53 developer guide],
 * with the type, as a name has several records, and for a member of a group a digest of its identifier, which may hold any
 * character. A wildcard's `*` means itself in the middle of a name, and would read like one.
 */
export function markerName({ name, setIdentifier, type }: Member): string {
  const member = setIdentifier === undefined ? '' : `-${digest(setIdentifier).slice(0, 12)}`;
  return `_relight-${type.toLowerCase()}${member}.${canonicalName(name).replace(/^\*(?=\.)/, 'any')}`;
}

export function marked(spec: RecordSpec, marker: Marker): RecordSpec {
  return { ...spec, marker };
}

/**
 * The text of the marker. It names what the record says, so that it holds for nothing that somebody else has written under
 * that name since, nor for what comes after a record that was deleted without it.
 */
function markerText({ playbook, component }: Marker, content: string): string {
  return `heritage=relight,playbook=${playbook},component=${component},of=${content}`;
}

export function markerRecord(spec: RecordSpec, marker: Marker): ResourceRecordSet {
  const values = spec.alias === undefined ? (spec.values ?? []) : [spec.alias.dnsName];
  const content = contentOf(spec.type, spec.setIdentifier, values, spec.alias !== undefined);
  return {
    Name: markerName(spec),
    Type: 'TXT',
    TTL: timeToLive,
    ResourceRecords: [{ Value: toWire('TXT', markerText(marker, content)) }],
  };
}

/** Undefined when there is none, or it is damaged, or it speaks of another content. */
export function markerOf(_spec: RecordSpec, state: RecordState): Marker | undefined {
  const [only, ...others] = state.marker?.ResourceRecords ?? [];
  if (only === undefined || others.length > 0) return undefined;
  const text = /^"(.*)"$/.exec(only.Value ?? '')?.[1] ?? '';
  const match = /^heritage=relight,playbook=([a-z0-9-]+),component=([a-z0-9-]+),of=([0-9a-f]{32})$/.exec(text);
  const [, playbook = '', component = '', content] = match ?? [];
  const { AliasTarget, SetIdentifier, Type = '' } = state.description;
  const actual = contentOf(Type, SetIdentifier, valuesOf(state), AliasTarget !== undefined);
  return content === actual ? { playbook, component } : undefined;
}

/** What a record answers with, however it is spelt; how long and how often is no question of whose it is. */
function contentOf(type: string, member: string | undefined, values: readonly string[], isAlias: boolean): string {
  const canonical = isAlias ? canonicalAlias : (value: string) => canonicalValue(type, value);
  return digest(JSON.stringify([type, member ?? null, isAlias, values.map(canonical).sort()])).slice(0, 32);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
