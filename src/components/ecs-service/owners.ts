// A service as Terraform and CloudFormation know it: by cluster and name, of which its ARN consists, so that one made again is
// the same to them.
import type { Owners, StatedPiece, TerraformAttributes } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { nameIn } from '../kit/ecs.ts';
import { blockIn, blocksIn, flagIn, mapIn, numberIn, tagsIn, textIn, textsIn, told } from '../kit/terraform.ts';
import type { ServiceSpec, ServiceState } from './schema.ts';

export const owners: Owners<ServiceSpec, ServiceState> = {
  by: 'arn',
  terraform: {
    resources: ['aws_ecs_service'],
    pieceOf,
    // [AWS provider docs, aws_ecs_service, "Import"]: `cluster-name/service-name`.
    importId: ({ state }) => `${nameIn(state.clusterArn)}/${state.name}`,
  },
  cloudFormation: {
    type: 'AWS::ECS::Service',
    identifier: ({ state }) => ({ ServiceArn: state.arn, Cluster: state.clusterArn }),
  },
};

function pieceOf(attributes: TerraformAttributes): StatedPiece<ServiceSpec, ServiceState> | undefined {
  const arn = textIn(attributes, 'id');
  const name = textIn(attributes, 'name');
  // The provider takes `default` for one that is not told.
  const cluster = textIn(attributes, 'cluster') ?? 'default';
  if (arn === undefined || name === undefined) return undefined;
  const network = blockIn(attributes, 'network_configuration');
  const breaker = blockIn(attributes, 'deployment_circuit_breaker') ?? {};
  const alarms = blockIn(attributes, 'alarms');
  const circuitBreaker = { enable: flagIn(breaker, 'enable') ?? false, rollback: flagIn(breaker, 'rollback') ?? false };
  const balancers = blocksIn(attributes, 'load_balancer').map((each) => ({
    targetGroupArn: textIn(each, 'target_group_arn'),
    loadBalancerName: textIn(each, 'elb_name'),
    containerName: textIn(each, 'container_name') ?? '',
    containerPort: numberIn(each, 'container_port') ?? 0,
  }));
  const providers = blocksIn(attributes, 'capacity_provider_strategy');
  const state: ServiceState = {
    arn,
    name,
    clusterArn: cluster,
    status: 'ACTIVE',
    taskDefinition: textIn(attributes, 'task_definition') ?? '',
    desiredCount: numberIn(attributes, 'desired_count') ?? 0,
    runningCount: 0,
    pendingCount: 0,
    // The provider tells one beside a strategy, where AWS takes one of both.
    launchType: providers.length > 0 ? undefined : textIn(attributes, 'launch_type'),
    platformVersion: textIn(attributes, 'platform_version'),
    schedulingStrategy: textIn(attributes, 'scheduling_strategy'),
    loadBalancers: balancers.map(({ containerName, containerPort, targetGroupArn }) => ({
      targetGroup: targetGroupArn ?? '',
      container: containerName,
      port: containerPort,
    })),
    network: network && {
      subnets: textsIn(network, 'subnets'),
      securityGroups: textsIn(network, 'security_groups'),
      assignPublicIp: flagIn(network, 'assign_public_ip') ?? false,
    },
    minimumHealthyPercent: numberIn(attributes, 'deployment_minimum_healthy_percent'),
    maximumPercent: numberIn(attributes, 'deployment_maximum_percent'),
    circuitBreaker,
    healthCheckGracePeriod: numberIn(attributes, 'health_check_grace_period_seconds'),
    enableExecuteCommand: flagIn(attributes, 'enable_execute_command') ?? false,
    propagateTags: textIn(attributes, 'propagate_tags'),
    deployments: [],
    targets: [],
    lastEvent: undefined,
    description: toJson({
      loadBalancers: balancers,
      roleArn: roleIn(attributes),
      deploymentController: told({
        type: textIn(blockIn(attributes, 'deployment_controller') ?? {}, 'type'),
      }),
      deploymentConfiguration: {
        deploymentCircuitBreaker: circuitBreaker,
        alarms: alarms && {
          alarmNames: textsIn(alarms, 'alarm_names'),
          enable: flagIn(alarms, 'enable') ?? false,
          rollback: flagIn(alarms, 'rollback') ?? false,
        },
      },
      availabilityZoneRebalancing: textIn(attributes, 'availability_zone_rebalancing'),
      enableECSManagedTags: flagIn(attributes, 'enable_ecs_managed_tags'),
      capacityProviderStrategy: providers.map((each) => ({
        capacityProvider: textIn(each, 'capacity_provider'),
        weight: numberIn(each, 'weight'),
        base: numberIn(each, 'base'),
      })),
      placementStrategy: blocksIn(attributes, 'ordered_placement_strategy').map((each) => ({
        type: textIn(each, 'type'),
        field: textIn(each, 'field'),
      })),
      placementConstraints: blocksIn(attributes, 'placement_constraints').map((each) => ({
        type: textIn(each, 'type'),
        expression: textIn(each, 'expression'),
      })),
      serviceRegistries: blocksIn(attributes, 'service_registries').map((each) => ({
        registryArn: textIn(each, 'registry_arn'),
        port: positive(numberIn(each, 'port')),
        containerName: textIn(each, 'container_name'),
        containerPort: positive(numberIn(each, 'container_port')),
      })),
      // Of these AWS tells with each deployment.
      deployments: [
        {
          status: 'PRIMARY',
          serviceConnectConfiguration: connectOf(blockIn(attributes, 'service_connect_configuration')),
          volumeConfigurations: blocksIn(attributes, 'volume_configuration').map(volumeOf),
          vpcLatticeConfigurations: blocksIn(attributes, 'vpc_lattice_configurations').map((each) => ({
            roleArn: textIn(each, 'role_arn'),
            targetGroupArn: textIn(each, 'target_group_arn'),
            portName: textIn(each, 'port_name'),
          })),
        },
      ],
    }),
  };
  return { spec: { cluster, name }, state, tags: tagsIn(attributes) };
}

