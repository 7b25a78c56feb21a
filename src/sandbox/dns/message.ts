// The DNS door of a served sandbox: a question in bytes, and its answer. What cannot be read is not answered; nothing is thrown.
import {
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
  type Answer,
  type DecodedPacket,
  type OptAnswer,
} from 'dns-packet';
import { nameServerAnswer } from '../dataplane/index.ts';
import type { World } from '../model.ts';
import { plainType, toWire, Unwritable } from './rdata.ts';

export type Transport = 'udp' | 'tcp';

const codes = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;

type Code = keyof typeof codes;

/** Bytes of an answer over UDP: without EDNS [RFC 1035, section 2.3.4], and at most [DNS flag day 2020]. */
const plainSize = 512;
const largestDatagram = 1_232;

/** 0 of them is a standard query [RFC 1035, section 4.1.1]. */
const opcodeBits = 0x7800;

/** Questions that Route 53's name servers do not answer either, or not in full [RFC 8482]. */
const notAnswered: ReadonlySet<string> = new Set(['ANY', 'AXFR', 'IXFR', 'UNKNOWN_253', 'UNKNOWN_254']);

/** The answer to a datagram or message; undefined for what is no question. */
export function answerMessage(world: World, message: Buffer, transport: Transport): Buffer | undefined {
  try {
    const query = decode(message);
    // Whoever answered answers would talk for ever with one of its kind.
    if (query.type === 'response') return undefined;
    return answerQuery(world, query, transport);
  } catch {
    return undefined;
  }
}

interface Reply {
  readonly code: Code;
  readonly flags?: number;
  readonly answers?: readonly Answer[];
  readonly authorities?: readonly Answer[];
  /** The upper bits of the code, which EDNS carries. */
  readonly extended?: number;
}

function answerQuery(world: World, query: DecodedPacket, transport: Transport): Buffer {
  const opt = query.additionals?.find((each): each is OptAnswer => each.type === 'OPT');
  const most =
    transport === 'tcp'
      ? 0xffff
      : opt === undefined
        ? plainSize
        : Math.min(largestDatagram, Math.max(plainSize, opt.udpPayloadSize));
  const written = (reply: Reply): Buffer => write(query, opt, reply);
  let whole: Buffer;
  try {
    whole = written(replyTo(world, query, opt));
  } catch (error) {
    whole = written({ code: error instanceof Unwritable ? 'NOTIMP' : 'SERVFAIL' });
  }
  // Nothing of a cut answer is used: who asked comes again over TCP.
  return whole.length <= most ? whole : written({ code: 'NOERROR', flags: AUTHORITATIVE_ANSWER | TRUNCATED_RESPONSE });
}

function replyTo(world: World, query: DecodedPacket, opt: OptAnswer | undefined): Reply {
  if (((query.flags ?? 0) & opcodeBits) !== 0) return { code: 'NOTIMP' };
  const [question, another] = query.questions ?? [];
  if (question === undefined || another !== undefined) return { code: 'FORMERR' };
  // BADVERS is 16 [RFC 6891, section 9].
  if (opt !== undefined && opt.ednsVersion > 0) return { code: 'NOERROR', extended: 1 };
  if (question.class !== 'IN') return { code: 'REFUSED' };
  if (notAnswered.has(question.type)) return { code: 'NOTIMP' };
  const answer = nameServerAnswer(world, escaped(question.name), plainType(question.type));
  return {
    code: answer.code,
    flags: answer.authoritative ? AUTHORITATIVE_ANSWER : 0,
    answers: answer.answers.map(toWire),
    authorities: answer.authority.map(toWire),
  };
}

/** A name off the wire as Route 53 writes it: on the wire a backslash is a character like others. */
function escaped(name: string): string {
  return name.replace(
    /[^A-Za-z0-9._-]/g,
    (character) => `\\${(character.charCodeAt(0) & 0xff).toString(8).padStart(3, '0')}`,
  );
}

function write(query: DecodedPacket, opt: OptAnswer | undefined, reply: Reply): Buffer {
  const { answers = [], authorities = [], code, extended = 0, flags = 0 } = reply;
  const asked = query.flags ?? 0;
  return encode({
    id: query.id ?? 0,
    type: 'response',
    flags: (asked & (opcodeBits | RECURSION_DESIRED)) | flags | codes[code],
    questions: (query.questions ?? []).slice(0, 1),
    answers: [...answers],
    authorities: [...authorities],
    additionals: opt === undefined ? [] : [ownOpt(extended)],
  });
}

/** Its options are not taken up: cookies and client subnets may be left out [RFC 7873, RFC 7871]. */
function ownOpt(extendedRcode: number): OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: largestDatagram,
    extendedRcode,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
}
