// How large and how deep a request may be: one that goes beyond is refused before anybody has to read it through, so that
// it neither takes the process down nor keeps others waiting.
import { AwsError } from './model.ts';
import type { SandboxService } from './model.ts';

/** What a service takes that does not say more: its operations have no member that comes near. Unverified. */
export const usualRequest = 1024 * 1024;

/** Of the sandbox's own endpoints: a world's presumed things. */
export const largestOwnRequest = 17 * 1024 * 1024;

/** What Jackson reads by default ["StreamReadConstraints"]; that AWS's front ends have it is unverified. */
const deepestNesting = 1_000;

/** Far more than the largest batch of DynamoDB holds in practice; the sandbox's own limit. */
const mostValues = 200_000;

/** AWS's refusal of a request whose body is too long for the service; undefined when it may pass. */
export function tooLarge(bytes: number, service: SandboxService): AwsError | undefined {
  return bytes > (service.largestRequest ?? usualRequest) ? entityTooLarge() : undefined;
}

/** Unverified text; the status is HTTP's own. */
export function entityTooLarge(): AwsError {
  return new AwsError('RequestEntityTooLarge', 'Request size exceeded the maximum.', 413);
}

/** Why a JSON text is not even parsed; undefined when it may be. One look at each character. */
export function jsonExcess(text: string): string | undefined {
  // Too short for either.
  if (text.length < deepestNesting) return undefined;
  let depth = 0;
  let values = 1;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case quote:
        index = endOfString(text, index);
        break;
      case openBrace:
      case openBracket:
        depth += 1;
        values += 1;
        if (depth > deepestNesting)
          return `Document nesting depth exceeds the maximum allowed (${String(deepestNesting)})`;
        break;
      case closeBrace:
      case closeBracket:
        depth -= 1;
        break;
      case comma:
        values += 1;
        if (values > mostValues) return `The sandbox reads documents of at most ${String(mostValues)} values`;
        break;
    }
  }
  return undefined;
}

/** Whether something lies deeper than any API of AWS has it. */
export function isTooDeep(depth: number): boolean {
  return depth > deepestNesting;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** The index of the quote that ends a string; the text's end when none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}
