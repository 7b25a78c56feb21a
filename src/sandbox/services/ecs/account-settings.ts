// Settings of the account and of those who act in it [developer guide "Amazon ECS account settings"].
import type { CallContext, Input, Output } from '../../model.ts';
import { effectiveSetting, settingDefaults, type AccountSettings } from './capacity-store.ts';
import { booleanOf, invalidParameter, pageOf, textOf } from './input.ts';
import { ecsOf, type EcsStore } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** Values by setting; one that nobody sets but AWS takes none. */
const values: Readonly<Record<string, readonly string[]>> = {
  containerInsights: ['enabled', 'disabled', 'enhanced'],
  tagResourceAuthorization: ['on', 'off'],
  fargateTaskRetirementWaitPeriod: ['0', '7', '14'],
  defaultLogDriverMode: ['blocking', 'non-blocking'],
  guardDutyActivate: [],
};

const switches = ['enabled', 'disabled'];

function settingsOf(ecs: EcsStore): AccountSettings {
  return (ecs.accountSettings ??= { account: {}, principals: {} });
}

function valueOf(input: Input): { name: string; value: string } {
  const name = textOf(input, 'name') ?? '';
  const value = textOf(input, 'value') ?? '';
  if (!(values[name] ?? switches).includes(value)) throw invalidParameter(unverifiedTexts.settingValue(name, value));
  return { name, value };
}

function answer(name: string, value: string, principalArn: string): Output {
  return { name, value, principalArn, type: name === 'guardDutyActivate' ? 'aws_managed' : 'user' };
}

/** For whoever calls unless told. */
export function putAccountSetting(input: Input, { local, world, callerArn }: CallContext): Output {
  const { name, value } = valueOf(input);
  const principal = textOf(input, 'principalArn') ?? callerArn ?? world.data.callerArn;
  (settingsOf(ecsOf(local)).principals[principal] ??= {})[name] = value;
  return { setting: answer(name, value, principal) };
}

/** For all who have not set it themselves. */
export function putAccountSettingDefault(input: Input, { local, world }: CallContext): Output {
  const { name, value } = valueOf(input);
  settingsOf(ecsOf(local)).account[name] = value;
  return { setting: answer(name, value, rootOf(world.data.account)) };
}

export function deleteAccountSetting(input: Input, { local, world, callerArn }: CallContext): Output {
  const name = textOf(input, 'name') ?? '';
  const principal = textOf(input, 'principalArn') ?? callerArn ?? world.data.callerArn;
  const own = ecsOf(local).accountSettings?.principals[principal] ?? {};
  const value = own[name];
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
  delete own[name];
  return { setting: answer(name, value ?? effectiveSetting(ecsOf(local), name, principal), principal) };
}

/** What somebody set, or with `effectiveSettings` what is in force. */
export function listAccountSettings(input: Input, { local, world, callerArn }: CallContext): Output {
  const ecs = ecsOf(local);
  const principal = textOf(input, 'principalArn') ?? callerArn ?? world.data.callerArn;
  const root = principal === rootOf(world.data.account);
  const set = root ? ecs.accountSettings?.account : ecs.accountSettings?.principals[principal];
  const effective = booleanOf(input, 'effectiveSettings') === true;
  const name = textOf(input, 'name');
  const value = textOf(input, 'value');
  if (value !== undefined && name === undefined) throw invalidParameter(unverifiedTexts.settingName);
  const inForce = (each: string): string | undefined =>
    effective ? effectiveSetting(ecs, each, principal) : set?.[each];
  const names = Object.keys(settingDefaults).filter((each) => {
    const has = inForce(each);
    return has !== undefined && (name === undefined || each === name) && (value === undefined || has === value);
  });
  const page = pageOf(names, input, 10);
  return {
    settings: page.items.map((each) => answer(each, inForce(each) ?? '', principal)),
    nextToken: page.next,
  };
}

function rootOf(account: string): string {
  return `arn:aws:iam::${account}:root`;
}
