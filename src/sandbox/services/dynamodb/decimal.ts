// DynamoDB's number: up to 38 significant decimal digits, magnitude 1e-130 to 9.99e125, exact.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html

/** `coefficient * 10 ** exponent`; the coefficient does not end in 0, and zero is 0 * 10 ** 0. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

const maxDigits = 38;
const maxMagnitude = 125;
const minMagnitude = -130;

export const numberProblems = {
  notANumber: 'The parameter cannot be converted to a numeric value',
  overflow: 'Number overflow. Attempting to store a number with magnitude larger than supported range',
  underflow: 'Number underflow. Attempting to store a number with magnitude smaller than supported range',
  precision: 'Attempting to store more than 38 significant digits in a Number',
} as const;

const zero: Decimal = { coefficient: 0n, exponent: 0 };
const form = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?$/;

/** The number, or DynamoDB's text saying why it is none. */
export function parseDecimal(text: string): Decimal | string {
  const match = form.exec(text);
  if (match === null) return text === '' ? numberProblems.notANumber : `${numberProblems.notANumber}: ${text}`;
  const [, sign = '', whole = '', fraction, bareFraction, power = '0'] = match;
  const decimals = fraction ?? bareFraction ?? '';
  const all = (whole + decimals).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return zero;
  const exponent = Number(power) - decimals.length + (all.length - digits.length);
  const magnitude = exponent + digits.length - 1;
  if (magnitude > maxMagnitude) return numberProblems.overflow;
  if (magnitude < minMagnitude) return numberProblems.underflow;
  if (digits.length > maxDigits) return numberProblems.precision;
  return { coefficient: BigInt(`${sign === '-' ? '-' : ''}${digits}`), exponent };
}

/** A number that DynamoDB has accepted before. */
export function decimalOf(text: string): Decimal {
  const number = parseDecimal(text);
  if (typeof number === 'string') throw new Error(number);
  return number;
}

/** Plain digits without an exponent, as DynamoDB answers them. */
export function formatDecimal({ coefficient, exponent }: Decimal): string {
  const sign = coefficient < 0n ? '-' : '';
  const digits = digitsOf(coefficient);
  if (exponent >= 0) return `${sign}${digits}${'0'.repeat(exponent)}`;
  const point = digits.length + exponent;
  if (point > 0) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  return `${sign}0.${'0'.repeat(-point)}${digits}`;
}

/**
 * The exact sum, or DynamoDB's text when it cannot be stored. A sum with too many digits is reported as an overflow too
 * (observed: `1e50 + 1`, https://github.com/scylladb/scylladb/blob/master/test/alternator/test_number.py).
 */
export function addDecimals(a: Decimal, b: Decimal): Decimal | string {
  const exponent = Math.min(a.exponent, b.exponent);
  const sum =
    a.coefficient * 10n ** BigInt(a.exponent - exponent) + b.coefficient * 10n ** BigInt(b.exponent - exponent);
  const text = digitsOf(sum);
  const digits = text.replace(/0+$/, '');
  if (digits === '') return zero;
  const magnitude = exponent + text.length - 1;
  if (magnitude > maxMagnitude || digits.length > maxDigits) return numberProblems.overflow;
  if (magnitude < minMagnitude) return numberProblems.underflow;
  return {
    coefficient: BigInt(`${sum < 0n ? '-' : ''}${digits}`),
    exponent: exponent + text.length - digits.length,
  };
}

export function negate({ coefficient, exponent }: Decimal): Decimal {
  return { coefficient: -coefficient, exponent };
}

/** Bytes that a number takes in an item: two digits a byte, one for sign and exponent. */
export function decimalSize({ coefficient, exponent }: Decimal): number {
  if (coefficient === 0n) return 1;
  const digits = digitsOf(coefficient).length;
  const magnitude = exponent + digits - 1;
  const unaligned = digits % 2 === 0 && magnitude % 2 === 0 ? 1 : 0;
  return 1 + Math.ceil(digits / 2) + unaligned + (coefficient < 0n ? 1 : 0);
}

/**
 * A text that sorts as the number does: sign, exponent, digits; for negative numbers each digit's complement, closed by
 * a mark that sorts after the digits, as -1 comes after -1.5.
 */
export function decimalOrder({ coefficient, exponent }: Decimal): string {
  if (coefficient === 0n) return '1';
  const digits = digitsOf(coefficient);
  const magnitude = exponent + digits.length - 1 - minMagnitude;
  if (coefficient > 0n) return `2${String(magnitude).padStart(3, '0')}${digits}`;
  const complement = digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
  return `0${String(999 - magnitude).padStart(3, '0')}${complement}~`;
}

function digitsOf(coefficient: bigint): string {
  return (coefficient < 0n ? -coefficient : coefficient).toString();
}
