// Where a partition lies among the others, which is the order of a Scan: MD5 of a salt and of the key's bytes. Found out by the
// authors of dynalite (`hashPrefix` in its db/index.js); AWS's order of the keys A and B agrees (moto's
// `test_scan_with_alternating_hash_keys`, marked as verified against AWS).
import { createHash } from 'node:crypto';
import { decimalOf, type Decimal } from './decimal.ts';
import type { AttributeValue } from './value.ts';

const salt = 'Outliers';

/** 32 bits. */
export function partitionHash(value: AttributeValue): number {
  return createHash('md5').update(salt).update(keyBytes(value)).digest().readUInt32BE(0);
}

function keyBytes(value: AttributeValue): Uint8Array {
  if ('S' in value) return Buffer.from(value.S, 'utf8');
  if ('B' in value) return Buffer.from(value.B, 'base64');
  if ('N' in value) return numberBytes(decimalOf(value.N));
  throw new Error('a key is a string, a number or a binary value');
}

const zeroBytes = Uint8Array.of(0x80);
/** Ends a negative number that has fewer bytes of digits than this. */
const [mostPairs, end] = [20, 102];

/** An exponent of 100, and two digits a byte: what is larger has the larger bytes. */
function numberBytes({ coefficient, exponent }: Decimal): Uint8Array {
  if (coefficient === 0n) return zeroBytes;
  const negative = coefficient < 0n;
  const digits = String(negative ? -coefficient : coefficient);
  const whole = exponent + digits.length;
  const odd = whole % 2 !== 0;
  const aligned = odd ? `0${digits}` : digits;
  const pairs = aligned.match(/\d\d?/g) ?? [];
  const first = Math.floor((whole + 1) / 2) - 64;
  const bytes = pairs.map((pair) => {
    const both = Number(pair.padEnd(2, '0'));
    return negative ? 101 - both : both + 1;
  });
  const tail = negative && pairs.length < mostPairs ? [end] : [];
  return Uint8Array.of((negative ? ~first : first) & 0xff, ...bytes, ...tail);
}
