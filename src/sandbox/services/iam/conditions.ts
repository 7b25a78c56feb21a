// Conditions of policies [IAM JSON policy reference, "Condition operators", "Multivalued context keys"].
import { BlockList, isIP } from 'node:net';
import { rangeIn } from '../../cidr.ts';
import type { ConditionValues } from './condition-values.ts';
import { matches } from '../../wildcards.ts';
import { failedParsing, syntaxErrors } from './policy-form.ts';
import { filledIn } from './variables.ts';

export interface Condition {
  readonly operator: Operator;
  /** Whether one of the call's values is enough or all are wanted; undefined where nothing is said of several. */
  readonly over: 'ForAnyValue' | 'ForAllValues' | undefined;
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
  readonly hasVariables: boolean;
}

interface Operator {
  /** Whether a value of the call is one that the policy means. */
  readonly fits: (value: string, wanted: string) => boolean;
  /** Holds where no value that the policy names fits. */
  readonly negated?: boolean;
  /** Whether a value can be compared at all. */
  readonly isValue?: (wanted: string) => boolean;
  /** Of `Null`: whether there is a value decides. */
  readonly ofPresence?: boolean;
}

const same = (value: string, wanted: string): boolean => value === plain(wanted);
const sameInAnyCase = (value: string, wanted: string): boolean => value.toLowerCase() === plain(wanted).toLowerCase();
const like = (value: string, wanted: string): boolean => matches(wanted, value);

/** A variable's letters without their marks; only patterns need these. */
function plain(wanted: string): string {
  return wanted.replaceAll('\u0000', '');
}

/** Each of the six parts by itself, so that no `*` reaches over a colon. */
function arnLike(value: string, wanted: string): boolean {
  const parts = (arn: string): readonly string[] => {
    const [a = '', b = '', c = '', d = '', e = '', ...rest] = arn.split(':');
    return [a, b, c, d, e, rest.join(':')];
  };
  const own = parts(value);
  return parts(wanted).every((part, index) => matches(part, own[index] ?? ''));
}

const isNumber = (text: string): boolean => /^[+-]?\d{1,300}(\.\d+)?$/.test(text);
const numeric = (compare: (value: number, wanted: number) => boolean): Operator => ({
  fits: (value, wanted) => isNumber(value) && isNumber(plain(wanted)) && compare(Number(value), Number(plain(wanted))),
  isValue: isNumber,
});

/**
 * The profile of ISO 8601 that AWS takes [W3C, "Date and Time Formats"], and what it takes besides: years and hours of fewer
 * digits, a small t, a zone of hours alone [verified by LocalStack: VALID_POLICY_DOCUMENTS in
 * tests/aws/services/iam/test_iam_policies.py]. Without a time of day it begins there.
 */
const isoDate =
  /^(\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[Tt](?:(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d{2})(?::(\d{2}))?))?)?$/;
/** Of a Java long. */
const mostSeconds = 2n ** 63n;

/** ISO 8601, or seconds since the epoch. */
function instantOf(text: string): number {
  if (/^-?\d+$/.test(text)) {
    const seconds = BigInt(text);
    return seconds < mostSeconds && seconds >= -mostSeconds ? Number(seconds) * 1000 : Number.NaN;
  }
  const found = isoDate.exec(text);
  if (found === null) return Number.NaN;
  const [, year, month = '1', day, hour, minute = '0', second = '0', fraction = '0', sign, ahead = '0', more = '0'] =
    found;
  if (hour !== undefined && day === undefined) return Number.NaN;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day ?? 1));
  const isDay = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day ?? 1);
  const isTime = Number(hour ?? 0) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (!isDay || !isTime || Number(ahead) > 23 || Number(more) > 59) return Number.NaN;
  date.setUTCHours(Number(hour ?? 0), Number(minute), Number(second));
  const zone = (Number(ahead) * 60 + Number(more)) * 60_000;
  return date.getTime() + Math.floor(Number(`0.${fraction}`) * 1000) - (sign === '-' ? -zone : zone);
}
const date = (compare: (value: number, wanted: number) => boolean): Operator => ({
  fits: (value, wanted) => compare(instantOf(value), instantOf(plain(wanted))),
  isValue: (text) => !Number.isNaN(instantOf(text)),
});

const isTruth = (text: string): boolean => /^(true|false)$/i.test(text);

