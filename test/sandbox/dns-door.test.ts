// The DNS door of a served sandbox, asked by Node's own resolver and in bytes, over UDP and TCP.
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import type * as sdk from '@aws-sdk/client-route-53';
import {
  decode,
  encode,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
  type DecodedPacket,
  type OptAnswer,
  type Packet,
  type RecordType,
} from 'dns-packet';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type ServedSandbox } from '../../src/sandbox/index.ts';
import { answerMessage } from '../../src/sandbox/dns/message.ts';
import { apply, change, zoneRig, type ZoneRig } from './route53-rig.ts';

const record = (Name: string, Type: sdk.RRType, values: readonly string[], more: object = {}): sdk.Change =>
  change('CREATE', { Name, Type, TTL: 60, ResourceRecords: values.map((Value) => ({ Value })), ...more });

const long = Array.from({ length: 40 }, (_each, index) => `10.0.0.${String(index + 1)}`);

let made: ZoneRig;
let served: ServedSandbox;
let resolver: Resolver;

beforeAll(async () => {
  made = await zoneRig();
  await apply(
    made,
    record('www.example.com', 'A', ['192.0.2.1', '192.0.2.2']),
    record('www.example.com', 'AAAA', ['2001:db8::1']),
    record('chain.example.com', 'CNAME', ['middle.example.com']),
    record('middle.example.com', 'CNAME', ['www.example.com'], { TTL: 5 }),
    record('away.example.com', 'CNAME', ['www.elsewhere.example']),
    record('nowhere.example.com', 'CNAME', ['missing.example.com']),
    record('text.example.com', 'TXT', [String.raw`"a \"b\" \\ c\344" "second"`]),
    record('mail.example.com', 'MX', ['10 mx.example.com']),
    record('srv.example.com', 'SRV', ['1 2 443 www.example.com']),
    record('caa.example.com', 'CAA', ['0 issue "ca.example"']),
    record('naptr.example.com', 'NAPTR', ['1 2 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .']),
    record('https.example.com', 'HTTPS', ['1 . alpn=h2']),
    record('*.wild.example.com', 'A', ['192.0.2.9']),
    record('deep.empty.example.com', 'A', ['192.0.2.8']),
    record('long.example.com', 'A', long),
    change('CREATE', {
      Name: 'alias.example.com',
      Type: 'A',
      AliasTarget: { HostedZoneId: made.zone, DNSName: 'www.example.com', EvaluateTargetHealth: false },
    }),
    record('lots.example.com', 'A', ['192.0.2.5'], { SetIdentifier: 'light', Weight: 1 }),
    record('lots.example.com', 'A', ['192.0.2.6'], { SetIdentifier: 'heavy', Weight: 9 }),
  );
  made.clock.advance(120_000);
  served = await serve(made.world, { port: 0 });
  resolver = new Resolver({ timeout: 5_000, tries: 2 });
  resolver.setServers([served.dns]);
});
afterAll(async () => {
  await served.close();
});

/** The answer in bytes, over UDP. */
function overUdp(message: Buffer): Promise<Buffer> {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(served.dns) ?? [];
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.once('message', (answer) => {
      socket.close();
      resolve(answer);
    });
    socket.send(message, Number(port), host);
  });
}

/** The answers to messages that are sent together over TCP. */
function overTcp(messages: readonly Buffer[]): Promise<readonly Buffer[]> {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(served.dns) ?? [];
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port) });
    let got = Buffer.alloc(0);
    socket.once('error', reject);
    socket.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      const answers: Buffer[] = [];
      for (let at = 0; at + 2 <= got.length; at += 2 + got.readUInt16BE(at)) {
        const whole = got.subarray(at + 2, at + 2 + got.readUInt16BE(at));
        if (whole.length === got.readUInt16BE(at)) answers.push(whole);
      }
      if (answers.length < messages.length) return;
      socket.destroy();
      resolve(answers);
    });
    for (const message of messages) {
      const head = Buffer.alloc(2);
      head.writeUInt16BE(message.length);
      // In pieces, as a network may bring them.
      socket.write(head.subarray(0, 1));
      socket.write(Buffer.concat([head.subarray(1), message]));
    }
  });
}

function question(name: string, type: string, more: Packet = {}): Buffer {
  const questions = [{ name, type: type as RecordType }];
  return encode({ type: 'query', id: 4711, flags: RECURSION_DESIRED, questions, ...more });
}

