// Domain names as Route 53 writes and orders them.
import { unverifiedTexts } from './unverified.ts';

/** A name in canonical form, or why it is none. */
export type ParsedName =
  { readonly kind: 'name'; readonly name: string } | { readonly kind: 'fault'; readonly message: string };

const plain = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.$/;

/**
 * Lower case, trailing dot, and every character other than `a-z 0-9 - _` as `\ooo`, whether it came as a character or as
 * an escape (Route 53 Developer Guide, "DNS domain name format"): `*.Example.com` becomes `\052.example.com.`
 */
export function parseName(input: string): ParsedName {
  const lower = input.toLowerCase();
  const dotted = lower.endsWith('.') && !lower.endsWith('\\.') ? lower : `${lower}.`;
  if (dotted.length <= 255 && plain.test(dotted) && !/[^.]{64}/.test(dotted)) return { kind: 'name', name: dotted };
  if (input === '' || input === '.')
    return fault("FATAL problem: DomainNameEmpty (Domain name is empty) encountered with ''");

  const labels: string[] = [];
  let label: string[] = [];
  for (const character of charactersOf(dotted)) {
    if (character.kind === 'unsupported') {
      return fault(
        `FATAL problem: UnsupportedCharacter (Value contains unsupported characters) encountered with '${character.text}'`,
      );
    }
    if (character.kind === 'code') {
      label.push(escapeCode(character.code));
      continue;
    }
    if (label.length === 0) {
      return fault(`FATAL problem: DomainLabelEmpty (Domain label is empty) encountered with '${input}'`);
    }
    if (label.length > 63) return fault(unverifiedTexts.labelTooLong(input));
    labels.push(label.join(''));
    label = [];
  }
  const name = `${labels.join('.')}.`;
  if (labels.length === 0) return fault("FATAL problem: DomainNameEmpty (Domain name is empty) encountered with ''");
  if (unescapeName(name).length > 255) return fault(unverifiedTexts.nameTooLong(input));
  return { kind: 'name', name };
}

function fault(message: string): ParsedName {
  return { kind: 'fault', message };
}

type NameCharacter =
  | { readonly kind: 'dot' }
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'unsupported'; readonly text: string };

function* charactersOf(name: string): Generator<NameCharacter> {
  for (let index = 0; index < name.length; index += 1) {
    const character = name.charAt(index);
    if (character === '.') {
      yield { kind: 'dot' };
      continue;
    }
    if (character !== '\\') {
      const code = name.charCodeAt(index);
      // Controls, the space and everything beyond ASCII may only be given as escapes.
      yield code > 32 && code < 127 ? { kind: 'code', code } : { kind: 'unsupported', text: character };
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(name.slice(index + 1, index + 4))?.[0];
    if (octal !== undefined) {
      yield { kind: 'code', code: lowerCode(Number.parseInt(octal, 8)) };
      index += 3;
    } else if (index + 1 < name.length) {
      yield { kind: 'code', code: name.charCodeAt(index + 1) };
      index += 1;
    } else {
      yield { kind: 'unsupported', text: character };
    }
  }
}

function lowerCode(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

function escapeCode(code: number): string {
  const character = String.fromCharCode(code);
  return /[a-z0-9_-]/.test(character) ? character : `\\${code.toString(8).padStart(3, '0')}`;
}

function unescapeName(name: string): string {
  if (!name.includes('\\')) return name;
  return name.replace(/\\(\d{3})/g, (_escape, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** Whether `name` is the zone's apex or lies below it; both canonical. */
export function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** The name without its first label; undefined for a top-level name. */
export function parentOf(name: string): string | undefined {
  const dot = name.indexOf('.');
  return dot < 0 || dot === name.length - 1 ? undefined : name.slice(dot + 1);
}

/**
 * What Route 53 orders names by: the labels reversed, compared as ASCII, the trailing dot included, so that `www-a` comes
 * before `www` ("ListResourceRecordSets", sort order).
 */
export function sortKey(name: string): string {
  const labels = name.split('.').slice(0, -1).map(unescapeName);
  return `${labels.reverse().join('.')}.`;
}

/** Route 53 lower-cases the target of an alias and adds the dot; a name that is none is kept as it came. */
export function canonicalTarget(target: string): string {
  const parsed = parseName(target);
  return parsed.kind === 'name' ? parsed.name : target;
}
