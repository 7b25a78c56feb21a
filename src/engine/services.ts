// The AWS services that a set of component types speaks to: relight's own, and those that types from outside bring.
import { awsServices } from '../aws/services/index.ts';
import type { AwsService } from '../aws/services/service.ts';
import type { ComponentType } from '../components/contract.ts';

const known = new WeakMap<ReadonlyMap<string, ComponentType>, readonly AwsService[]>();

/** All rows that types may send calls by, relight's own first. The same list for the same types. */
export function servicesOf(types: ReadonlyMap<string, ComponentType>): readonly AwsService[] {
  let services = known.get(types);
  if (services === undefined) {
    const brought = new Set([...types.values()].flatMap((type) => type.services ?? []));
    // Who brings a row of a service knows more of it than one that is only asked aside.
    const names = new Set([...brought].map((each) => each.name));
    services = [...awsServices.filter((each) => !(each.aside === true && names.has(each.name))), ...brought];
    known.set(types, services);
  }
  return services;
}