function opt(more: Partial<OptAnswer>): OptAnswer {
  return { type: 'OPT', name: '.', udpPayloadSize: 4096, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [], ...more }; // prettier-ignore
}

type Seen = DecodedPacket & { readonly rcode: string };

/** What the door makes of a message, without sockets. */
function answered(message: Buffer, transport: 'udp' | 'tcp' = 'udp'): Seen {
  const answer = answerMessage(made.world, message, transport);
  if (answer === undefined) throw new Error('not answered');
  return decode(answer) as Seen;
}

const rows = ({ answers = [] }: DecodedPacket): readonly string[] =>
  answers.map((each) => {
    const { data, name, ttl, type } = each as { name: string; type: string; ttl?: number; data?: unknown };
    return `${name} ${String(ttl)} ${type} ${String(data)}`;
  });

describe('the DNS door', () => {
  it.each([
    ['A', 'www.example.com', ['192.0.2.1', '192.0.2.2']],
    ['AAAA', 'www.example.com', ['2001:db8::1']],
    ['A', 'alias.example.com', ['192.0.2.1', '192.0.2.2']],
    ['A', 'lots.example.com', ['192.0.2.6']],
    ['A', 'any.thing.wild.example.com', ['192.0.2.9']],
    ['A', '*.wild.example.com', ['192.0.2.9']],
    ['A', 'chain.example.com', ['192.0.2.1', '192.0.2.2']],
    ['CNAME', 'chain.example.com', ['middle.example.com']],
    ['TXT', 'text.example.com', [['a "b" \\ cä', 'second']]],
    ['MX', 'mail.example.com', [{ priority: 10, exchange: 'mx.example.com' }]],
    ['SRV', 'srv.example.com', [{ priority: 1, weight: 2, port: 443, name: 'www.example.com' }]],
    ['CAA', 'caa.example.com', [{ critical: 0, issue: 'ca.example' }]],
    [
      'NAPTR',
      'naptr.example.com',
      [{ order: 1, preference: 2, flags: 'u', service: 'E2U+sip', regexp: '!^.*$!sip:info@example.com!', replacement: '' }], // prettier-ignore
    ],
    // More than fits into a datagram: the resolver comes again over TCP.
    ['A', 'long.example.com', long],
  ])('answers a resolver: %s %s', async (type, name, wanted) => {
    const found: unknown = await resolver.resolve(name, type);
    const sorted = (all: unknown): readonly unknown[] =>
      (all as readonly unknown[]).toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
    expect(sorted(found)).toEqual(sorted(wanted));
  });

  it('answers for the zone itself: its name servers and its SOA record', async () => {
    expect(await resolver.resolveNs('example.com')).toHaveLength(4);
    expect(await resolver.resolveSoa('example.com')).toMatchObject({ hostmaster: expect.any(String) as string });
  });

  it.each([
    ['a name that is not there', 'A', 'missing.example.com', 'ENOTFOUND'],
    ['a name without such a record', 'MX', 'www.example.com', 'ENODATA'],
    ['a name that only stands between others', 'A', 'empty.example.com', 'ENODATA'],
    ['a CNAME to what is not there', 'A', 'nowhere.example.com', 'ENOTFOUND'],
    ['a name of no zone', 'A', 'www.elsewhere.example', 'EREFUSED'],
  ])('tells apart: %s', async (_what, type, name, code) => {
    await expect(resolver.resolve(name, type)).rejects.toMatchObject({ code });
  });

  it('answers with authority, the chain in order, and the TTLs of its links', async () => {
    const seen = decode(await overUdp(question('Chain.Example.com', 'A'))) as Seen;
    expect(seen).toMatchObject({ id: 4711, type: 'response', flag_aa: true, flag_rd: true, flag_ra: false });
    // The question comes back as it was asked, or a resolver that mixes upper and lower case would not take it.
    expect(seen.questions).toMatchObject([{ name: 'Chain.Example.com', type: 'A' }]);
    expect(rows(seen)).toEqual([
      'chain.example.com 60 CNAME middle.example.com',
      'middle.example.com 5 CNAME www.example.com',
      'www.example.com 60 A 192.0.2.1',
      'www.example.com 60 A 192.0.2.2',
    ]);
    expect(rows(answered(question('alias.example.com', 'A')))[0]).toBe('alias.example.com 60 A 192.0.2.1');
    expect(rows(answered(question('away.example.com', 'A')))).toEqual([
      'away.example.com 60 CNAME www.elsewhere.example',
    ]);
  });

  it('says with the SOA record how long something may be held for missing', () => {
    for (const [name, rcode] of [
      ['missing.example.com', 'NXDOMAIN'],
      ['www.example.com', 'NOERROR'],
    ] as const) {
      const seen = answered(question(name, 'MX'));
      expect(seen).toMatchObject({ rcode, flag_aa: true, answers: [] });
      expect(seen.authorities).toMatchObject([{ name: 'example.com', type: 'SOA', ttl: 900 }]);
    }
    expect(answered(question('www.elsewhere.example', 'A'))).toMatchObject({ rcode: 'REFUSED', flag_aa: false });
  });

  it('answers what is INSYNC', async () => {
    await apply(made, record('late.example.com', 'A', ['192.0.2.7']));
    await expect(resolver.resolve4('late.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    made.clock.advance(120_000);
    expect(await resolver.resolve4('late.example.com')).toEqual(['192.0.2.7']);
  });

  it('cuts what does not fit, and tells all of it to who takes more or comes by TCP', async () => {
    const cut = decode(await overUdp(question('long.example.com', 'A'))) as Seen;
    expect(cut).toMatchObject({ flag_tc: true, answers: [] });
    expect((cut.flags ?? 0) & TRUNCATED_RESPONSE).not.toBe(0);
    const whole = await overUdp(question('long.example.com', 'A', { additionals: [opt({})] }));
    expect(whole.length).toBeLessThanOrEqual(1_232);
    // 40 addresses with their names are 1,320 bytes.
    expect(decode(whole)).toMatchObject({ flag_tc: true });
    const both = await overTcp([question('long.example.com', 'A'), question('www.example.com', 'A')]);
    expect(both.map((each) => decode(each).answers?.length)).toEqual([40, 2]);
  });

  it.each([
    ['EDNS', question('www.example.com', 'A', { additionals: [opt({})] }), { rcode: 'NOERROR' }],
    ['a later EDNS', question('www.example.com', 'A', { additionals: [opt({ ednsVersion: 1 })] }), { answers: [] }],
    ['ANY', question('www.example.com', 'ANY'), { rcode: 'NOTIMP' }],
    ['a zone transfer', question('example.com', 'AXFR'), { rcode: 'NOTIMP' }],
    ['a type that it cannot write', question('https.example.com', 'UNKNOWN_65'), { rcode: 'NOTIMP' }],
    ['a type that is not there', question('www.example.com', 'UNKNOWN_65'), { rcode: 'NOERROR', answers: [] }],
    ['an update', question('www.example.com', 'A', { flags: 5 << 11 }), { rcode: 'NOTIMP' }],
    ['no question', encode({ type: 'query', id: 1 }), { rcode: 'FORMERR' }],
    ['the root', question('.', 'NS'), { rcode: 'REFUSED' }],
    ['a name with odd characters', question('a b\\.<>.example.com', 'A'), { rcode: 'NXDOMAIN' }],
  ])('bears %s', (_what, message, wanted) => {
    expect(answered(message)).toMatchObject(wanted);
  });

  it('tells a version of EDNS that it does not know', () => {
    const seen = answered(question('www.example.com', 'A', { additionals: [opt({ ednsVersion: 1 })] }));
    expect(seen.additionals).toMatchObject([{ type: 'OPT', extendedRcode: 1, ednsVersion: 0 }]);
  });

  it('answers no answers, and nothing that cannot be read', async () => {
    const reply = encode({ type: 'response', id: 1, questions: [{ type: 'A', name: 'www.example.com' }] });
    const loop = Buffer.concat([question('', 'A').subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]);
    for (const message of [reply, loop, Buffer.alloc(0), Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(11)]) {
      expect(answerMessage(made.world, message, 'udp')).toBeUndefined();
    }
    // Whatever came before, the next question is answered.
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(served.dns) ?? [];
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => {
      socket.send(loop, Number(port), host, () => {
        socket.close();
        resolve();
      });
    });
    expect(await resolver.resolve6('www.example.com')).toEqual(['2001:db8::1']);
  });

  it('never throws, whatever is sent, and never answers a datagram with more than it may', () => {
    const real = question('www.example.com', 'A', { additionals: [opt({})] });
    const spoilt = fc
      .array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
      .map((changes) => {
        const message = Buffer.from(real);
        for (const [at, byte] of changes) message[at] = byte;
        return message;
      });
    const noise = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(spoilt, noise), (message) => {
        expect(answerMessage(made.world, message, 'udp')?.length ?? 0).toBeLessThanOrEqual(1_232);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
