// EC2's query protocol: a form whose lists are numbered without `member` and whose members have names of their own
// (`SubnetId.1=..&Filter.1.Value.1=..`), an answer without a result element. Facts: [aws-facts 1.1 to 1.4].
import { AwsError } from '../model.ts';
import type { Ec2Service, Input } from '../model.ts';
import type { InputModel } from '../inputs/model.ts';
import { invalidAction } from './errors.ts';
import { nest, parseForm } from './query.ts';
import { bodyText, response } from './wire.ts';
import type { DecodedCall, SandboxRequest } from './wire.ts';
import { escapeText, writeMembers } from './xml.ts';

/** The input by the model's names: `{ SubnetIds: ['subnet-1'] }`. */
export function decodeEc2(service: Ec2Service, request: SandboxRequest): DecodedCall {
  const parameters = parseForm(bodyText(request));
  for (const [name, value] of Object.entries(request.query)) {
    if (typeof value === 'string') parameters.push([name, value]);
  }
  const { Action: action, Version: version, ...form } = nest(parameters);
  if (typeof action !== 'string') throw new AwsError('MissingAction', 'Missing Action', 400);
  const handle = Object.hasOwn(service.operations, action) ? service.operations[action] : undefined;
  if (handle === undefined || version !== service.version) {
    throw invalidAction(action, typeof version === 'string' ? version : '');
  }
  const { model } = service.inputs;
  const input = model.operations[action];
  return {
    operation: action,
    input: input === undefined ? form : (named(form, input, model) as Input),
    handle,
    answer: (output, requestId) => {
      const text =
        `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="${escapeText(service.xmlns)}">` +
        `<requestId>${requestId}</requestId>${writeMembers(output, item)}</${action}Response>`;
      return response(200, 'text/xml;charset=UTF-8', text, requestId);
    },
  };
}

const item = (): string => 'item';

/** A value of the form under the model's names; what the model does not have stays away. */
function named(value: unknown, name: string, model: InputModel): unknown {
  const shape = model.shapes[name];
  if (typeof value !== 'object' || value === null || shape === undefined) return value;
  const given = value as Readonly<Record<string, unknown>>;
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members).flatMap(([member, of]) => {
          const inside = given[shape.wire?.[member] ?? member];
          return inside === undefined ? [] : [[member, named(inside, of, model)]];
        }),
      );
    case 'list':
      return Object.keys(given)
        .sort((left, right) => Number(left) - Number(right))
        .map((index) => named(given[index], shape.of, model));
    default:
      return value;
  }
}