/** An address, or a range in CIDR notation. */
function rangeOf(text: string): BlockList | undefined {
  const range = rangeIn(text);
  if (range === undefined) return undefined;
  const list = new BlockList();
  list.addSubnet(range.address, range.length, range.family === 4 ? 'ipv4' : 'ipv6');
  return list;
}
const inRange: Operator = {
  fits: (value, wanted) => rangeOf(plain(wanted))?.check(value, isIP(value) === 6 ? 'ipv6' : 'ipv4') ?? false,
  isValue: (text) => rangeOf(text) !== undefined,
};

const not = (operator: Operator): Operator => ({ ...operator, negated: true });
const equals: Operator = { fits: same };
const inAnyCase: Operator = { fits: sameInAnyCase };
const likeText: Operator = { fits: like };
const likeArn: Operator = { fits: arnLike };

const operators: Readonly<Record<string, Operator>> = {
  stringequals: equals,
  stringnotequals: not(equals),
  stringequalsignorecase: inAnyCase,
  stringnotequalsignorecase: not(inAnyCase),
  stringlike: likeText,
  stringnotlike: not(likeText),
  // Both match wildcards ["Amazon Resource Name (ARN) condition operators"].
  arnequals: likeArn,
  arnlike: likeArn,
  arnnotequals: not(likeArn),
  arnnotlike: not(likeArn),
  numericequals: numeric((value, wanted) => value === wanted),
  numericnotequals: not(numeric((value, wanted) => value === wanted)),
  numericlessthan: numeric((value, wanted) => value < wanted),
  numericlessthanequals: numeric((value, wanted) => value <= wanted),
  numericgreaterthan: numeric((value, wanted) => value > wanted),
  numericgreaterthanequals: numeric((value, wanted) => value >= wanted),
  dateequals: date((value, wanted) => value === wanted),
  datenotequals: not(date((value, wanted) => value === wanted)),
  datelessthan: date((value, wanted) => value < wanted),
  datelessthanequals: date((value, wanted) => value <= wanted),
  dategreaterthan: date((value, wanted) => value > wanted),
  dategreaterthanequals: date((value, wanted) => value >= wanted),
  bool: { fits: sameInAnyCase, isValue: isTruth },
  binaryequals: equals,
  ipaddress: inRange,
  notipaddress: not(inRange),
  null: { fits: same, isValue: isTruth, ofPresence: true },
};

/**
 * Of an operator without keys nothing is looked at, not even whether there is one.
 *
 * @throws what `malformed` makes of an operator that there is not, or a value that it cannot compare
 */
export function readConditions(
  block: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  hasVariables: boolean,
  malformed: (text: string) => Error,
): readonly Condition[] {
  return Object.entries(block).flatMap(([name, keys]) => {
    if (Object.keys(keys).length === 0) return [];
    const [, over, word = '', exists] = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
    const operator = Object.hasOwn(operators, word.toLowerCase()) ? operators[word.toLowerCase()] : undefined;
    if (operator === undefined || (operator.ofPresence === true && exists !== undefined)) {
      throw malformed(syntaxErrors);
    }
    return Object.entries(keys).map(([key, said]) => {
      const list: readonly unknown[] = Array.isArray(said) ? said : [said];
      const values = list.map((each) => {
        const text = typeof each === 'number' || typeof each === 'boolean' ? String(each) : each;
        if (typeof text !== 'string') throw malformed(syntaxErrors);
        const isFit = (hasVariables && text.includes('${')) || operator.isValue === undefined || operator.isValue(text);
        if (!isFit) throw malformed(failedParsing);
        return text;
      });
      return { operator, over: over as Condition['over'], ifExists: exists !== undefined, key, values, hasVariables };
    });
  });
}

/** Whether a condition holds for a call. */
export function holds(
  { hasVariables, ifExists, key, operator, over, values }: Condition,
  valuesOf: ConditionValues,
): boolean {
  const found = valuesOf(key);
  const isAbsent = found === undefined || found.length === 0;
  if (operator.ofPresence === true) {
    return values.some((each) => (each.toLowerCase() === 'true') === isAbsent);
  }
  if (isAbsent) {
    return ifExists || over === 'ForAllValues' || (operator.negated === true && over === undefined);
  }
  const wanted = hasVariables ? values.map((each) => filledIn(each, valuesOf)) : values;
  const one = (value: string): boolean =>
    wanted.some((each) => operator.fits(value, each)) !== (operator.negated ?? false);
  return over === 'ForAllValues' || (over === undefined && operator.negated === true)
    ? found.every(one)
    : found.some(one);
}
