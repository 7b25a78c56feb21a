// What proves the answer to each operation that relight sends. An answer that does not hold what AWS always sends is none:
// "I could not see" is never "there is nothing". Which rules hold for an operation is in its service's row.
import type { AwsService } from '../services/service.ts';
import { recentTexts, type Recent } from '../../util/recent.ts';
import { bytesOf, unexpected } from './envelope.ts';
import { wrongJson } from './json-shape.ts';
import type { Answer } from './rules.ts';
import { shapeOf, type Shape } from './shape.ts';
import { wrongXml } from './xml-shape.ts';

/**
 * Throws when the answer lacks what AWS always sends, or holds what it never does.
 *
 * @param schema the SDK's, of the operation's output
 */
export function checkAnswer(
  service: AwsService,
  operation: string,
  answer: Answer,
  host: string,
  schema: unknown,
): void {
  const problem = wrongShape(service, operation, answer, schema) ?? brokenRuleOf(service, operation, answer);
  if (problem === undefined) return;
  throw unexpected(`${host} answered ${operation} with ${problem.slice(0, 300)}: that is no whole answer of AWS`);
}

/** What is not of the type that AWS has given it. */
function wrongShape(service: AwsService, operation: string, answer: Answer, schema: unknown): string | undefined {
  const { body, output } = answer;
  const shape = shapeOf(schema);
  if (shape.kind === 'any') return undefined;
  const { protocol } = service;
  const text = bytesOf(body).toString('latin1');
  const own = protocol === 'query' ? withoutRequestId(text) : text;
  const proved = provedOf(shape);
  if (proved.has(own)) return undefined;
  const wrong =
    protocol === 'json'
      ? wrongJson(shape, output, body)
      : wrongXml(shape, text, protocol === 'query' ? `${operation}Result` : undefined);
  if (wrong === undefined) {
    proved.add(own);
    return undefined;
  }
  return wrong.startsWith('.') ? wrong.slice(1) : `an answer${wrong}`;
}

/** Bodies that were of the right type, byte for byte. */
const provedBodies = new WeakMap<Shape, Recent>();

function provedOf(shape: Shape): Recent {
  let proved = provedBodies.get(shape);
  if (proved === undefined) {
    proved = recentTexts();
    provedBodies.set(shape, proved);
  }
  return proved;
}

/** What is new in every answer. */
function withoutRequestId(text: string): string {
  const tag = '<RequestId>';
  const found = text.lastIndexOf(tag);
  const end = text.indexOf('<', found + tag.length);
  return found < 0 || end < 0 ? text : text.slice(0, found) + text.slice(end);
}

/** What the first rule says that is not kept. */
function brokenRuleOf(service: AwsService, operation: string, answer: Answer): string | undefined {
  for (const rule of service.proofs[operation]?.rules ?? []) {
    const problem = rule(answer);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
