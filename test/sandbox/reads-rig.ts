// A world that presumes things, and the real SDK clients of the services that tell of them.
import { ACMClient } from '@aws-sdk/client-acm';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { presume, sandboxClientConfig, type PresumedItem } from '../../src/sandbox/index.ts';
import { region, rig } from './ecs-rig.ts';

export { account, minute, present, refusal, region, second, start } from './ecs-rig.ts';

export function readsRig() {
  const there = rig();
  const { world } = there;
  return {
    ...there,
    holds: (...items: PresumedItem[]) => {
      presume(world, items);
    },
    ec2: new EC2Client(sandboxClientConfig(world, 'ec2', region)),
    kms: new KMSClient(sandboxClientConfig(world, 'kms', region)),
    acm: new ACMClient(sandboxClientConfig(world, 'acm', region)),
    ecr: new ECRClient(sandboxClientConfig(world, 'ecr', region)),
    secrets: new SecretsManagerClient(sandboxClientConfig(world, 'secretsmanager', region)),
    logs: new CloudWatchLogsClient(sandboxClientConfig(world, 'logs', region)),
    iam: new IAMClient(sandboxClientConfig(world, 'iam', region)),
    scaling: new ApplicationAutoScalingClient(sandboxClientConfig(world, 'application-autoscaling', region)),
    tagging: (where = region) => new ResourceGroupsTaggingAPIClient(sandboxClientConfig(world, 'tagging', where)),
  };
}
