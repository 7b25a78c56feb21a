// Where a call's input is held against the model of its service.
import { AwsError } from '../model.ts';
import type { Input, SandboxService } from '../model.ts';
import { bodyText, type SandboxRequest } from '../protocol/wire.ts';
import { recentTexts, type Recent } from '../../util/recent.ts';
import type { Violation } from './model.ts';
import { inputCheck, violationText, withoutValue, type InputCheck } from './check.ts';
import type { Wire } from './fits.ts';

const checks = new WeakMap<SandboxService, InputCheck>();

const accepted = new WeakMap<SandboxService, Map<string, Recent>>();

/** As `refuseInvalid`, of which the same request needs to be asked only once. */
export function refuseInvalidRequest(
  service: SandboxService,
  operation: string,
  input: Input,
  request: SandboxRequest,
): void {
  if (service.inputs === undefined) return;
  const { path, query } = request;
  let operations = accepted.get(service);
  if (operations === undefined) {
    operations = new Map<string, Recent>();
    accepted.set(service, operations);
  }
  let recent = operations.get(operation);
  if (recent === undefined) {
    recent = recentTexts();
    operations.set(operation, recent);
  }
  // Of a REST operation a part of the input stands in the path, and some clients of the others write all of it in the query.
  const place =
    service.protocol === 'rest-xml' || Object.keys(query).length > 0 ? `${path}?${JSON.stringify(query)}\n` : '';
  const text = place + bodyText(request);
  if (recent.has(text)) return;
  refuseInvalid(service, operation, input);
  recent.add(text);
}

/** @throws AwsError for an input that AWS would refuse for its form, or that holds what the sandbox does not model */
export function refuseInvalid(service: SandboxService, operation: string, input: Input): void {
  const { inputs } = service;
  if (inputs === undefined) return;
  let check = checks.get(service);
  if (check === undefined) {
    const { model, notModelled = {} } = inputs;
    const refuse = (message: string): AwsError => new AwsError(inputs.code, message);
    const xmlns = service.protocol === 'rest-xml' ? service.xmlns : undefined;
    check = inputCheck({ model, wire: wireOf(service), notModelled, refuse, xmlns });
    checks.set(service, check);
  }
  const own = inputs.own?.(operation, input) ?? none;
  const found = check(operation, input);
  if (own.length === 0 && found.length === 0) return;
  const others = found.filter(({ at }) => !own.some((each) => isWithin(at, each.at)));
  const all = [...own, ...others];
  throw new AwsError(inputs.code, violationText(inputs.tellsValues === false ? all.map(withoutValue) : all));
}

const none: readonly Violation[] = [];

function isWithin(at: string, place: string): boolean {
  return at === place || at.startsWith(`${place}.`);
}

function wireOf(service: SandboxService): Wire {
  switch (service.protocol) {
    case 'json-1.0':
    case 'json-1.1':
      return 'json';
    // Its names are read before: what is left are texts, as in any form.
    case 'ec2':
      return 'query';
    case 'query':
    case 'rest-xml':
      return service.protocol;
  }
}