/** The provider leaves the service-linked role as a path, `/aws-service-role/...`: that is AWS's own choice. */
function roleIn(attributes: TerraformAttributes): string | undefined {
  const role = textIn(attributes, 'iam_role');
  return role?.includes('/aws-service-role/') === true ? undefined : role;
}

/** The provider writes 0 for a port that is not told. */
function positive(port: number | undefined): number | undefined {
  return port === 0 ? undefined : port;
}

function connectOf(block: TerraformAttributes | undefined): object | undefined {
  if (block === undefined) return undefined;
  const logs = blockIn(block, 'log_configuration');
  return {
    enabled: flagIn(block, 'enabled') ?? false,
    namespace: textIn(block, 'namespace'),
    services: blocksIn(block, 'service').map((each) => {
      const timeout = blockIn(each, 'timeout');
      const tls = blockIn(each, 'tls');
      const authority = tls && blockIn(tls, 'issuer_cert_authority');
      return {
        portName: textIn(each, 'port_name'),
        discoveryName: textIn(each, 'discovery_name'),
        ingressPortOverride: positive(numberIn(each, 'ingress_port_override')),
        clientAliases: blocksIn(each, 'client_alias').map((alias) => ({
          port: numberIn(alias, 'port'),
          dnsName: textIn(alias, 'dns_name'),
        })),
        timeout: timeout && {
          idleTimeoutSeconds: numberIn(timeout, 'idle_timeout_seconds'),
          perRequestTimeoutSeconds: numberIn(timeout, 'per_request_timeout_seconds'),
        },
        tls: tls && {
          issuerCertificateAuthority: { awsPcaAuthorityArn: textIn(authority ?? {}, 'aws_pca_authority_arn') },
          kmsKey: textIn(tls, 'kms_key'),
          roleArn: textIn(tls, 'role_arn'),
        },
      };
    }),
    logConfiguration: logs && {
      logDriver: textIn(logs, 'log_driver'),
      options: mapIn(logs, 'options'),
      secretOptions: blocksIn(logs, 'secret_option').map((each) => ({
        name: textIn(each, 'name'),
        valueFrom: textIn(each, 'value_from'),
      })),
    },
  };
}

function volumeOf(block: TerraformAttributes): object {
  const volume = blockIn(block, 'managed_ebs_volume') ?? {};
  return {
    name: textIn(block, 'name'),
    managedEBSVolume: {
      encrypted: flagIn(volume, 'encrypted'),
      filesystemType: textIn(volume, 'file_system_type'),
      iops: positive(numberIn(volume, 'iops')),
      kmsKeyId: textIn(volume, 'kms_key_id'),
      roleArn: textIn(volume, 'role_arn'),
      sizeInGiB: positive(numberIn(volume, 'size_in_gb')),
      snapshotId: textIn(volume, 'snapshot_id'),
      throughput: positive(numberIn(volume, 'throughput')),
      volumeInitializationRate: positive(numberIn(volume, 'volume_initialization_rate')),
      volumeType: textIn(volume, 'volume_type'),
      tagSpecifications: blocksIn(volume, 'tag_specifications').map((each) => ({
        resourceType: textIn(each, 'resource_type'),
        propagateTags: textIn(each, 'propagate_tags'),
        tags: Object.entries(mapIn(each, 'tags') ?? {}).map(([key, value]) => ({ key, value })),
      })),
    },
  };
}
