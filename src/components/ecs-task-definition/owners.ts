// A revision as Terraform and CloudFormation know it: by its ARN, whose last part is the revision's number.
import type { Volume } from '@aws-sdk/client-ecs';
import type { Owners, StatedPiece, TerraformAttributes } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { blockIn, blocksIn, flagIn, jsonIn, mapIn, numberIn, tagsIn, textIn, textsIn, told } from '../kit/terraform.ts';
import type { TaskDefinitionSpec, TaskDefinitionState } from './schema.ts';

export const owners: Owners<TaskDefinitionSpec, TaskDefinitionState> = {
  by: 'arn',
  terraform: {
    resources: ['aws_ecs_task_definition'],
    pieceOf,
    // [AWS provider docs, aws_ecs_task_definition, "Import"]: by the ARN of the revision.
    importId: ({ state }) => state.arn,
    afterImport:
      'a revision cannot be changed: where it is not as the configuration says, the plan replaces it and moves the service to ' +
      'another one; let the configuration say the same first',
  },
  cloudFormation: {
    type: 'AWS::ECS::TaskDefinition',
    identifier: ({ state }) => ({ TaskDefinitionArn: state.arn }),
    // [AWS::ECS::TaskDefinition, "Return values"]
    values: ({ state }) => ({ Ref: state.arn, TaskDefinitionArn: state.arn }),
  },
};

function pieceOf(attributes: TerraformAttributes): StatedPiece<TaskDefinitionSpec, TaskDefinitionState> | undefined {
  const arn = textIn(attributes, 'arn');
  const family = textIn(attributes, 'family');
  const containers = jsonIn(attributes, 'container_definitions');
  if (arn === undefined || family === undefined || !Array.isArray(containers)) return undefined;
  const platform = blockIn(attributes, 'runtime_platform');
  const runtimePlatform =
    platform &&
    told({
      cpuArchitecture: textIn(platform, 'cpu_architecture'),
      operatingSystemFamily: textIn(platform, 'operating_system_family'),
    });
  const proxy = blockIn(attributes, 'proxy_configuration');
  const storage = numberIn(blockIn(attributes, 'ephemeral_storage') ?? {}, 'size_in_gib');
  const volumes = blocksIn(attributes, 'volume').map(volumeOf);
  const networkMode = textIn(attributes, 'network_mode');
  const requiresCompatibilities = textsIn(attributes, 'requires_compatibilities');
  const cpu = textIn(attributes, 'cpu');
  const memory = textIn(attributes, 'memory');
  const state: TaskDefinitionState = {
    arn,
    family,
    revision: numberIn(attributes, 'revision') ?? 0,
    status: 'ACTIVE',
    // As RegisterTaskDefinition takes them: the provider hands the text on [AWS provider docs, "container_definitions"].
    containers: containers,
    cpu,
    memory,
    networkMode,
    requiresCompatibilities,
    executionRole: textIn(attributes, 'execution_role_arn'),
    taskRole: textIn(attributes, 'task_role_arn'),
    runtimePlatform: runtimePlatform === undefined ? undefined : toJson(runtimePlatform),
    volumes,
    description: toJson({
      networkMode,
      requiresCompatibilities,
      volumes,
      runtimePlatform,
      ipcMode: textIn(attributes, 'ipc_mode'),
      pidMode: textIn(attributes, 'pid_mode'),
      enableFaultInjection: flagIn(attributes, 'enable_fault_injection'),
      ephemeralStorage: storage === undefined ? undefined : { sizeInGiB: storage },
      placementConstraints: blocksIn(attributes, 'placement_constraints').map((each) => ({
        type: textIn(each, 'type'),
        expression: textIn(each, 'expression'),
      })),
      proxyConfiguration: proxy && {
        type: textIn(proxy, 'type'),
        containerName: textIn(proxy, 'container_name'),
        properties: Object.entries(mapIn(proxy, 'properties') ?? {}).map(([name, value]) => ({ name, value })),
      },
    }),
  };
  return { spec: { family }, state, tags: tagsIn(attributes) };
}

function volumeOf(block: TerraformAttributes): Volume {
  const docker = blockIn(block, 'docker_volume_configuration');
  const efs = blockIn(block, 'efs_volume_configuration');
  const access = efs && blockIn(efs, 'authorization_config');
  const windows = blockIn(block, 'fsx_windows_file_server_volume_configuration');
  const login = windows && blockIn(windows, 'authorization_config');
  const host = textIn(block, 'host_path');
  const port = efs && numberIn(efs, 'transit_encryption_port');
  return toJson({
    name: textIn(block, 'name'),
    host: host === undefined ? undefined : { sourcePath: host },
    configuredAtLaunch: flagIn(block, 'configure_at_launch') === true ? true : undefined,
    dockerVolumeConfiguration: docker && {
      scope: textIn(docker, 'scope'),
      autoprovision: flagIn(docker, 'autoprovision'),
      driver: textIn(docker, 'driver'),
      driverOpts: mapIn(docker, 'driver_opts'),
      labels: mapIn(docker, 'labels'),
    },
    efsVolumeConfiguration: efs && {
      fileSystemId: textIn(efs, 'file_system_id'),
      rootDirectory: textIn(efs, 'root_directory'),
      transitEncryption: textIn(efs, 'transit_encryption'),
      transitEncryptionPort: port === 0 ? undefined : port,
      authorizationConfig: access && {
        accessPointId: textIn(access, 'access_point_id'),
        iam: textIn(access, 'iam'),
      },
    },
    fsxWindowsFileServerVolumeConfiguration: windows && {
      fileSystemId: textIn(windows, 'file_system_id'),
      rootDirectory: textIn(windows, 'root_directory'),
      authorizationConfig: login && {
        credentialsParameter: textIn(login, 'credentials_parameter'),
        domain: textIn(login, 'domain'),
      },
    },
  }) as unknown as Volume;
}
