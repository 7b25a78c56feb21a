// Capacity providers and account settings of one region. Plain JSON; worlds saved before they came have none.
import { own } from '../../records.ts';
import type { Json, Tag } from './json.ts';

export interface CapacityProviderRecord {
  arn: string;
  name: string;
  /** The cluster of one that manages its instances. */
  cluster: string | null;
  status: 'ACTIVE' | 'INACTIVE';
  autoScalingGroupProvider: Json | null;
  managedInstancesProvider: Json | null;
  updateStatus: string;
  updateStatusReason: string | null;
  tags: Tag[];
}

/** Settings by name: of the account, and of those whose ARN stands before them. */
export interface AccountSettings {
  account: Record<string, string>;
  principals: Record<string, Record<string, string>>;
}

export interface CapacityStore {
  /** By name. */
  capacityProviders?: Record<string, CapacityProviderRecord>;
  accountSettings?: AccountSettings;
}

const fargateProviders: readonly string[] = ['FARGATE', 'FARGATE_SPOT'];

/** AWS's own, which every account has. */
export function isFargateProvider(name: string): boolean {
  return fargateProviders.includes(name);
}

/** The name behind a name or an ARN. */
export function providerName(given: string): string {
  return given.startsWith('arn:') ? given.slice(given.lastIndexOf('/') + 1) : given;
}

/** One that was created, by name; undefined for AWS's own. */
export function capacityProviderOf(store: CapacityStore, name: string): CapacityProviderRecord | undefined {
  return own(store.capacityProviders, name);
}

/** What an account has where nobody set anything [developer guide "Account settings"]. */
export const settingDefaults: Readonly<Record<string, string>> = {
  serviceLongArnFormat: 'enabled',
  taskLongArnFormat: 'enabled',
  containerInstanceLongArnFormat: 'enabled',
  awsvpcTrunking: 'disabled',
  containerInsights: 'disabled',
  fargateFIPSMode: 'disabled',
  tagResourceAuthorization: 'on',
  fargateTaskRetirementWaitPeriod: '7',
  guardDutyActivate: 'off',
  defaultLogDriverMode: 'non-blocking',
  fargateEventWindows: 'disabled',
};

/** A setting as it is in force for someone. */
export function effectiveSetting(store: CapacityStore, name: string, principal: string): string {
  const { account = {}, principals = {} } = store.accountSettings ?? {};
  return principals[principal]?.[name] ?? account[name] ?? settingDefaults[name] ?? '';
}
