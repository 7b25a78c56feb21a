// Asking a zone's name servers: evidence from outside, beside what AWS's API says. Nothing rests on it: whoever answers may be
// somebody in between (many networks answer for port 53 themselves), stale, or nobody. This file: the port, and who may use it.
import type { Gate } from '../gate.ts';

/** Types that every port can ask for; Node's resolver knows no others. */
export const askableTypes: ReadonlySet<string> = new Set([
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'MX',
  'NAPTR',
  'NS',
  'PTR',
  'SRV',
  'TXT',
]);

export interface NameServerQuestion {
  /** Domain name in canonical form: lower case, no trailing dot, no escapes. */
  readonly name: string;
  /** One of {@link askableTypes}. */
  readonly type: string;
  /** Names of the zone's name servers. */
  readonly servers: readonly string[];
}

export type NameServerReply =
  /** Values as a zone has them, names with or without trailing dot, TXT as quoted strings; at least one. */
  | { readonly kind: 'values'; readonly values: readonly string[] }
  /** The name, or a record of the type, is not there: `NXDOMAIN`, `NODATA`. */
  | { readonly kind: 'missing'; readonly code: string }
  /** Nobody answered, or nothing that is an answer. */
  | { readonly kind: 'unasked'; readonly why: string };

export interface NameServers {
  /** Answers within some seconds, whatever happens, and never throws. */
  readonly ask: (question: NameServerQuestion) => Promise<NameServerReply>;
}

/** Where there are none, or none that this machine could reach. */
export function nobodyToAsk(why: string): NameServers {
  return { ask: () => Promise.resolve({ kind: 'unasked', why }) };
}

/** No name is asked for before the place has been compared with the playbook's, nor once nothing passes any more. */
export function gatedNameServers(nameServers: NameServers, gate: Gate): NameServers {
  return {
    ask: async (question) => {
      gate.check({ operation: 'DNS', kind: 'read', service: { name: 'dns' } });
      return nameServers.ask(question);
    },
  };
}
