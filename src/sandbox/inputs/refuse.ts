// Where a call's input is held against the model of its service.
import { AwsError } from '../model.ts';
import type { Input, SandboxService } from '../model.ts';
import type { Violation } from './model.ts';
import { inputCheck, violationText, type InputCheck } from './check.ts';
import type { Wire } from './fits.ts';

const checks = new WeakMap<SandboxService, InputCheck>();

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
  throw new AwsError(inputs.code, violationText([...own, ...others]));
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
