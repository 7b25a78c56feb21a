// Values as Route 53 writes them, as the wire library wants them. A value or name that the library could not write as it is
// (a dot within a label, a byte beyond ASCII, the parameters of HTTPS and SVCB) is refused rather than told wrongly.
import type { Answer } from 'dns-packet';
import type { ResourceRecord } from '../dataplane/index.ts';

/** The door has no way to write it. */
export class Unwritable extends Error {}

export function toWire({ name, ttl, type, value }: ResourceRecord): Answer {
  // The library's types pair each type with its data; this table is what pairs them here.
  return { name: wireName(name), type: wireType(type), ttl, class: 'IN', data: dataOf(type, value) } as Answer;
}

/** Types that the library knows by number only [RFC 9460]. */
const numbered: Readonly<Record<string, string>> = { SVCB: 'UNKNOWN_64', HTTPS: 'UNKNOWN_65' };

export function wireType(type: string): string {
  return numbered[type] ?? type;
}

/** A question's type as Route 53 names it. */
export function plainType(type: string): string {
  return Object.entries(numbered).find(([, wire]) => wire === type)?.[0] ?? type;
}

/** A name with Route 53's octal escapes read. */
function wireName(name: string): string {
  const plain = name.replace(/\\([0-3][0-7]{2})/g, (_escape, octal: string) => {
    const character = String.fromCharCode(Number.parseInt(octal, 8));
    if (character === '.') throw new Unwritable(`${name} has a dot within a label`);
    return character;
  });
  if (!/^[\x20-\x7e]*$/.test(plain)) throw new Unwritable(`${name} is not in ASCII`);
  return plain === '' ? '.' : plain;
}

function dataOf(type: string, value: string): unknown {
  const parts = value.trim().split(/\s+/);
  const word = (index: number): string => parts[index] ?? '';
  const number = (index: number): number => Number(word(index));
  const hex = (index: number): Buffer => Buffer.from(parts.slice(index).join(''), 'hex');
  switch (type) {
    case 'A':
    case 'AAAA':
      return value.trim();
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return wireName(value.trim());
    case 'MX':
      return { preference: number(0), exchange: wireName(word(1)) };
    case 'SRV':
      return { priority: number(0), weight: number(1), port: number(2), target: wireName(word(3)) };
    case 'SOA':
      return {
        mname: wireName(word(0)),
        rname: wireName(word(1)),
        serial: number(2),
        refresh: number(3),
        retry: number(4),
        expire: number(5),
        minimum: number(6),
      };
    case 'TXT':
      return strings(value);
    // Written as a TXT is [RFC 7208, section 14.1], under a number for which the library has no form.
    case 'SPF':
      return Buffer.concat(strings(value).flatMap((each) => [Buffer.from([each.length]), each]));
    case 'CAA': {
      const [, tag = '', text = ''] = /^\d+\s+(\S+)\s+"(.*)"$/s.exec(value.trim()) ?? [];
      return { flags: number(0), tag, value: text };
    }
    case 'DS':
      return { keyTag: number(0), algorithm: number(1), digestType: number(2), digest: hex(3) };
    case 'SSHFP':
      return { algorithm: number(0), hash: number(1), fingerprint: word(2) };
    case 'TLSA':
      return { usage: number(0), selector: number(1), matchingType: number(2), certificate: hex(3) };
    case 'NAPTR': {
      const [flags, services, regexp] = strings(value).map((each) => each.toString('latin1'));
      const replacement = wireName(parts.at(-1) ?? '');
      return { order: number(0), preference: number(1), flags, services, regexp, replacement };
    }
    default:
      throw new Unwritable(`a record of type ${type}`);
  }
}

/** The quoted strings of a value, escapes read. */
function strings(value: string): readonly Buffer[] {
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, content = '']) =>
    Buffer.from(
      content.replace(/\\([0-3][0-7]{2}|.)/gs, (_escape, code: string) =>
        code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : code,
      ),
      'latin1',
    ),
  );
}
