// The port over the network, by Node's own resolver: it checks ids and sources of answers, and comes again over TCP.
import { Resolver } from 'node:dns/promises';
import type { Clock } from '../../util/clock.ts';
import type { NameServerReply, NameServers } from './name-servers.ts';

/** Milliseconds for one server, and for all that one question takes. */
const oneServer = 750;
const allTogether = 3_000;

/** Values of an answer that are looked at: more than Route 53 lets a record set have [quota: 400]. */
const mostValues = 400;

/**
 * Finds the name servers' addresses as this machine finds any, and asks them one after the other until one answers.
 *
 * @param clock by which answers take their time: the real one, over a real network
 */
export function networkNameServers(clock: Clock): NameServers {
  return {
    ask: ({ name, servers, type }) =>
      inTime(clock, async (resolver, over) => {
        const lookups = await Promise.all(servers.map((server) => addressesOf(server, resolver)));
        const addresses = lookups.flat();
        if (addresses.length === 0) return { kind: 'unasked', why: 'no address of its name servers is known here' };
        return over.aborted ? tooLate : answerOf(resolver(addresses), name, type);
      }),
  };
}

/** @param address of a served sandbox's name server, `127.0.0.1:5353`: it answers for all zones there */
export function nameServerAt(address: string, clock: Clock): NameServers {
  return { ask: ({ name, type }) => inTime(clock, (resolver) => answerOf(resolver([address]), name, type)) };
}

/** A resolver of the machine's own servers, or of those that are named. */
type Resolvers = (servers?: readonly string[]) => Resolver;

const tooLate: NameServerReply = { kind: 'unasked', why: `no answer within ${allTogether / 1000} s` };

async function inTime(
  clock: Clock,
  ask: (resolver: Resolvers, over: AbortSignal) => Promise<NameServerReply>,
): Promise<NameServerReply> {
  const open: Resolver[] = [];
  const resolver: Resolvers = (servers) => {
    const made = new Resolver({ timeout: oneServer, tries: 1 });
    if (servers !== undefined) made.setServers(servers);
    open.push(made);
    return made;
  };
  const answered = new AbortController();
  const silence = (): NameServerReply => tooLate;
  const timer = clock.sleep(allTogether, answered.signal).then(silence, silence);
  try {
    return await Promise.race([ask(resolver, answered.signal), timer]);
  } catch (error) {
    return { kind: 'unasked', why: codeOf(error) };
  } finally {
    answered.abort();
    // What nobody waits for any more must not keep the process.
    for (const each of open) each.cancel();
  }
}

async function addressesOf(server: string, resolver: Resolvers): Promise<readonly string[]> {
  const own = resolver();
  const found = await Promise.allSettled([own.resolve4(server), own.resolve6(server)]);
  const [four, six] = found.map((each) => (each.status === 'fulfilled' ? each.value : []));
  // One of each server is enough, and most machines reach the world by IPv4.
  return (four?.length ? four : (six ?? [])).slice(0, 1);
}

async function answerOf(resolver: Resolver, name: string, type: string): Promise<NameServerReply> {
  try {
    const records: unknown = await resolver.resolve(name, type);
    const values = Array.isArray(records) ? records.slice(0, mostValues).map((each) => presented(type, each)) : [];
    return values.length === 0 ? { kind: 'missing', code: 'NODATA' } : { kind: 'values', values };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTFOUND') return { kind: 'missing', code: 'NXDOMAIN' };
    return code === 'ENODATA' ? { kind: 'missing', code: 'NODATA' } : { kind: 'unasked', why: code };
  }
}

function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : error instanceof Error ? error.message : String(error);
}

/** One value as a zone file has it. */
function presented(type: string, record: unknown): string {
  if (typeof record === 'string') return record;
  // TXT: strings, in pieces of at most 255 characters.
  if (Array.isArray(record)) return record.map((each) => quoted(String(each))).join(' ');
  const fields = (typeof record === 'object' ? record : null) as Readonly<Record<string, unknown>> | null;
  const all = (...names: readonly string[]): string => names.map((name) => String(fields?.[name])).join(' ');
  switch (type) {
    case 'MX':
      return all('priority', 'exchange');
    case 'SRV':
      return all('priority', 'weight', 'port', 'name');
    case 'NAPTR': {
      const [flags = '', service = '', regexp = ''] = ['flags', 'service', 'regexp'].map((each) => quoted(all(each)));
      return `${all('order', 'preference')} ${flags} ${service} ${regexp} ${all('replacement')}`;
    }
    case 'CAA': {
      const [tag = '', value] = Object.entries(fields ?? {}).find(([key]) => !['critical', 'type'].includes(key)) ?? [];
      return `${all('critical')} ${tag} ${quoted(String(value))}`;
    }
    default:
      return JSON.stringify(record);
  }
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
