import { canonicalName } from '../../util/dns.ts';
import type { RecordSpec, RecordState } from './schema.ts';

/** Two components with equal identities claim the same record. */
export function identityOf({ name, setIdentifier, type, zone }: RecordSpec): string {
  return ['record', type, canonicalName(name), setIdentifier ?? [], 'in', canonicalName(zone)].flat().join(' ');
}

/** A zone may be named by its name or by its id: what it is for everybody comes last. */
export function spellings(spec: RecordSpec, { zone }: Pick<RecordState, 'zone'>): readonly string[] {
  return [identityOf(spec), identityOf({ ...spec, zone: zone.id })];
}
