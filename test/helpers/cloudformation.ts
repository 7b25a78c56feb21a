// Holds a CloudFormation template against the types, properties and attributes that CloudFormation has, as AWS publishes them.
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Node, type ParsedNode } from 'yaml';

type Database = ReturnType<typeof loadAwsServiceSpecSync>;
type Resource = NonNullable<ReturnType<typeof typeNamed>>;
type Property = Resource['properties'][string];
type PropertyType = Property['type'];
type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

export interface Template {
  readonly Parameters?: Readonly<Record<string, Value>>;
  readonly Conditions?: Readonly<Record<string, Value>>;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Value }>>;
  readonly Outputs?: Readonly<Record<string, Value>>;
}

let loaded: Database | undefined;

function typeNamed(name: string) {
  loaded ??= loadAwsServiceSpecSync();
  return loaded.lookup('resource', 'cloudFormationType', 'equals', name)[0];
}

/** @throws Error for what is no YAML, and for aliases, which CloudFormation does not take [User Guide, "Template formats"] */
export function readTemplate(text: string): Template {
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0) throw new Error(document.errors.map(({ message }) => message).join('\n'));
  return valueOf(document.contents) as unknown as Template;
}

/** `!Ref x` is `{ Ref: x }`, and every other tag `{ 'Fn::…': … }`, as in JSON. */
function valueOf(node: ParsedNode | Node | null): Value {
  const plain = withoutTag(node);
  const tag = node?.tag?.startsWith('!') === true ? node.tag.slice(1) : undefined;
  if (tag === undefined) return plain;
  if (tag === 'Ref') return { Ref: plain };
  return { [`Fn::${tag}`]: tag === 'GetAtt' && typeof plain === 'string' ? plain.split('.') : plain };
}

function withoutTag(node: ParsedNode | Node | null): Value {
  if (isAlias(node)) throw new Error(`CloudFormation takes no aliases: *${node.source}`);
  if (isSeq<Node>(node)) return node.items.map(valueOf);
  if (isMap<Node, Node>(node)) {
    return Object.fromEntries(
      node.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), valueOf(value)]),
    );
  }
  return isScalar(node) ? (node.value as Value) : null;
}

