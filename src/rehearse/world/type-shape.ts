// What a component type from outside must have, member by member. Nothing here asks of which class something is.

type Kind = 'a text' | 'true or false' | 'a list of texts' | 'a map' | 'a function' | 'a schema' | 'a set';

const checks: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  'a text': (value) => typeof value === 'string' && value !== '',
  'true or false': (value) => typeof value === 'boolean',
  'a list of texts': (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
  'a map': (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'a function': (value) => typeof value === 'function',
  'a schema': (value) => has(value, 'parse') && has(value, 'safeParse'),
  'a set': (value) => has(value, 'has'),
};

const typeMembers: Readonly<Record<string, Kind>> = {
  'traits.type': 'a text',
  'traits.description': 'a text',
  'traits.schema': 'a schema',
  'traits.outputs': 'a map',
  'traits.shareable': 'true or false',
  'traits.ownable': 'true or false',
  'traits.locators': 'a list of texts',
  'traits.containers': 'a list of texts',
  'traits.immutable': 'a list of texts',
  'traits.reuse': 'true or false',
  'traits.inert': 'true or false',
  'traits.heldBy': 'a list of texts',
  'traits.remedy': 'a text',
  'traits.permissions.read': 'a list of texts',
  'traits.permissions.write': 'a list of texts',
  identity: 'a function',
  observe: 'a function',
  readiness: 'a function',
  diff: 'a function',
  outputsOf: 'a function',
  describe: 'a function',
  create: 'a function',
  update: 'a function',
  delete: 'a function',
};

const rowMembers: Readonly<Record<string, Kind>> = {
  name: 'a text',
  signingName: 'a text',
  settingsName: 'a text',
  protocol: 'a text',
  accountWide: 'true or false',
  load: 'a function',
  rates: 'a map',
  bucketOf: 'a function',
  reads: 'a set',
  errorCodes: 'a map',
  proofs: 'a map',
  identifyingMembers: 'a map',
  identifyNothing: 'a set',
};

/** What is not as it must be: `traits.locators is missing`. */
export function missingIn(type: unknown): readonly string[] {
  const problems = wrongMembers(type, typeMembers);
  const name = at(type, 'traits.type');
  if (typeof name === 'string' && !/^[a-z0-9-]+\/[a-z0-9-]+$/.test(name)) {
    problems.push(`traits.type is ${JSON.stringify(name)}, expected service/kind in lower case, such as sqs/queue`);
  }
  problems.push(...listed(type, 'services', rowMembers), ...listed(type, 'rehearsal.services', { name: 'a text' }));
  return problems;
}

function listed(type: unknown, path: string, members: Readonly<Record<string, Kind>>): readonly string[] {
  const list = at(type, path);
  if (list === undefined) return [];
  if (!Array.isArray(list)) return [`${path} is no list`];
  return list.flatMap((each, index) => wrongMembers(each, members).map((problem) => `${path}[${index}].${problem}`));
}

function wrongMembers(value: unknown, members: Readonly<Record<string, Kind>>): string[] {
  return Object.entries(members).flatMap(([path, kind]) => {
    const found = at(value, path);
    if (found === undefined) return [`${path} is missing`];
    return checks[kind](found) ? [] : [`${path} is not ${kind}`];
  });
}

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((found, name) => (found as Readonly<Record<string, unknown>> | null | undefined)?.[name], value);
}

function has(value: unknown, member: string): boolean {
  return typeof at(value, member) === 'function';
}
