// Names of parameters: their rules [SSM API, PutParameter: Name], and the ARNs made of them.
import { AwsError, type CallContext, type Input } from '../../model.ts';
import type { WorldData } from '../../world-data.ts';
import { requiredText, validation } from './input.ts';
import { ssmOf, type ParameterRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

const deepest = 15;
/** With the ARN before it: 1011 characters. */
const longestWithArn = 1011;

/** The texts are asserted by moto's tests against AWS, but for the depth. */
export function checkName(name: string, context: CallContext): void {
  const bare = name.replace(/^\//, '').toLowerCase();
  const isPath = name.includes('/');
  if (bare.startsWith('aws') && isPath) {
    throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  }
  if (!isPath && /^(aws|ssm)/.test(bare)) {
    throw validation('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  }
  if (bare.startsWith('ssm') || !/^[\w.\-/]+$/.test(name) || name.endsWith('/') || name.includes('//')) {
    throw oddName();
  }
  if (isPath && !name.startsWith('/')) throw validation('Parameter name must be a fully qualified name.');
  if (name.split('/').filter((each) => each !== '').length > deepest) {
    throw new AwsError('HierarchyLevelLimitExceededException', unverifiedTexts.tooDeep);
  }
  if (arnOf(name, context.region, context.world.data).length > longestWithArn) {
    throw validation(
      `Parameter name: the ARN of ${name.slice(0, 50)}... is longer than ${String(longestWithArn)} characters.`,
    );
  }
}

function oddName(): AwsError {
  return validation(
    'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of ' +
      'sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 ' +
      'symbols .-_',
  );
}

/** Of a name that is read [verified by LocalStack: test_hierarchical_parameter; captured: aws/aws-sdk-js-v3#5005]. */
export function refuseOddName(name: string): void {
  if (!name.startsWith('arn:') && (name.includes('//') || (name.includes('/') && !name.startsWith('/'))))
    throw oddName();
}

/** Of a path that hierarchies are read by [captured: aws/aws-sdk-js-v3#5928]. */
export function refuseOddPath(path: string): void {
  if (/^\/([\w.-]+(\/[\w.-]+)*\/?)?$/.test(path) && !/^\/ssm/i.test(path)) return;
  throw validation(
    'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". ' +
      'It can\'t be prefixed with \\"aws\\" or \\"ssm\\" (case-insensitive). It must use only letters, numbers, or the ' +
      'following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if ' +
      'specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
  );
}

/** `/a/b` and `a` have no slash twice: `parameter/a/b`, `parameter/a` [captured, localstack snapshots]. */
export function arnOf(name: string, region: string, { account }: Pick<WorldData, 'account'>): string {
  return `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
}

/** The name that a read means: one level deep it may have a slash more than the parameter's [verified by LocalStack: test_put_parameters]. */
export function findToRead(context: CallContext, nameOrArn: string): ParameterRecord | undefined {
  const found = find(context, nameOrArn);
  return found === undefined && /^\/[^/]+$/.test(nameOrArn) ? find(context, nameOrArn.slice(1)) : found;
}

/** By its name, or by its ARN where reads take one [captured]. */
export function find(context: CallContext, nameOrArn: string): ParameterRecord | undefined {
  const { parameters } = ssmOf(context.local);
  if (!nameOrArn.startsWith('arn:')) return Object.hasOwn(parameters, nameOrArn) ? parameters[nameOrArn] : undefined;
  return Object.values(parameters).find(({ name }) => arnOf(name, context.region, context.world.data) === nameOrArn);
}

export function named(input: Input, context: CallContext): ParameterRecord {
  const name = requiredText(input, 'Name', { min: 1, max: 2048 });
  const found = find(context, name);
  if (found === undefined) throw notFound();
  return found;
}

/** It comes without a text [captured: vandium-io/aws-param-store#8; SDKs tell it as `UnknownError`]. */
export function notFound(): AwsError {
  return new AwsError('ParameterNotFound', '');
}
