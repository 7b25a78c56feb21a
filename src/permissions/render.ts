// A policy as text: the document that IAM takes, and Terraform's data source that makes it.
import type { Json } from '../components/contract.ts';
import type { PolicyStatement } from './policy.ts';

/** Characters of a managed policy, white space not counted [IAM quotas]. */
export const largestPolicy = 6_144;

/** As IAM takes it. */
export function policyDocument(statements: readonly PolicyStatement[]): Json {
  return {
    Version: '2012-10-17',
    Statement: statements.map(({ sid, actions, resources, conditions }) => ({
      Sid: sid,
      Effect: 'Allow',
      Action: actions,
      Resource: resources,
      ...(Object.keys(conditions).length === 0 ? {} : { Condition: conditions }),
    })),
  };
}

/** Characters that IAM counts. */
export function policySize(statements: readonly PolicyStatement[]): number {
  return JSON.stringify(policyDocument(statements)).length;
}

/** @param name of the data source: `relight_deployer_api_scan` */
export function terraformText(statements: readonly PolicyStatement[], name: string): string {
  const blocks = statements.map((statement) => statementLines(statement).join('\n'));
  return `data "aws_iam_policy_document" ${quoted(name)} {\n${blocks.join('\n\n')}\n}\n`;
}

/** A name that Terraform takes: letters, digits and underscores. */
export function terraformName(playbook: string, purpose: string): string {
  return `relight_${playbook}_${purpose}`.replaceAll(/[^A-Za-z0-9_]/g, '_');
}

function statementLines({ sid, comment, actions, resources, conditions }: PolicyStatement): readonly string[] {
  const tests = Object.entries(conditions).flatMap(([test, keys]) =>
    Object.entries(keys).flatMap(([variable, values]) => [
      '',
      '    condition {',
      `      test     = ${quoted(test)}`,
      `      variable = ${quoted(variable)}`,
      `      values   = [${values.map(quoted).join(', ')}]`,
      '    }',
    ]),
  );
  return [
    `  # ${comment}`,
    '  statement {',
    `    sid    = ${quoted(sid)}`,
    '    effect = "Allow"',
    '',
    ...listLines('actions', actions, '    '),
    '',
    ...listLines('resources', resources, '    '),
    ...tests,
    '  }',
  ];
}

function listLines(name: string, values: readonly string[], indent: string): readonly string[] {
  return [`${indent}${name} = [`, ...values.map((value) => `${indent}  ${quoted(value)},`), `${indent}]`];
}

/** Terraform reads `${` and `%{` in quoted text as templates [Terraform language, strings and templates]. */
function quoted(text: string): string {
  return JSON.stringify(text)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', () => '%%{');
}
