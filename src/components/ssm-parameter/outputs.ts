import type { Scope } from '../contract.ts';
import type { ParameterSpec } from './schema.ts';

/** One slash stands before the name, whether it begins with one or not [captured]. */
export function arnOf(name: string, { account, partition, region }: Scope): string {
  return `arn:${partition}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
}

export function outputsOf({ name }: ParameterSpec, _state: unknown, scope: Scope): Readonly<Record<string, string>> {
  return { arn: arnOf(name, scope), name };
}
