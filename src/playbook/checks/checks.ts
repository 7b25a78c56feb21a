// The `verify` part: end-to-end checks, parameters filled in.
import type { Json } from '../../components/contract.ts';
import { fillTexts, judgeFilled, type EntryContext, type MetReference } from './entries.ts';
import { explainIssues } from './issues.ts';
import type { Check, Position, Reference } from '../model.ts';
import { checkSchema, type CheckEntry } from '../schema.ts';

export interface ReadCheck {
  readonly index: number;
  readonly references: readonly MetReference[];
  /** Undefined when something is wrong with it. */
  readonly entry: CheckEntry | undefined;
  /** With parameters filled in. */
  readonly texts: Json;
  /** Paths that a sensitive parameter is filled into. */
  readonly tainted: readonly string[];
}

export function readCheck(index: number, declared: Json, context: EntryContext): ReadCheck {
  const path = ['verify', index];
  const filled = fillTexts(declared, path, context);
  const parsed = checkSchema.safeParse(filled.value);
  if (!parsed.success) {
    judgeFilled(explainIssues(parsed.error.issues, checkSchema, filled.value, path), filled, context.report);
  }
  const { references, tainted, value: texts } = filled;
  return { index, references, entry: parsed.data, texts, tainted };
}

/** A sound check as a value. */
export function toCheck(
  entry: CheckEntry,
  base: { readonly references: readonly Reference[]; readonly position: Position },
): Check {
  const { http, dns, tcp } = entry;
  if (http !== undefined) {
    const status = typeof http.status === 'number' ? [http.status] : http.status;
    return {
      ...base,
      ...http,
      kind: 'http',
      name: entry.name ?? `${http.method} ${http.url}`,
      status,
      body: http.body,
    };
  }
  if (dns !== undefined) {
    const { name: recordName, type, within } = dns;
    const values = dns.values ?? (dns.value === undefined ? undefined : [dns.value]);
    return { ...base, kind: 'dns', name: entry.name ?? `${type} ${recordName}`, recordName, type, values, within };
  }
  if (tcp === undefined) throw new Error('Internal error: a check without http, dns and tcp passed its schema');
  return { ...base, ...tcp, kind: 'tcp', name: entry.name ?? `tcp ${tcp.host}:${tcp.port}` };
}
