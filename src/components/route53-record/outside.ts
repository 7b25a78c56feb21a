// What is answered from outside for a record: by the zone's name servers, and by Route 53's own word for them. Evidence: that a
// change is INSYNC and listed is the truth, and whoever stands in between (a cache, a network that answers for port 53 itself)
// may know it otherwise.
import { TestDNSAnswerCommand, type ResourceRecordSet } from '@aws-sdk/client-route-53';
import { askableTypes } from '../../aws/dns/name-servers.ts';
import { route53 } from '../../aws/services/route53.ts';
import { canonicalName } from '../../util/dns.ts';
import type { Testimony, ReadContext } from '../contract.ts';
import { groupOf } from './observe.ts';
import type { RecordState } from './schema.ts';
import { canonicalValue, toWire } from './values.ts';
import { serversOf } from './zones.ts';

/** Characters of an answer that are told: whoever sends more has nothing more to say. */
const longestTold = 300;

/**
 * Asks the zone's name servers, once for each zone and run.
 *
 * @returns undefined where they were asked for another record of the zone, or cannot be asked for this type
 */
export async function askNameServers(state: RecordState, context: ReadContext): Promise<Testimony | undefined> {
  if (!askableTypes.has(state.description.Type ?? '')) return undefined;
  const own = keyOf(state);
  const asked = await context.kept(`route53 name servers asked in ${state.zone.id}`, async () => ({
    of: own,
    evidence: await fromNameServers(state, context),
  }));
  return asked.of === own ? asked.evidence : undefined;
}

/** Of one record in a run. */
export function keyOf({ description: { Name, SetIdentifier, Type }, zone }: RecordState): string {
  return JSON.stringify([zone.id, Name, Type, SetIdentifier]);
}

async function fromNameServers(state: RecordState, context: ReadContext): Promise<Testimony> {
  const { name: zone, servers } = await serversOf(state.zone.id, context);
  const source = `the name servers of ${zone}`;
  if (servers.length === 0) return { source, outcome: 'unasked', detail: 'the zone tells of none' };
  const { Name = '', Type = '' } = state.description;
  const name = canonicalName(Name);
  const reply = await context.aws.nameServers.ask({ name, type: Type, servers });
  switch (reply.kind) {
    case 'unasked':
      return { source, outcome: 'unasked', detail: reply.why };
    case 'missing':
      return { source, outcome: 'differs', detail: `${Type} ${name} is answered with ${reply.code}` };
    case 'values':
      return judged(source, reply.values, state, context);
  }
}

/** Route 53's own answer. The call knows public zones only [Route 53 API, TestDNSAnswer]. */
export async function askRoute53(state: RecordState, context: ReadContext): Promise<Testimony> {
  const record = state.description;
  const answer = await context.limit(() =>
    context.aws
      .client(route53)
      .send(
        new TestDNSAnswerCommand({ HostedZoneId: state.zone.id, RecordName: record.Name, RecordType: record.Type }),
      ),
  );
  const data = answer.RecordData ?? [];
  if (answer.ResponseCode === 'NOERROR' && data.length > 0) return judged(route53Source, data, state, context);
  const told = answer.ResponseCode === 'NOERROR' ? 'NODATA' : (answer.ResponseCode ?? 'no answer');
  const detail = `${record.Type ?? ''} ${canonicalName(record.Name ?? '')} is answered with ${told}`;
  return { source: route53Source, outcome: 'differs', detail };
}

export const route53Source = 'Route 53 (TestDNSAnswer)';

async function judged(
  source: string,
  data: readonly string[],
  state: RecordState,
  context: ReadContext,
): Promise<Testimony> {
  const { Name = '', SetIdentifier, Type = '' } = state.description;
  // Of a group, chance or health decides which member answers.
  const members = SetIdentifier === undefined ? [state.description] : await groupOf(state, context);
  const outcome = isAnswerOf(members, Type, data) ? 'agrees' : 'differs';
  const told = `${Type} ${canonicalName(Name)} is answered with ${data.join(', ')}`;
  return { source, outcome, detail: told.length > longestTold ? `${told.slice(0, longestTold)}…` : told };
}

function isAnswerOf(members: readonly ResourceRecordSet[], type: string, data: readonly string[]): boolean {
  // The addresses behind an alias are AWS's own affair.
  if (members.some((member) => member.AliasTarget !== undefined)) return true;
  const formsOf = (values: readonly string[]): readonly string[] => values.map((each) => answerForm(type, each)).sort();
  const answered = formsOf(data);
  const wanted = members.map((member) => formsOf((member.ResourceRecords ?? []).map(({ Value = '' }) => Value)));
  if (wanted.some((each) => JSON.stringify(each) === JSON.stringify(answered))) return true;
  // Up to eight healthy members answer together [Route 53 developer guide, "Multivalue answer routing"].
  const isTogether = members.some((member) => member.MultiValueAnswer === true);
  return isTogether && answered.every((each) => wanted.flat().includes(each));
}

/** Equal for values that are the same on the wire, however they are escaped. */
function answerForm(type: string, value: string): string {
  if (type !== 'TXT' && type !== 'SPF') return canonicalValue(type, value).trim().replace(/\s+/g, ' ');
  const strings = [...toWire(type, value).matchAll(/"((?:[^"\\]|\\.)*)"/gs)];
  return JSON.stringify(strings.map(([, text = '']) => text.replace(/\\([0-3][0-7]{2}|.)/gs, unescaped)));
}

function unescaped(_escape: string, code: string): string {
  return code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : code;
}
