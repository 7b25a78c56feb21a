// Actions of a listener and of a rule as a Terraform state holds them, in AWS's form [AWS provider, aws_lb_listener].
import type {
  Action,
  FixedResponseActionConfig,
  RedirectActionConfig,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TerraformAttributes } from '../contract.ts';
import { blockIn, blocksIn, flagIn, mapIn, numberIn, textIn, told } from './terraform.ts';

/**
 * What a plan shows after an import: the provider reads both `target_group_arn` and a `forward` block, and a configuration
 * has one of them [found with provider 5.100: the change is to itself, and shown until it is applied].
 */
export const afterActionImport =
  'where the configuration says target_group_arn, the provider has also read a forward block: it plans to take that away, ' +
  'which changes nothing in AWS, and may do so once more after the first apply';

/** @param block `default_action` of a listener, `action` of a rule */
export function actionsIn(attributes: TerraformAttributes, block: string): readonly Action[] {
  return blocksIn(attributes, block).map((each, index) => actionOf(each, index));
}

function actionOf(attributes: TerraformAttributes, index: number): Action {
  const forward = blockIn(attributes, 'forward');
  const fixed = blockIn(attributes, 'fixed_response');
  const redirect = blockIn(attributes, 'redirect');
  const oidc = blockIn(attributes, 'authenticate_oidc');
  const cognito = blockIn(attributes, 'authenticate_cognito');
  const group = textIn(attributes, 'target_group_arn');
  return told({
    Type: textIn(attributes, 'type') as Action['Type'],
    Order: numberIn(attributes, 'order') ?? index + 1,
    TargetGroupArn: group,
    ForwardConfig: forward === undefined ? undefined : forwardOf(forward),
    FixedResponseConfig:
      fixed &&
      (told({
        ContentType: textIn(fixed, 'content_type'),
        MessageBody: textIn(fixed, 'message_body'),
        StatusCode: textIn(fixed, 'status_code'),
      }) as FixedResponseActionConfig | undefined),
    RedirectConfig:
      redirect &&
      (told({
        Host: textIn(redirect, 'host'),
        Path: textIn(redirect, 'path'),
        Port: textIn(redirect, 'port'),
        Protocol: textIn(redirect, 'protocol'),
        Query: textIn(redirect, 'query'),
        StatusCode: textIn(redirect, 'status_code'),
      }) as RedirectActionConfig | undefined),
    AuthenticateOidcConfig:
      oidc &&
      told({
        ...loginOf(oidc),
        AuthorizationEndpoint: textIn(oidc, 'authorization_endpoint'),
        ClientId: textIn(oidc, 'client_id'),
        Issuer: textIn(oidc, 'issuer'),
        TokenEndpoint: textIn(oidc, 'token_endpoint'),
        UserInfoEndpoint: textIn(oidc, 'user_info_endpoint'),
      }),
    AuthenticateCognitoConfig:
      cognito &&
      told({
        ...loginOf(cognito),
        UserPoolArn: textIn(cognito, 'user_pool_arn'),
        UserPoolClientId: textIn(cognito, 'user_pool_client_id'),
        UserPoolDomain: textIn(cognito, 'user_pool_domain'),
      }),
  }) as Action;
}

function forwardOf(forward: TerraformAttributes): Action['ForwardConfig'] {
  const stickiness = blockIn(forward, 'stickiness');
  return told({
    TargetGroups: blocksIn(forward, 'target_group').map((each) => ({
      TargetGroupArn: textIn(each, 'arn'),
      Weight: numberIn(each, 'weight') ?? 1,
    })),
    TargetGroupStickinessConfig:
      stickiness && told({ Enabled: flagIn(stickiness, 'enabled'), DurationSeconds: numberIn(stickiness, 'duration') }),
  });
}

function loginOf(attributes: TerraformAttributes): object {
  return {
    AuthenticationRequestExtraParams: mapIn(attributes, 'authentication_request_extra_params'),
    OnUnauthenticatedRequest: textIn(attributes, 'on_unauthenticated_request'),
    Scope: textIn(attributes, 'scope'),
    SessionCookieName: textIn(attributes, 'session_cookie_name'),
    SessionTimeout: numberIn(attributes, 'session_timeout'),
  };
}
