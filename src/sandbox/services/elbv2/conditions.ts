// Conditions of rules: both forms a request may take, and the form AWS answers with.
import { rangeIn } from '../../cidr.ts';
import type { Input, Output } from '../../model.ts';
import { unreachable } from '../../../util/unreachable.ts';
import { invalid, recordOf, recordsOf, requiredText, textOf, textsOf } from './input.ts';
import { atMost } from './limits.ts';
import type { ConditionRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** Regular expressions take the place of values. */
function matchesOf(item: Input, config: string, plain: boolean): { values: string[]; regex?: string[] } {
  const own = recordOf(item, config);
  const regex = textsOf(own ?? {}, 'RegexValues') ?? (plain ? textsOf(item, 'RegexValues') : undefined);
  if (regex === undefined || regex.length === 0) return { values: valuesOf(item, config, plain) };
  const values = textsOf(own ?? {}, 'Values') ?? textsOf(item, 'Values') ?? [];
  if (values.length > 0) throw invalid(unverifiedTexts.valuesAndRegex);
  return { values, regex };
}

/**
 * Values under the field's own `...Config`, or one plain value, which only the two oldest fields take. Texts of values are those
 * that moto's tests assert: test_elbv2_listener_rules.py, test_create_rule_validate_condition.
 */
function valuesOf(item: Input, config: string, plain: boolean): string[] {
  const own = recordOf(item, config);
  if (own === undefined && !plain) throw invalid(unverifiedTexts.configNeeded(config, requiredText(item, 'Field')));
  const values = textsOf(own ?? item, 'Values');
  if (values === undefined || values.length === 0) throw invalid('A condition value must be specified');
  if (own === undefined && values.length > 1) {
    throw invalid(`The '${requiredText(item, 'Field')}' field contains too many values; the limit is '1'`);
  }
  return values;
}

/** Of the fields that have values under their own `...Config` alone, what is under it. */
function configOf(item: Input, config: string): Input {
  const own = recordOf(item, config);
  if (own === undefined) throw invalid(unverifiedTexts.configNeeded(config, requiredText(item, 'Field')));
  return own;
}

function addressesOf(item: Input): string[] {
  const values = textsOf(configOf(item, 'SourceIpConfig'), 'Values');
  if (values === undefined || values.length === 0) throw invalid("A 'source-ip' value must be specified");
  return values;
}

function queryValueOf(pair: Input): string {
  const value = textOf(pair, 'Value');
  if (value === undefined || value === '') throw invalid("A 'Value' must be specified in 'QueryStringKeyValuePair'");
  return value;
}

function conditionOf(item: Input): ConditionRecord {
  const field = requiredText(item, 'Field');
  switch (field) {
    case 'host-header':
      return { kind: field, ...matchesOf(item, 'HostHeaderConfig', true) };
    case 'path-pattern':
      return { kind: field, ...matchesOf(item, 'PathPatternConfig', true) };
    case 'http-request-method':
      return { kind: field, values: valuesOf(item, 'HttpRequestMethodConfig', false) };
    case 'source-ip':
      return { kind: field, values: addressesOf(item) };
    case 'http-header': {
      const header = requiredText(configOf(item, 'HttpHeaderConfig'), 'HttpHeaderName');
      return { kind: field, header, ...matchesOf(item, 'HttpHeaderConfig', false) };
    }
    case 'query-string': {
      const pairs = recordsOf(configOf(item, 'QueryStringConfig'), 'Values') ?? [];
      const values = pairs.map((pair) => ({ key: textOf(pair, 'Key') ?? null, value: queryValueOf(pair) }));
      if (values.length === 0) throw invalid('A condition value must be specified');
      return { kind: field, values };
    }
    default:
      throw invalid(
        `Condition field '${field}' must be one of '[path-pattern, host-header, http-header, http-request-method, query-string, source-ip]'`,
      );
  }
}

/** [ELB API: HostHeaderConditionConfig and its like, HttpRequestMethodConditionConfig] */
const longestValue = 128;
const longestName = 40;

function checkText(what: string, value: string, most: number): void {
  if (value.length > most) throw invalid(`The '${what}' value is too long; the limit is '${String(most)}'`);
}

/** "IPv4 and IPv6 addresses in CIDR format. You can use only .. CIDR notation" */
function isCidr(value: string): boolean {
  return value.includes('/') && rangeIn(value) !== undefined;
}

/** What the values of a condition may be. */
function checkCondition(condition: ConditionRecord): void {
  const { kind } = condition;
  switch (condition.kind) {
    case 'http-request-method':
      for (const value of condition.values) {
        checkText(kind, value, longestName);
        if (!/^[A-Z_-]+$/.test(value)) {
          throw invalid(`The '${kind}' value is invalid; the allowed characters are A-Z, hyphen and underscore`);
        }
      }
      return;
    case 'source-ip':
      for (const value of condition.values) {
        if (!isCidr(value)) throw invalid(unverifiedTexts.conditionValue(kind, value));
      }
      return;
    case 'query-string':
      for (const { key, value } of condition.values) {
        checkText('Key', key ?? '', longestValue);
        checkText('Value', value, longestValue);
      }
      return;
    case 'http-header':
      checkText('HttpHeaderName', condition.header, longestName);
      // "You can't use this condition to specify the host header. Use a host condition."
      if (condition.header.toLowerCase() === 'host')
        throw invalid(unverifiedTexts.conditionValue(kind, condition.header));
      break;
    case 'host-header':
    case 'path-pattern':
      break;
  }
  for (const value of [...condition.values, ...(condition.regex ?? [])]) checkText(kind, value, longestValue);
}

/** The request's conditions, sorted by field: AWS does not keep their order either. */
export function conditionsOf(input: Input): ConditionRecord[] {
  const conditions = (recordsOf(input, 'Conditions') ?? []).map(conditionOf);
  if (conditions.length === 0) throw invalid(unverifiedTexts.conditionNeeded);
  for (const condition of conditions) checkCondition(condition);
  for (const field of ['host-header', 'path-pattern', 'http-request-method', 'source-ip'] as const) {
    if (conditions.filter(({ kind }) => kind === field).length > 1) {
      throw invalid(`A rule can have only one condition of field '${field}'`);
    }
  }
  const values = conditions.reduce(
    (count, condition) => count + condition.values.length + ('regex' in condition ? condition.regex.length : 0),
    0,
  );
  atMost('condition-values-per-alb-rule', values, 'ValidationError');
  return conditions.sort((a, b) => a.kind.localeCompare(b.kind));
}

function matchesOutput({ values, regex }: { readonly values: string[]; readonly regex?: string[] }): Output {
  return regex === undefined ? { Values: values } : { RegexValues: regex };
}

export function conditionsOutput(conditions: readonly ConditionRecord[]): Output[] {
  return conditions.map((condition) => {
    switch (condition.kind) {
      case 'host-header':
        return { Field: condition.kind, ...matchesOutput(condition), HostHeaderConfig: matchesOutput(condition) };
      case 'path-pattern':
        return { Field: condition.kind, ...matchesOutput(condition), PathPatternConfig: matchesOutput(condition) };
      case 'http-request-method':
        return { Field: condition.kind, HttpRequestMethodConfig: { Values: condition.values } };
      case 'source-ip':
        return { Field: condition.kind, SourceIpConfig: { Values: condition.values } };
      case 'http-header':
        return {
          Field: condition.kind,
          HttpHeaderConfig: { HttpHeaderName: condition.header, ...matchesOutput(condition) },
        };
      case 'query-string':
        return {
          Field: condition.kind,
          QueryStringConfig: {
            Values: condition.values.map(({ key, value }) => ({ Key: key ?? undefined, Value: value })),
          },
        };
      default:
        return unreachable(condition);
    }
  });
}
