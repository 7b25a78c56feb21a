// The network of a service, a task set or a standalone task, held against what the world was told to presume.
import type { AwsError } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { networkOf } from '../network/store.ts';
import { copyOf, invalidParameter, isJson, textsOf } from './input.ts';
import type { Json } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** [API reference "AwsVpcConfiguration"] */
const most = { subnets: 16, securityGroups: 5 };

function notFound(what: string, id: string, text: string, code: string): AwsError {
  return invalidParameter(`Error retrieving ${what} information for [${id}]: ${text} (ErrorCode: ${code})`);
}

/**
 * As a service tells it: public addresses are off unless asked for.
 *
 * @throws AwsError InvalidParameterException for subnets and security groups that are not there or do not fit together
 */
export function networkFrom(config: Json | undefined, local: RegionData): Json | null {
  const given = config?.['awsvpcConfiguration'];
  if (!isJson(given)) return null;
  const subnets = textsOf(given, 'subnets') ?? [];
  const groups = textsOf(given, 'securityGroups') ?? [];
  if (subnets.length === 0) throw invalidParameter('subnets can not be empty.');
  if (subnets.length > most.subnets) throw invalidParameter(`subnets can have at most ${String(most.subnets)} items.`);
  if (groups.length > most.securityGroups) {
    throw invalidParameter(`securityGroups can have at most ${String(most.securityGroups)} items.`);
  }
  const network = networkOf(local);
  let vpc: string | undefined;
  for (const id of subnets) {
    const subnet = network.subnets[id];
    if (subnet === undefined) {
      throw notFound('subnet', id, `The subnet ID '${id}' does not exist`, 'InvalidSubnetID.NotFound');
    }
    vpc ??= subnet.vpc;
    if (subnet.vpc !== vpc) throw invalidParameter(unverifiedTexts.subnetsOfTwoVpcs);
  }
  for (const id of groups) {
    const group = network.securityGroups[id];
    if (group === undefined) {
      throw notFound('security group', id, `The security group '${id}' does not exist`, 'InvalidGroup.NotFound');
    }
    if (group.vpc !== vpc) throw invalidParameter(unverifiedTexts.securityGroupVpc(id, vpc ?? ''));
  }
  return { awsvpcConfiguration: { securityGroups: [], assignPublicIp: 'DISABLED', ...copyOf(given) } };
}

/** What a task definition's network mode asks of the configuration that is to be in force. */
export function checkNetworkMode(networkMode: string, inForce: Json | null, given: Json | undefined): void {
  if (networkMode === 'awsvpc' && inForce === null) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if (networkMode !== 'awsvpc' && given !== undefined && isJson(given['awsvpcConfiguration'])) {
    throw invalidParameter('Network Configuration is not valid for the given networkMode of this task definition.');
  }
}

/** Only Fargate gives its tasks public addresses. */
export function checkPublicAddress(inForce: Json | null, fargate: boolean): void {
  const vpc = inForce?.['awsvpcConfiguration'];
  if (!fargate && isJson(vpc) && vpc['assignPublicIp'] === 'ENABLED') {
    throw invalidParameter('Assign public IP is not supported for this launch type.');
  }
}