/** What CloudFormation would refuse, each with its place. */
export function mistakesIn(template: Template): readonly string[] {
  const mistakes: string[] = [];
  const used = new Set<string>();
  const say = (path: string, what: string): void => {
    mistakes.push(`${path}: ${what}`);
  };
  const refer = (path: string, name: string): void => {
    used.add(name);
    if (name.startsWith('AWS::') ? pseudo.has(name) : ((template.Parameters ?? {})[name] ?? template.Resources[name]))
      return;
    say(path, `there is no ${name}`);
  };
  const attribute = (path: string, name: string, of: string): void => {
    used.add(name);
    const { Type: type = '' } = template.Resources[name] ?? {};
    if (type === '') say(path, `there is no ${name}`);
    else if (typeNamed(type)?.attributes[of] === undefined) say(path, `${type} has no attribute ${of}`);
  };
  const condition = (path: string, name: string): void => {
    if ((template.Conditions ?? {})[name] === undefined) say(path, `there is no condition ${name}`);
  };
  /** True where the value is a function, whose references have been followed. */
  const isFunction = (value: Value, path: string, inner: (value: Value, path: string) => void): boolean => {
    const [only, ...others] = entriesOf(value);
    if (only === undefined || others.length > 0) return false;
    const [name, argument] = only;
    const parts = Array.isArray(argument) ? (argument as readonly Value[]) : [argument];
    const words = parts.map((each) => (typeof each === 'string' ? each : ''));
    const [first = ''] = words;
    switch (name) {
      case 'Ref':
        refer(path, first);
        return true;
      case 'Fn::GetAtt':
        attribute(path, first, words.slice(1).join('.'));
        return true;
      case 'Fn::Sub':
        for (const [, each = ''] of first.matchAll(/\$\{([^!}]+)\}/g)) {
          const [resource = '', ...rest] = each.split('.');
          if (rest.length === 0) refer(path, each);
          else attribute(path, resource, rest.join('.'));
        }
        return true;
      case 'Fn::If':
        condition(path, first);
        for (const branch of parts.slice(1)) inner(branch, path);
        return true;
      case 'Fn::Join':
      case 'Fn::Equals':
      case 'Fn::Not':
        for (const part of parts) follow(part, path);
        return true;
      default:
        if (name.startsWith('Fn::')) say(path, `${name} is not known to this check`);
        return false;
    }
  };
  /** References in what has no shape of its own: policies, conditions, outputs. */
  const follow = (value: Value, path: string): void => {
    if (isFunction(value, path, follow)) return;
    if (Array.isArray(value))
      (value as readonly Value[]).forEach((each, at) => {
        follow(each, `${path}[${at}]`);
      });
    else for (const [key, each] of entriesOf(value)) follow(each, `${path}.${key}`);
  };
  const fields = (value: Value, path: string, known: Readonly<Record<string, Property>>): void => {
    for (const [key, each] of entriesOf(value)) {
      const property = known[key];
      if (property === undefined) say(path, `there is no ${key}`);
      else check(each, `${path}.${key}`, property.type);
    }
    const given = new Set(entriesOf(value).map(([key]) => key));
    for (const [key, { required }] of Object.entries(known))
      if (required === true && !given.has(key)) say(path, `${key} is missing`);
  };
  const check = (value: Value, path: string, type: PropertyType): void => {
    const inner = (branch: Value, at: string): void => {
      check(branch, at, type);
    };
    if (isFunction(value, path, inner)) return;
    const isList = Array.isArray(value);
    const isObject = typeof value === 'object' && value !== null && !isList;
    switch (type.type) {
      case 'array':
        if (!isList) say(path, 'a list is expected');
        else
          (value as readonly Value[]).forEach((each, at) => {
            check(each, `${path}[${at}]`, type.element);
          });
        return;
      case 'map':
        if (!isObject) say(path, 'a map is expected');
        for (const [key, each] of entriesOf(value)) check(each, `${path}.${key}`, type.element);
        return;
      case 'ref': {
        const definition = loaded?.get('typeDefinition', type.reference.$ref);
        if (!isObject) say(path, 'an object is expected');
        else fields(value, path, definition?.properties ?? {});
        return;
      }
      case 'boolean':
        if (typeof value !== 'boolean') say(path, 'true or false is expected');
        return;
      case 'integer':
      case 'number':
        if (typeof value !== 'number') say(path, 'a number is expected');
        return;
      case 'string':
      case 'date-time':
        if (isList || isObject) say(path, 'a text is expected');
        // YAML 1.1 takes some words for true and false.
        else if (typeof value === 'boolean') say(path, 'a text is expected, in quotes');
        return;
      case 'json':
      case 'union':
      case 'tag':
      case 'null':
        follow(value, path);
    }
  };

  for (const [name, { Properties = {}, Type: type }] of Object.entries(template.Resources)) {
    const known = typeNamed(type);
    if (known === undefined) say(name, `there is no type ${type}`);
    else fields(Properties, name, known.properties);
  }
  for (const [name, value] of Object.entries(template.Conditions ?? {})) follow(value, name);
  for (const [name, value] of Object.entries(template.Outputs ?? {})) follow(value, name);
  for (const name of Object.keys(template.Parameters ?? {})) if (!used.has(name)) say(name, 'is used nowhere');
  return mistakes;
}

const pseudo = new Set(
  ['AccountId', 'NoValue', 'Partition', 'Region', 'StackId', 'StackName', 'URLSuffix'].map((each) => `AWS::${each}`),
);

function entriesOf(value: Value): readonly (readonly [string, Value])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
