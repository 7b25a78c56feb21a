// A cluster as Terraform and CloudFormation know it: by its name, which stays.
import type { Owners, StatedPiece, TerraformAttributes } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { blockIn, blocksIn, flagIn, tagsIn, textIn, told } from '../kit/terraform.ts';
import type { ClusterSpec, ClusterState } from './schema.ts';

export const owners: Owners<ClusterSpec, ClusterState> = {
  by: 'name',
  terraform: {
    resources: ['aws_ecs_cluster'],
    pieceOf,
    // [AWS provider docs, aws_ecs_cluster, "Import"]: by name.
    importId: ({ state }) => state.name,
  },
  cloudFormation: {
    type: 'AWS::ECS::Cluster',
    identifier: ({ state }) => ({ ClusterName: state.name }),
  },
};

/** Capacity providers stand in a resource of their own, `aws_ecs_cluster_capacity_providers`. */
function pieceOf(attributes: TerraformAttributes): StatedPiece<ClusterSpec, ClusterState> | undefined {
  const arn = textIn(attributes, 'arn');
  const name = textIn(attributes, 'name');
  if (arn === undefined || name === undefined) return undefined;
  const settings = blocksIn(attributes, 'setting').map((each) => ({
    name: textIn(each, 'name'),
    value: textIn(each, 'value'),
  }));
  const namespace = textIn(blockIn(attributes, 'service_connect_defaults') ?? {}, 'namespace');
  const state: ClusterState = {
    arn,
    name,
    status: 'ACTIVE',
    containerInsights: settings.find((each) => each.name === 'containerInsights')?.value,
    activeServices: 0,
    runningTasks: 0,
    description: toJson({
      settings,
      configuration: configurationOf(blockIn(attributes, 'configuration')),
      serviceConnectDefaults: namespace === undefined ? undefined : { namespace },
    }),
  };
  return { spec: { name }, state, tags: tagsIn(attributes) };
}

function configurationOf(block: TerraformAttributes | undefined): object | undefined {
  if (block === undefined) return undefined;
  const commands = blockIn(block, 'execute_command_configuration');
  const logs = commands && blockIn(commands, 'log_configuration');
  const storage = blockIn(block, 'managed_storage_configuration');
  return told({
    executeCommandConfiguration:
      commands &&
      told({
        kmsKeyId: textIn(commands, 'kms_key_id'),
        logging: textIn(commands, 'logging'),
        logConfiguration:
          logs &&
          told({
            cloudWatchEncryptionEnabled: flagIn(logs, 'cloud_watch_encryption_enabled'),
            cloudWatchLogGroupName: textIn(logs, 'cloud_watch_log_group_name'),
            s3BucketName: textIn(logs, 's3_bucket_name'),
            s3EncryptionEnabled: flagIn(logs, 's3_bucket_encryption_enabled'),
            s3KeyPrefix: textIn(logs, 's3_key_prefix'),
          }),
      }),
    managedStorageConfiguration:
      storage &&
      told({
        kmsKeyId: textIn(storage, 'kms_key_id'),
        fargateEphemeralStorageKmsKeyId: textIn(storage, 'fargate_ephemeral_storage_kms_key_id'),
      }),
  });
}
