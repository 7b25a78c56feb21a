// Pieces of secrets: in every form, at every place, of every length from eight characters on.
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../../src/util/redact.ts';
import { seededRandom } from '../../../src/util/random.ts';
import { hiddenValue } from '../../../src/util/secrets.ts';

const secret = 'Zq7#vK/p9 w&"x<L+2é\\mT=4uB%r8~nY';
const redactorOf = (strong: readonly string[], open: readonly string[] = []) =>
  createRedactor(() => ({ strong, implied: [], open }));
const redactor = redactorOf([secret]);

const everyByte = (text: string, encode: (byte: number) => string): string =>
  [...Buffer.from(text)].map(encode).join('');
const hex = (value: number, width = 2): string => value.toString(16).padStart(width, '0');
const units = (text: string, encode: (unit: number) => string): string =>
  Array.from({ length: text.length }, (_, index) => encode(text.charCodeAt(index))).join('');

const encodings: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  JSON: (text) => JSON.stringify(text).slice(1, -1),
  'JSON with every character escaped': (text) => units(text, (unit) => `\\u${hex(unit, 4)}`),
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  'JSON with solidus': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  URL: (text) => encodeURIComponent(text),
  'URL in lower case': (text) => encodeURIComponent(text).replaceAll(/%../g, (each) => each.toLowerCase()),
  'URL with plus': (text) => encodeURIComponent(text).replaceAll('%20', '+'),
  'URL with every byte': (text) => everyByte(text, (byte) => `%${hex(byte)}`),
  'URL in URL': (text) => encodeURIComponent(encodeURIComponent(text)),
  hexadecimal: (text) => Buffer.from(text).toString('hex'),
  'hexadecimal in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  XML: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
  'HTML in decimal': (text) => units(text, (unit) => `&#${unit};`),
  'HTML in hexadecimal': (text) => units(text, (unit) => `&#x${hex(unit)};`),
  'string escapes': (text) => everyByte(text.replace('é', 'e'), (byte) => `\\x${hex(byte)}`),
};

describe.each(Object.entries(encodings))('a secret in %s', (_name, encode) => {
  test('is not seen in pieces of eight or more', () => {
    for (let length = 8; length <= secret.length; length += 3) {
      for (let from = 0; from + length <= secret.length; from += 1) {
        const piece = secret.slice(from, from + length);
        // Not every encoding here holds it.
        if (_name === 'string escapes' && piece.includes('é')) continue;
        const said = redactor.text(`Value '${encode(piece)}...' at 'containerDefinitions.1.environment' failed`);
        expect(said, piece).toContain(hiddenValue);
        expect(said, piece).not.toContain(encode(piece));
        expect(said).toContain("at 'containerDefinitions.1.environment' failed");
      }
    }
  });
});

describe('a secret in base64', () => {
  test.each(['base64', 'base64url'] as const)('%s, wherever it begins, with and without padding', (kind) => {
    for (const before of ['', 'a', 'ab']) {
      for (const after of ['', 'x', 'xy']) {
        const encoded = Buffer.from(`${before}${secret}${after}`).toString(kind);
        for (const text of [encoded, encoded.replaceAll('=', ''), encoded.slice(0, 24), encoded.slice(-24)]) {
          const said = redactor.text(`got ${text}!`);
          expect(said).toContain(hiddenValue);
          expect(said.length).toBeLessThan(4 + hiddenValue.length + 12);
        }
      }
    }
  });
});

describe('messages', () => {
  test('stay readable: what is said in the open and common words are no secrets', () => {
    const url = 'postgresql://deployer-api@db.eu-west-1.amazonaws.com:5432/production';
    const { text } = redactorOf([url], ['deployer-api', 'eu-west-1']);
    for (const said of [
      'service deployer-api is missing',
      'https://ecs.eu-west-1.amazonaws.com',
      'postgresql://localhost',
      'in production',
    ]) {
      expect(text(said)).toBe(said);
    }
    expect(text(`cannot reach ${url}`)).toBe(`cannot reach ${hiddenValue}`);
  });

  test('seven characters are not looked for', () => {
    expect(redactor.text(`x|${secret.slice(2, 9)}|y`)).toBe(`x|${secret.slice(2, 9)}|y`);
  });

  test('a long key and many secrets cost little', () => {
    const random = seededRandom(8);
    const word = (length: number): string =>
      Array.from({ length }, () => String.fromCharCode(33 + Math.floor(random() * 90))).join('');
    const many = [word(4_096), ...Array.from({ length: 200 }, () => word(40))];
    const { text } = redactorOf(many);
    const plain = 'the service is missing: created after the listener. '.repeat(2_000);
    expect(text(plain)).toBe(plain);
    expect(text(`${plain}${many[0]?.slice(2_000, 2_010) ?? ''}`)).toBe(plain + hiddenValue);
  });
});
