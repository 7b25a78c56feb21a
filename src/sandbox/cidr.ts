// Addresses and ranges of them in CIDR notation, read strictly.
import { isIP } from 'node:net';

export interface Range {
  readonly family: 4 | 6;
  readonly address: string;
  readonly length: number;
}

/** Undefined for what is neither an address nor a range: `10.0.0.0/`, `10.0.0.0/08`, `10.0.0.0/8/8`. */
export function rangeIn(text: string): Range | undefined {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d|[1-9]\d{1,2}))?$/.exec(text) ?? [];
  const family = isIP(address);
  if (family !== 4 && family !== 6) return undefined;
  const most = family === 4 ? 32 : 128;
  const length = bits === undefined ? most : Number(bits);
  return length > most ? undefined : { family, address, length };
}
