// Schema pieces that every component type uses. A value may always be a reference such as `${load-balancer.arn}` or
// text that contains one: it is checked again, as a value, by AWS.
import { z } from 'zod';

const reference = /(?<!\$)\$\{[^}]*\}/;

/** True when a text holds a reference that is not resolved yet. */
export function hasReference(text: string): boolean {
  return reference.test(text);
}

/** A text without references as AWS gets it: `$${` writes a literal `${`. */
function asRead(text: string): string {
  return text.replaceAll('$${', () => '${');
}

export interface TextRule {
  readonly pattern?: RegExp;
  /** What the pattern asks for, in words: `letters, digits and hyphens`. */
  readonly expected?: string;
  readonly max?: number;
}

/** Text that obeys a rule once its references are resolved. */
export function text(rule: TextRule = {}): z.ZodString {
  return z
    .string()
    .min(1)
    .refine(
      (value) =>
        hasReference(value) ||
        ((rule.pattern?.test(asRead(value)) ?? true) && (rule.max === undefined || asRead(value).length <= rule.max)),
      { error: `expected ${rule.expected ?? `at most ${rule.max ?? 'any number of'} characters`}` },
    );
}

/** An ARN of one service: `arn('ecs')` takes `arn:aws:ecs:...`. */
export function arn(service: string): z.ZodString {
  return text({ pattern: new RegExp(`^arn:aws[a-z-]*:${service}:`), expected: `an ARN of ${service}` });
}

/** A TCP port. */
export function port(): z.ZodNumber {
  return z.number().int().min(1).max(65535);
}
