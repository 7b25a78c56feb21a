// TestDNSAnswer: what the zone's name servers say now, INSYNC data only.
import type { Operation } from '../../model.ts';
import { resolveDns } from '../../dataplane/index.ts';
import { authoritativeAnswer } from './answers.ts';
import type { Answer } from './answers.ts';
import { zoneOf } from './errors.ts';
import * as read from './input.ts';
import { parseName } from './names.ts';
import { isRecordType } from './rdata.ts';
import { unverifiedTexts } from './unverified.ts';

/** Types whose values are names, which name servers write with a trailing dot. */
const nameTypes: readonly string[] = ['CNAME', 'NS', 'PTR'];

export const testDnsAnswer: Operation = (input, context) => {
  const zone = zoneOf(context, read.requiredText(input, 'hostedzoneid', 32));
  const given = read.requiredText(input, 'recordname', 1024);
  const type = read.requiredText(input, 'recordtype', 32);
  if (!isRecordType(type)) {
    throw read.invalidInput(unverifiedTexts.constraint(type, 'recordType', 'satisfy enum value set of RRType'));
  }
  const parsed = parseName(given);
  if (parsed.kind === 'fault') throw read.invalidInput(parsed.message);
  const { now, world } = context;
  const answer = authoritativeAnswer(world, now, parsed.name, type);
  const here = answer.kind !== 'refused' && answer.zone === zone.id;
  return {
    Nameserver: zone.nameServers[0] ?? '',
    RecordName: parsed.name,
    RecordType: type,
    RecordData: answer.kind === 'records' && here ? recordData(context, answer, parsed.name, type) : [],
    ResponseCode: !here ? 'REFUSED' : answer.kind === 'nx-domain' ? 'NXDOMAIN' : 'NOERROR',
    Protocol: 'UDP',
  };
};

function recordData(
  { world }: Parameters<Operation>[1],
  { records }: Extract<Answer, { kind: 'records' }>,
  name: string,
  type: string,
): readonly string[] {
  // Name servers answer with the CNAME itself; following it is the resolver's work.
  const answered = records[0]?.type ?? type;
  const { answers } = resolveDns(world, name, answered);
  return nameTypes.includes(answered) ? answers.map((value) => `${value}.`) : answers;
}
