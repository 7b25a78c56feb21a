// The values of records by type: which ones Route 53 takes, and when two of them are the same.
import { isIPv4, isIPv6 } from 'node:net';
import { parseName } from './names.ts';
import { unverifiedTexts } from './unverified.ts';

export const recordTypes = [
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'DS',
  'HTTPS',
  'MX',
  'NAPTR',
  'NS',
  'PTR',
  'SOA',
  'SPF',
  'SRV',
  'SSHFP',
  'SVCB',
  'TLSA',
  'TXT',
] as const;

export type RecordType = (typeof recordTypes)[number];

export function isRecordType(type: string): type is RecordType {
  return (recordTypes as readonly string[]).includes(type);
}

export type ParsedValue =
  /** `canonical`: equal for values that Route 53 holds for the same. */
  | { readonly kind: 'value'; readonly canonical: string }
  /** `message`: as in an `InvalidChangeBatch`, without the words before it. */
  | { readonly kind: 'fault'; readonly message: string };

export function parseValue(type: string, value: string): ParsedValue {
  switch (type) {
    case 'A':
      // No error in a public report names leading zeros; both `isIPv4` and Route 53 refuse them.
      return isIPv4(value)
        ? accepted(value)
        : resourceFault(`ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '${value}'`);
    case 'AAAA':
      return isIPv6(value) && !value.includes('%')
        ? accepted(canonicalIpv6(value))
        : resourceFault(unverifiedTexts.illegalIpv6(value));
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return domain(value);
    case 'MX':
      return fields(type, value, ['number', 'domain']);
    case 'SRV':
      return fields(type, value, ['number', 'number', 'number', 'domain']);
    case 'SOA':
      return fields(type, value, ['domain', 'domain', 'long', 'long', 'long', 'long', 'long']);
    case 'TXT':
    case 'SPF':
      return strings(value);
    case 'CAA':
      return /^(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])\s+[A-Za-z0-9]+\s+"[^"]*"$/.test(value)
        ? accepted(value.replace(/\s+/g, ' '))
        : resourceFault(unverifiedTexts.illegalData(type, value));
    default:
      return (presentations[type] ?? /\S/).test(value.trim())
        ? accepted(value.trim().replace(/\s+/g, ' '))
        : resourceFault(unverifiedTexts.illegalData(type, value));
  }
}

/**
 * Types whose values are told by their form alone, with numbers of one byte or two [Route 53 Developer Guide, "Supported DNS
 * record types"; RFC 4034, 3403, 4255, 6698, 9460].
 */
const byte = '(?:\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])';
const twoBytes = '(?:\\d{1,4}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])';
// A value that begins with a quotation mark ends with the next one: two ways to read it would double with each value.
const service = new RegExp(`^${twoBytes}\\s+\\S+(\\s+[a-z0-9-]+(=("[^"]*"(?!\\S)|(?!")\\S*))?)*$`);
const presentations: Readonly<Partial<Record<string, RegExp>>> = {
  DS: new RegExp(`^${twoBytes}\\s+${byte}\\s+${byte}\\s+[0-9A-Fa-f]+(\\s+[0-9A-Fa-f]+)*$`),
  HTTPS: service,
  NAPTR: new RegExp(`^${twoBytes}\\s+${twoBytes}\\s+"[A-Za-z0-9]*"\\s+"[^"]*"\\s+"([^"\\\\]|\\\\.)*"\\s+\\S+$`),
  SSHFP: new RegExp(`^${byte}\\s+${byte}\\s+[0-9A-Fa-f]+$`),
  SVCB: service,
  TLSA: new RegExp(`^${byte}\\s+${byte}\\s+${byte}\\s+[0-9A-Fa-f]+(\\s+[0-9A-Fa-f]+)*$`),
};

function accepted(canonical: string): ParsedValue {
  return { kind: 'value', canonical };
}

function resourceFault(problem: string): ParsedValue {
  return { kind: 'fault', message: `Invalid Resource Record: 'FATAL problem: ${problem}'` };
}

function domain(value: string): ParsedValue {
  const parsed = parseName(value);
  if (parsed.kind === 'name') return accepted(parsed.name);
  return { kind: 'fault', message: `Invalid Resource Record: '${parsed.message}'` };
}

type Field = 'number' | 'long' | 'domain';

function fields(type: string, value: string, shape: readonly Field[]): ParsedValue {
  const parts = value.split(/\s+/);
  if (parts.length !== shape.length) return resourceFault(unverifiedTexts.illegalData(type, value));
  const canonical: string[] = [];
  for (const [index, part] of parts.entries()) {
    const field = shape[index];
    if (field === 'domain') {
      const parsed = domain(part);
      if (parsed.kind === 'fault') return parsed;
      canonical.push(parsed.canonical);
    } else {
      const most = field === 'long' ? 0xffff_ffff : 0xffff;
      if (!/^\d{1,10}$/.test(part) || Number(part) > most)
        return resourceFault(unverifiedTexts.illegalData(type, value));
      canonical.push(String(Number(part)));
    }
  }
  return accepted(canonical.join(' '));
}

/** Quoted strings of at most 255 characters each, with escaped quotes and octal escapes. */
function strings(value: string): ParsedValue {
  const parts: string[] = [];
  let rest = value;
  while (rest !== '') {
    const found = /^"((?:[^"\\]|\\.)*)"\s*/.exec(rest);
    if (found?.[1] === undefined) {
      return resourceFault(
        `InvalidCharacterString (Value should be enclosed in quotation marks) encountered with '${value}'`,
      );
    }
    const content = found[1].replace(/\\([0-3][0-7]{2}|.)/g, (_escape, code: string) =>
      code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : code,
    );
    if (content.length > 255) {
      return resourceFault(`CharacterStringTooLong (Value is too long) encountered with '${value}'`);
    }
    parts.push(JSON.stringify(content));
    rest = rest.slice(found[0].length);
  }
  return parts.length === 0
    ? resourceFault(`InvalidCharacterString (Value should be enclosed in quotation marks) encountered with '${value}'`)
    : accepted(parts.join(' '));
}

/** Eight groups without leading zeros. */
function canonicalIpv6(address: string): string {
  const embedded = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const full =
    embedded === null
      ? address
      : `${embedded[1] ?? ''}${hexPair(embedded[2], embedded[3])}:${hexPair(embedded[4], embedded[5])}`;
  const [head = '', tail] = full.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}

function hexPair(high = '0', low = '0'): string {
  return (Number(high) * 256 + Number(low)).toString(16);
}
