// A parameter as Terraform and CloudFormation know it: by its name, which stays.
import type { Owners, StatedPiece, TerraformAttributes } from '../contract.ts';
import { numberIn, tagsIn, textIn } from '../kit/terraform.ts';
import type { ParameterSpec, ParameterState } from './schema.ts';

export const owners: Owners<ParameterSpec, ParameterState> = {
  by: 'name',
  terraform: {
    resources: ['aws_ssm_parameter'],
    pieceOf,
    // [AWS provider docs, aws_ssm_parameter, "Import"]: by name.
    importId: ({ state }) => state.name,
  },
  cloudFormation: {
    // It makes no SecureString [AWS::SSM::Parameter].
    type: 'AWS::SSM::Parameter',
    identifier: ({ state }) => ({ Name: state.name }),
  },
};

/** `value` is marked sensitive whatever the type, and stands in the state in the open. Policies are not in it. */
function pieceOf(attributes: TerraformAttributes): StatedPiece<ParameterSpec, ParameterState> | undefined {
  const arn = textIn(attributes, 'arn');
  const name = textIn(attributes, 'name');
  const type = textIn(attributes, 'type');
  if (arn === undefined || name === undefined || type === undefined) return undefined;
  const isSecret = type === 'SecureString';
  const value = textIn(attributes, 'value') ?? textIn(attributes, 'insecure_value');
  const state: ParameterState = {
    arn,
    name,
    type,
    version: numberIn(attributes, 'version') ?? 1,
    value: isSecret ? undefined : value,
    secretValue: isSecret ? value : undefined,
    keyId: isSecret ? textIn(attributes, 'key_id') : undefined,
    tier: textIn(attributes, 'tier') ?? 'Standard',
    explanation: textIn(attributes, 'description'),
    allowedPattern: textIn(attributes, 'allowed_pattern'),
    dataType: textIn(attributes, 'data_type'),
    policies: [],
    tags: tagsIn(attributes),
  };
  return { spec: { name }, state, tags: tagsIn(attributes) };
}
