// Values as a playbook writes them: plain ones, and ones that say their type as DynamoDB does, `{ SS: [a, b] }`.
import type { Json } from '../contract.ts';

/** The words with which DynamoDB tells types [DynamoDB API, AttributeValue]. */
export const typeWords = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'L', 'M', 'NULL', 'BOOL'] as const;

export type TypeWord = (typeof typeWords)[number];

export interface Typed {
  readonly word: TypeWord;
  readonly value: unknown;
}

/**
 * A map with one key, which is one of DynamoDB's type words, says the type of its value, whatever that is. A map of the
 * author's own that looks like this is written within `M`: `{ M: { S: small } }`.
 */
export function typedOf(value: unknown): Typed | undefined {
  if (!isMembers(value)) return undefined;
  const [only, ...others] = Object.entries(value);
  const word = typeWords.find((each) => each === only?.[0]);
  return word === undefined || others.length > 0 ? undefined : { word, value: only?.[1] };
}

type Members = Readonly<Record<string, unknown>>;

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Why what a type word says cannot be; undefined when it can. */
export function faultIn({ value, word }: Typed): string | undefined {
  const holds = (fits: (each: unknown) => boolean): boolean =>
    Array.isArray(value) && value.length > 0 && value.every(fits);
  switch (word) {
    case 'S':
      return typeof value === 'string' ? undefined : 'a text';
    case 'N':
      return isNumeral(value) ? undefined : 'a number, as text where it is long';
    case 'B':
      return isBase64(value) ? undefined : 'text in base64';
    case 'SS':
      return holds((each) => typeof each === 'string') ? undefined : 'a list of texts that holds something';
    case 'NS':
      return holds(isNumeral) ? undefined : 'a list of numbers that holds something';
    case 'BS':
      return holds(isBase64) ? undefined : 'a list of texts in base64 that holds something';
    case 'L':
      return Array.isArray(value) ? undefined : 'a list';
    case 'M':
      return isMembers(value) ? undefined : 'a map';
    case 'NULL':
      return value === true ? undefined : 'true';
    case 'BOOL':
      return typeof value === 'boolean' ? undefined : 'true or false';
  }
}

/** A reference stands for text that is not known yet. */
function isNumeral(value: unknown): boolean {
  if (typeof value === 'number') return isExactNumber(value);
  return typeof value === 'string' && (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value) || value.includes('${'));
}

function isBase64(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    (value.includes('${') || (value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value)))
  );
}

/** Beyond this a YAML number has lost digits already, and what would be written is not what was meant. */
export function isExactNumber(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

/** A value in DynamoDB's own JSON as a playbook writes it: plain where that says all of it, and with its type otherwise. */
export function wordsOf(attribute: Json): Json {
  const [[kind, member] = ['NULL', true]] = Object.entries(attribute as Readonly<Record<string, Json>>);
  switch (kind) {
    case 'S':
    case 'BOOL':
      return member;
    case 'N':
      return plainNumber(member as string) ?? { N: member };
    case 'NULL':
      return null;
    case 'L':
      return (member as readonly Json[]).map(wordsOf);
    case 'M': {
      const map = Object.fromEntries(
        Object.entries(member as Readonly<Record<string, Json>>).map(([name, each]) => [name, wordsOf(each)]),
      );
      return typedOf(map) === undefined ? map : { M: map };
    }
    case 'SS':
    case 'NS':
    case 'BS':
      return { [kind]: [...(member as readonly string[])].sort() };
    default:
      return attribute;
  }
}

/** Undefined for a number of which JavaScript keeps fewer digits than DynamoDB, which has 38. */
export function plainNumber(numeral: string): number | undefined {
  const number = Number(numeral);
  if (Number.isInteger(number)) return Number.isSafeInteger(number) ? number : undefined;
  const fits = String(number) === numeral || numeral.replace(/[-.]|e.*$/gi, '').length <= 15;
  return fits ? number : undefined;
}
