// Parameters: their declarations, the values given on the command line, and the limits that both must keep.
import { createContext, runInContext } from 'node:vm';
import type { Json } from '../components/contract.ts';
import { explainIssues, oneOf, show, maskedFinding, type Finding } from './checks/issues.ts';
import { hiddenValue, soundsSecret } from '../util/secrets.ts';
import type { ParamValue } from './model.ts';
import { expectedParamName, paramNamePattern, paramSchema, type ParamDeclaration } from './schema.ts';

export interface ResolvedParams {
  readonly values: Readonly<Record<string, ParamValue>>;
  /** Every declared name, also those whose declaration or value is wrong. */
  readonly names: ReadonlySet<string>;
  /** Those whose values nobody is to read: marked, or with a name that promises a secret. */
  readonly sensitive: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

/**
 * Judges the declarations and works out each parameter's value.
 *
 * @param declared the document's `params`
 * @param given `--param name=value`, as text
 */
export function resolveParams(declared: Json | undefined, given: Readonly<Record<string, string>>): ResolvedParams {
  const values: Record<string, ParamValue> = {};
  const matches = createMatcher();
  const findings: Finding[] = [];
  const sensitive = new Set<string>();
  // A `params` that is no map is the shell's mistake to tell.
  const entries = isMap(declared) ? Object.entries(declared) : [];
  for (const [name, declaration] of entries) {
    const result = resolveParam(name, declaration, Object.hasOwn(given, name) ? given[name] : undefined, matches);
    const hidden = isSensitive(name, declaration);
    if (hidden) sensitive.add(name);
    findings.push(...(hidden ? result.findings.map(withoutValues) : result.findings));
    if (result.value !== undefined) values[name] = result.value;
  }
  const names = new Set(entries.map(([name]) => name));
  for (const name of Object.keys(given)) {
    if (names.has(name)) continue;
    findings.push({
      path: declared === undefined ? [] : ['params'],
      at: 'key',
      code: 'unknown-param',
      message: `--param ${name}: the playbook has no parameter "${name}"`,
      ...(names.size === 0 ? {} : { expected: oneOf([...names].slice(0, 24)) }),
      near: { word: name, candidates: [...names] },
    });
  }
  return { values, names, sensitive, findings };
}

/** Also of a declaration with mistakes. */
function isSensitive(name: string, declared: Json): boolean {
  return soundsSecret(name) || (isMap(declared) && declared['sensitive'] === true);
}

/** A mistake told without the value that it is about, and without the values that would be right. */
function withoutValues(finding: Finding): Finding {
  if (finding.code !== 'param-value') return maskedFinding(finding);
  const isEnum = finding.expected?.includes('"') === true;
  return {
    ...finding,
    message: finding.message
      .replace(/^(--param [^=]+=).*( is not right)$/s, `$1${hiddenValue}$2`)
      .replace(/^(the default of parameter "[^"]+" is ).*$/s, `$1${hiddenValue}`),
    ...(isEnum ? { expected: 'one of the values of its enum' } : {}),
  };
}

function isMap(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Resolved {
  readonly value: ParamValue | undefined;
  readonly findings: readonly Finding[];
}

function resolveParam(name: string, declared: Json, given: string | undefined, matches: Matcher): Resolved {
  const path = ['params', name];
  const findings: Finding[] = [];
  if (!paramNamePattern.test(name)) {
    const message = `"${name}" cannot be the name of a parameter`;
    findings.push({ path, at: 'key', code: 'invalid-name', message, expected: expectedParamName });
  }
  const parsed = paramSchema.safeParse(declared);
  if (!parsed.success) {
    return {
      value: undefined,
      findings: [...findings, ...explainIssues(parsed.error.issues, paramSchema, declared, path)],
    };
  }
  const declaration = parsed.data;
  findings.push(...judgeLimits(declaration).map((each) => ({ ...each, path: [...path, ...each.path] })));
  if (findings.length > 0) return { value: undefined, findings };

  const wrongDefault =
    declaration.default === undefined ? undefined : judgeValue(declaration, declaration.default, matches);
  if (wrongDefault !== undefined) {
    const message = `the default of parameter "${name}" is ${show(declaration.default)}`;
    findings.push({ path: [...path, 'default'], at: 'value', code: 'param-value', message, expected: wrongDefault });
  }
  if (given === undefined) {
    if (declaration.default === undefined) {
      const message = `parameter "${name}" has no default and no value was given`;
      findings.push({
        path,
        at: 'key',
        code: 'missing-param',
        message,
        expected: `--param ${name}=${example(declaration)}`,
      });
    }
    return { value: findings.length === 0 ? declaration.default : undefined, findings };
  }
  const value = convert(declaration, given);
  const wrong = value === undefined ? typeWords[declaration.type] : judgeValue(declaration, value, matches);
  if (wrong !== undefined) {
    const message = `--param ${name}=${given} is not right`;
    findings.push({ path, at: 'key', code: 'param-value', message, expected: wrong });
  }
  return { value: findings.length === 0 ? value : undefined, findings };
}

const typeWords = {
  string: 'text',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
} as const satisfies Record<ParamDeclaration['type'], string>;

function example(declaration: ParamDeclaration): string {
  switch (declaration.type) {
    case 'string':
      return declaration.enum?.[0] ?? 'text';
    case 'integer':
    case 'number':
      return String(declaration.minimum ?? 1);
    case 'boolean':
      return 'true';
  }
}

/** Command-line text as a value of the declared type; undefined when it is none. */
function convert(declaration: ParamDeclaration, text: string): ParamValue | undefined {
  switch (declaration.type) {
    case 'string':
      return text;
    case 'integer': {
      const value = Number(text);
      return /^[+-]?\d+$/.test(text) && Number.isSafeInteger(value) ? value : undefined;
    }
    case 'number': {
      const value = Number(text);
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(value) ? value : undefined;
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
  }
}

/** Limits that contradict each other. */
function judgeLimits(declaration: ParamDeclaration): readonly Finding[] {
  const contradiction = (low: string, high: string): Finding => ({
    path: [high],
    at: 'value',
    code: 'param-limits',
    message: `"${high}" is less than "${low}"`,
  });
  switch (declaration.type) {
    case 'boolean':
      return [];
    case 'integer':
    case 'number': {
      const { minimum, maximum } = declaration;
      return minimum !== undefined && maximum !== undefined && maximum < minimum
        ? [contradiction('minimum', 'maximum')]
        : [];
    }
    case 'string': {
      const { minLength, maxLength, pattern } = declaration;
      const findings: Finding[] = [];
      if (minLength !== undefined && maxLength !== undefined && maxLength < minLength) {
        findings.push(contradiction('minLength', 'maxLength'));
      }
      const wrong = pattern === undefined ? undefined : patternError(pattern);
      if (wrong !== undefined) {
        findings.push({
          path: ['pattern'],
          at: 'value',
          code: 'param-limits',
          message: wrong,
          expected: 'a regular expression',
        });
      }
      return findings;
    }
  }
}

function patternError(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What was expected, when a value breaks its declaration's limits. */
function judgeValue(declaration: ParamDeclaration, value: ParamValue, matches: Matcher): string | undefined {
  switch (declaration.type) {
    case 'boolean':
      return undefined;
    case 'integer':
    case 'number': {
      const { minimum, maximum } = declaration;
      const number = Number(value);
      if (minimum !== undefined && number < minimum) return `at least ${minimum}`;
      return maximum !== undefined && number > maximum ? `at most ${maximum}` : undefined;
    }
    case 'string':
      return judgeText(declaration, String(value), matches);
  }
}

function judgeText(
  declaration: ParamDeclaration & { type: 'string' },
  value: string,
  matches: Matcher,
): string | undefined {
  const { minLength, maxLength, pattern } = declaration;
  if (minLength !== undefined && value.length < minLength) return `at least ${minLength} characters`;
  if (maxLength !== undefined && value.length > maxLength) return `at most ${maxLength} characters`;
  if (declaration.enum !== undefined && !declaration.enum.includes(value)) {
    return oneOf(declaration.enum.map((each) => JSON.stringify(each)));
  }
  if (pattern === undefined) return undefined;
  switch (matches(pattern, value)) {
    case true:
      return undefined;
    case false:
      return `text that matches ${pattern}`;
    case undefined:
      return `a pattern that can be matched in time; ${pattern} takes too long`;
  }
}

/** A busy machine may stop a process for longer than the first: only the second condemns a pattern. */
const patternTimeoutsMs = [100, 1_000] as const;

/** Whether the whole value matches a pattern; undefined when that takes too long. */
type Matcher = (pattern: string, value: string) => boolean | undefined;

/**
 * A regular expression may take longer than the universe has, and a playbook may come from a stranger; only `vm` can
 * interrupt one. After one that had to be given up the next gets the short time alone, and no more are tried.
 */
function createMatcher(): Matcher {
  const context = createContext({ pattern: '', value: '' });
  let patience: readonly number[] = patternTimeoutsMs;
  return (pattern, value) => {
    Object.assign(context, { pattern: `^(?:${pattern})$`, value });
    for (const timeout of patience) {
      try {
        return runInContext('new RegExp(pattern, "u").test(value)', context, { timeout }) === true;
      } catch (error) {
        // Errors from another realm are no instances of this one's Error.
        const isTimeout =
          typeof error === 'object' &&
          error !== null &&
          'code' in error &&
          error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
        if (!isTimeout) throw error;
      }
    }
    // Two hopeless ones are as much as a file may cost.
    patience = patience === patternTimeoutsMs ? [patternTimeoutsMs[0]] : [];
    return undefined;
  };
}
