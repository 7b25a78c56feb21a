// Versions before the current one, their labels, and the selectors that name them: `name:3`, `name:label`.
import { AwsError, timestamp, type CallContext, type Input, type Operation, type Output } from '../../model.ts';
import { listOf, pageSizeOf, requiredText } from './input.ts';
import { useKey } from './keys.ts';
import { find, findToRead, notFound } from './names.ts';
import { pageOf } from './pages.ts';
import { toldPolicies } from './policies.ts';
import type { ParameterRecord, VersionRecord } from './store.ts';
import { tooManyLabels } from './unverified.ts';

/** [SSM user guide, "Working with parameter versions"] */
const mostVersions = 100;
const mostLabels = 10;
const usualPage = 50;

/** Of a parameter that gets another version: the oldest one makes room, unless a label holds it. */
export function historyWith(before: ParameterRecord): readonly VersionRecord[] {
  const history = [...(before.history ?? []), versionOf(before)];
  const [oldest] = history;
  if (oldest === undefined || history.length < mostVersions) return history;
  if (labelsOf(before, oldest.version).length > 0) {
    // [asserted by moto's tests]
    throw new AwsError(
      'ParameterMaxVersionLimitExceeded',
      `You attempted to create a new version of ${before.name} by calling the PutParameter API with the overwrite flag. ` +
        `Version ${String(oldest.version)}, the oldest version, can't be deleted because it has a label associated with ` +
        'it. Move the label to another version of the parameter, and try again.',
    );
  }
  return history.slice(1);
}

function versionOf(parameter: ParameterRecord): VersionRecord {
  const { allowedPattern, ciphertext, dataType, description, keyId, modifiedAt, modifiedBy } = parameter;
  const { policies, tier, type, value, version } = parameter;
  return {
    ...{ allowedPattern, ciphertext, dataType, description, keyId, modifiedAt, modifiedBy },
    ...{ policies, tier, type, value, version },
  };
}

function allVersions(parameter: ParameterRecord): readonly VersionRecord[] {
  return [...(parameter.history ?? []), parameter];
}

function labelsOf({ labels = {} }: ParameterRecord, version: number): readonly string[] {
  return Object.entries(labels).flatMap(([label, of]) => (of === version ? [label] : []));
}

export interface Selected {
  readonly name: string;
  readonly version: VersionRecord;
  /** `:3`, as the answer has it; undefined where none was given. */
  readonly selector: string | undefined;
}

/** @throws AwsError [texts asserted by moto's tests] */
export function selected(context: CallContext, asked: string): Selected {
  const [own, selector] = split(asked);
  const parameter = findToRead(context, own);
  if (parameter === undefined) throw notFound();
  const name = own.startsWith('arn:') ? parameter.name : own;
  if (selector === undefined) return { name, version: parameter, selector: undefined };
  const wanted = /^\d+$/.test(selector) ? Number(selector) : parameter.labels?.[selector];
  const version = allVersions(parameter).find((each) => each.version === wanted);
  if (version === undefined) throw versionNotFound(selector, parameter.name);
  return { name, version, selector: `:${selector}` };
}

function split(asked: string): readonly [own: string, selector: string | undefined] {
  const from = asked.startsWith('arn:') ? asked.indexOf(':parameter/') + 1 : 0;
  const at = asked.indexOf(':', from);
  return at < 0 ? [asked, undefined] : [asked.slice(0, at), asked.slice(at + 1)];
}

function versionNotFound(version: string, name: string): AwsError {
  return new AwsError(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
  );
}

function labelled(input: Input, context: CallContext): ParameterRecord {
  const name = requiredText(input, 'Name');
  const parameter = find(context, name);
  if (parameter === undefined) throw notFound();
  return parameter;
}

/** All versions, the oldest first. */
export const getParameterHistory: Operation = (input, context) => {
  const parameter = labelled(input, context);
  const { NextToken, items } = pageOf(input, allVersions(parameter), pageSizeOf(input, 50) ?? usualPage);
  return { Parameters: items.map((version) => historyEntry(parameter, version, input, context)), NextToken };
};

function historyEntry(parameter: ParameterRecord, version: VersionRecord, input: Input, context: CallContext): Output {
  const decrypts = input['WithDecryption'] === true;
  if (decrypts && version.keyId !== null) useKey(version.keyId, context);
  return {
    Name: parameter.name,
    Type: version.type,
    KeyId: version.keyId ?? undefined,
    LastModifiedDate: timestamp(version.modifiedAt),
    LastModifiedUser: version.modifiedBy,
    Description: version.description ?? undefined,
    Value: decrypts ? version.value : (version.ciphertext ?? version.value),
    AllowedPattern: version.allowedPattern ?? undefined,
    Version: version.version,
    Labels: labelsOf(parameter, version.version),
    Tier: version.tier,
    Policies: toldPolicies(version),
    DataType: version.dataType,
  };
}

/** A label belongs to one version: it moves. Those that are no labels are told, and the others are put on. */
export const labelParameterVersion: Operation = (input, context) => {
  const parameter = labelled(input, context);
  const version = theVersion(input, parameter);
  const asked = (listOf(input, 'Labels', mostLabels) ?? []).map(String);
  const good = asked.filter(isLabel);
  const all = new Set([...labelsOf(parameter, version), ...good]);
  if (all.size > mostLabels) throw new AwsError('ParameterVersionLabelLimitExceeded', tooManyLabels);
  parameter.labels = { ...parameter.labels, ...Object.fromEntries(good.map((label) => [label, version])) };
  return { InvalidLabels: asked.filter((label) => !isLabel(label)), ParameterVersion: version };
};

export const unlabelParameterVersion: Operation = (input, context) => {
  const parameter = labelled(input, context);
  const version = theVersion(input, parameter);
  const asked = (listOf(input, 'Labels', mostLabels) ?? []).map(String);
  const own = labelsOf(parameter, version);
  const removed = asked.filter((label) => own.includes(label));
  const left = Object.entries(parameter.labels ?? {}).filter(([label]) => !removed.includes(label));
  parameter.labels = Object.fromEntries(left);
  return { RemovedLabels: removed, InvalidLabels: asked.filter((label) => !own.includes(label)) };
};

/** The current one unless told. */
function theVersion(input: Input, parameter: ParameterRecord): number {
  const asked = input['ParameterVersion'];
  if (typeof asked !== 'number') return parameter.version;
  if (!allVersions(parameter).some(({ version }) => version === asked)) {
    throw versionNotFound(String(asked), parameter.name);
  }
  return asked;
}

/** [SSM API, LabelParameterVersion] */
function isLabel(text: string): boolean {
  return /^[A-Za-z_.-][\w.-]{0,99}$/.test(text) && !/^(aws|ssm)/i.test(text);
}
