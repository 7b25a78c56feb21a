// Filters of DescribeParameters and GetParametersByPath [SSM API, ParameterStringFilter]. Texts are asserted by moto's tests,
// but for those of tags and of data types.
import { AwsError, type Input } from '../../model.ts';
import { listOf, textOf, validation } from './input.ts';
import { refuseOddPath } from './names.ts';
import { parameterTypes, type ParameterRecord } from './store.ts';

export type Matches = (parameter: ParameterRecord) => boolean;

type Where = 'described' | 'by path';

const keysOf: Readonly<Record<Where, { readonly valid: ReadonlySet<string>; readonly told: string }>> = {
  described: {
    valid: new Set(['Path', 'Name', 'Type', 'KeyId', 'Tier', 'DataType']),
    told: 'Path, Name, Type, KeyId, Tier',
  },
  'by path': { valid: new Set(['Type', 'KeyId', 'Label']), told: 'Type, KeyId' },
};

const tiers = ['Standard', 'Advanced', 'Intelligent-Tiering'];

/** All of them must match. @throws AwsError for the first that says nothing that can be meant */
export function filtersOf(input: Input, where: Where): Matches {
  const seen = new Set<string>();
  const filters = (listOf(input, 'ParameterFilters', 50) ?? []).map((each) => {
    const filter = each as Input;
    const key = textOf(filter, 'Key') ?? '';
    const matches = filterOf(filter, key, where);
    if (seen.has(key)) {
      throw new AwsError(
        'InvalidFilterKey',
        `The following filter is duplicated in the request: ${key}. A request can contain only one occurrence of a specific filter.`,
      );
    }
    seen.add(key);
    return matches;
  });
  return (parameter) => filters.every((matches) => matches(parameter));
}

function filterOf(filter: Input, key: string, where: Where): Matches {
  const { told, valid } = keysOf[where];
  const tag = where === 'described' && key.startsWith('tag:') ? key.slice('tag:'.length) : undefined;
  if (tag === undefined && !valid.has(key)) {
    throw new AwsError(
      'InvalidFilterKey',
      `The following filter key is not valid: ${key}. Valid filter keys include: [${told}].`,
    );
  }
  const option = textOf(filter, 'Option');
  const values = (listOf(filter, 'Values', 50) ?? []).map(String);
  if (tag !== undefined) {
    checkOption(option, ['Equals', 'BeginsWith']);
    // Without values: parameters that have the tag at all.
    return ({ tags }) => Object.hasOwn(tags, tag) && (values.length === 0 || holds(option, tags[tag] ?? '', values));
  }
  if (values.length === 0) {
    throw new AwsError('InvalidFilterValue', `The following filter values are missing : null for filter key ${key}`);
  }
  switch (key) {
    case 'Path':
      return pathFilter(option, values);
    case 'Name':
      checkOption(option, ['BeginsWith', 'Equals', 'Contains']);
      return ({ name }) => holds(option, name, values);
    case 'Label':
      checkOption(option, ['Equals']);
      return ({ labels = {} }) => values.some((value) => Object.hasOwn(labels, value));
    case 'Type':
      checkValues(values, parameterTypes);
      break;
    case 'Tier':
      checkValues(values, tiers);
      break;
  }
  checkOption(option, ['BeginsWith', 'Equals']);
  return (parameter) => holds(option, valueOf(parameter, key), values);
}

function valueOf({ dataType, keyId, tier, type }: ParameterRecord, key: string): string {
  return { DataType: dataType, KeyId: keyId ?? '', Tier: tier, Type: type }[key] ?? '';
}

function checkOption(option: string | undefined, valid: readonly string[]): void {
  if (option === undefined || valid.includes(option)) return;
  const told = valid.filter((each) => each !== 'Contains').join(', ');
  throw new AwsError(
    'InvalidFilterOption',
    `The following filter option is not valid: ${option}. Valid options include: [${told}].`,
  );
}

function checkValues(values: readonly string[], valid: readonly string[]): void {
  for (const value of values) {
    if (valid.includes(value)) continue;
    const told = `The following filter value is not valid: ${value}. Valid values include: [${valid.join(', ')}].`;
    throw new AwsError('InvalidFilterOption', told);
  }
}

function pathFilter(option: string | undefined, values: readonly string[]): Matches {
  if (option !== undefined && option !== 'Recursive' && option !== 'OneLevel') {
    throw new AwsError(
      'InvalidFilterOption',
      `The following filter option is not valid: ${option}. Valid options include: [Recursive, OneLevel].`,
    );
  }
  for (const value of values) {
    if (/^\/?(aws|ssm)/i.test(value)) {
      throw validation(
        'Filters for common parameters can\'t be prefixed with "aws" or "ssm" (case-insensitive). When using global ' +
          'parameters, please specify within a global namespace.',
      );
    }
    refuseOddPath(value);
  }
  return ({ name }) => values.some((value) => isBelow(name, value, option === 'Recursive'));
}

/** Whether a parameter is in a hierarchy: directly, or somewhere below. */
export function isBelow(name: string, path: string, recursive: boolean): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  if (!name.startsWith(prefix)) return prefix === '/' && !name.includes('/');
  return recursive || !name.slice(prefix.length).includes('/');
}

function holds(option: string | undefined, own: string, values: readonly string[]): boolean {
  return values.some((value) =>
    option === 'BeginsWith' ? own.startsWith(value) : option === 'Contains' ? own.includes(value) : own === value,
  );
}
