// Texts and codes that no capture or public paste proves: the one place to correct when AWS turns out to say it
// otherwise.

/** Error and event texts by situation. */
export const unverifiedTexts = {
  /** Pasted as ClientException; InvalidParameterException is possible. */
  clusterNotActive: 'Cluster was not ACTIVE.',
  targetGroupMissing: 'The specified target group does not exist.',
  /** The frame is pasted; the reason is the one ELBv2 gives to others. */
  registrationFailed: 'One or more target groups not found',
  taskDefinitionInactive: 'TaskDefinition is inactive',
  /** Both asserted by moto's tests of DeleteTaskDefinitions, which are not marked as run against AWS. */
  nothingToDelete:
    'The specified task definition does not exist. Specify a valid account, family, revision and try again.',
  stillActive: 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
  revisionNeeded: 'The task definition must be given as family:revision or ARN.',
  tagHolderMissing: 'The specified resource cannot be found. Specify a valid resource ARN and try again.',
  tagHolderInactive: 'The specified service is inactive. Specify an active service and try again.',
  serviceDeploymentNotFound: 'MISSING',
  hostPort: (name: string) => `Invalid 'hostPort' setting for container '${name}'.`,
  healthCommand: (name: string) => `The health check of container '${name}' needs a command.`,
  healthBounds: (name: string, member: string, least: number, most: number) =>
    `The health check ${member} of container '${name}' must be between ${String(least)} and ${String(most)}.`,
  leastMemory: (member: string, name: string) => `Invalid '${member}' setting for container '${name}'.`,
  mountPath: (name: string) => `A mount point of container '${name}' needs a containerPath.`,
  portNameTwice: (name: string) => `The port name '${name}' must be unique within a task definition.`,
  roleNotValid: 'Role is not valid',
  stopTimeout: (most: number) =>
    `Fargate compatible task definitions do not support a stopTimeout above ${String(most)} seconds`,
  credentialsRole:
    "When you are specifying container repository credentials, you must also specify a value for 'executionRoleArn'.",
  ephemeralStorage: 'Ephemeral storage size must be between 21 and 200 GiB.',
  fargateLogDriver: (driver: string) => `Fargate compatible task definitions do not support log driver ${driver}`,
  volumesFrom: (name: string) => `Unknown container '${name}' in volumesFrom.`,
  dependencyMissing: (name: string, other: string) =>
    `Container '${name}' depends on container '${other}', which is not in the task definition.`,
  /** That it is refused is documented: the condition "requires that the dependent container has health checks". */
  dependencyHealth: (name: string) =>
    `A dependency container with HEALTHY condition must have a health check: '${name}' has none.`,
  dependencyCycle: 'Container dependencies must not form a cycle.',
  links: (mode: string) => `Links are not supported when networkMode=${mode}.`,
  linkMissing: (name: string) => `Unknown container '${name}' in links.`,
  volumeTwice: 'Volume names must be unique within a task definition.',
  efsEncryption: 'EFS access points and IAM authorization require transit encryption to be ENABLED.',
  efsRoot: "With an EFS access point the root directory must be omitted or '/'.",
  reservation: (name: string) =>
    `Invalid setting for container '${name}'. 'memory' must not be less than 'memoryReservation'.`,
  memorySum: "The sum of all container memory values cannot be greater than the value of the task 'memory'.",
  /** The frame is that of the developer guide's page on invalid sizes. */
  taskSize: (member: string) => `Invalid '${member}' setting for task.`,
  subnetsOfTwoVpcs: 'The specified subnets must belong to the same VPC.',
  securityGroupVpc: (id: string, vpc: string) =>
    `The security group ${id} does not belong to the VPC ${vpc} of the subnets.`,
  strategyTooLong: 'A capacity provider strategy can contain a maximum of 20 capacity providers.',
  providerNotActive: (name: string) => `The specified capacity provider ${name} is not ACTIVE.`,
  providerTwice: 'The specified capacity provider strategy contains a capacity provider more than once.',
  twoBases: 'Only one capacity provider in a capacity provider strategy can have a base defined.',
  noWeight: 'At least one capacity provider of a strategy must have a weight greater than 0.',
  platformVersion: (version: string) => `The specified platform version ${version} does not exist.`,
  listenerRuleMissing: (arn: string) => `The specified listener rule ${arn} does not exist.`,
  twoRegistries: 'service registries can have at most 1 items.',
  portName: (name: string) => `The port name ${name} does not exist in the task definition.`,
  noNamespace: 'Service Connect needs a namespace, in the service or as a default of its cluster.',
  volumeAtLaunch: (name: string) =>
    `The volume ${name} is not configured at launch by a volume of the task definition.`,
  breakerController: 'Deployment circuit breaker feature can only be configured with ECS deployment controller.',
  alarmsController: 'Deployment alarms can only be configured with ECS deployment controller.',
  strategyController: 'Deployment strategies can only be configured with ECS deployment controller.',
  bakeTime: 'Bake times must be between 0 and 1440 minutes.',
  strategyMember: (member: string, strategy: string) =>
    `${member} is only valid with the deployment strategy ${strategy}.`,
  shiftPercent: (member: string) => `${member} is out of range.`,
  /** That it is needed is documented. */
  advancedNeeded:
    'Load balancers of a service with this deployment strategy need an advancedConfiguration with alternateTargetGroupArn, productionListenerRule and roleArn.',
  hookRole: 'A lifecycle hook needs a roleArn.',
  daemonController: (controller: string) =>
    `The daemon scheduling strategy is not supported with the ${controller} deployment controller.`,
  codeDeployBalancer: 'Services with a CODE_DEPLOY deployment controller need a load balancer.',
  /** Pasted of the task definition, `TaskDefinition must be blank.` */
  mustBeBlank: (member: string) => `${member.charAt(0).toUpperCase()}${member.slice(1)} must be blank.`,
  /** How AWS calls them in `Unable to update <..> on services with a CODE_DEPLOY deployment controller.` */
  controlledMembers: {
    capacityProviderStrategy: 'capacity provider strategy',
    platformVersion: 'platform version',
    loadBalancers: 'load balancers',
    serviceRegistries: 'service registries',
    serviceConnectConfiguration: 'service connect configuration',
    volumeConfigurations: 'volume configurations',
    vpcLatticeConfigurations: 'VPC Lattice configurations',
    enableExecuteCommand: 'execute command',
    availabilityZoneRebalancing: 'availability zone rebalancing',
  },
  daemonFargate: 'The daemon scheduling strategy is not supported with the FARGATE launch type.',
  daemonPlacement: 'The daemon scheduling strategy does not support placement strategies.',
  daemonVolumes: 'The daemon scheduling strategy does not support volume configurations.',
  fargatePlacement: 'Placement constraints and strategies are not supported with the FARGATE launch type.',
  expressionMissing: 'memberOf needs an expression.',
  expressionTooLong: 'An expression can have at most 2000 characters.',
  expressionUnreadable: (expression: string) => `Invalid expression: ${expression}`,
  tooManyConstraints: 'placementConstraints can have at most 10 items.',
  tooManyStrategies: 'placementStrategy can have at most 5 items.',
  /** Remembered by several tools that retry with `forceNewDeployment`. */
  forceForCapacity:
    'When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.',
  gracePeriod: 'Health check grace period can not be lesser than 0',
  rebalancing:
    'Availability Zone rebalancing needs the REPLICA scheduling strategy and a maximumPercent above 100, and no launch type EXTERNAL.',
  taskSetMissing: 'The specified task set was not found.',
  scale: 'The scale of a task set must be between 0 and 100 percent.',
  taskSetToken: 'Creation of task set was not idempotent.',
  taskSetDraining: 'The specified task set is not ACTIVE.',
  taskSetScaled: 'The task set cannot be deleted while it is scaled above 0.',
  instancesPage: 'Container instances cannot exceed 100 entries',
  startInstances: 'Container instances cannot exceed 10 entries',
  runCount: 'count must be between 1 and 10.',
  runToken: 'idempotency token longer than 64.',
  runTokenConflict: 'The client token was used with other parameters before.',
  runPropagate: 'Tags cannot be propagated from a service to a task that is run on its own.',
  stopType: 'The valid stop type is ROLLBACK.',
  serviceDeploymentMissing: 'The specified service deployment was not found.',
  deploymentEnded: 'The service deployment is not in a state in which it can be stopped.',
  nothingBefore: 'There is no earlier service revision to roll back to.',
  stoppedByHand: 'Service deployment was stopped by the user.',
  terminationProtection: 'Managed termination protection needs managed scaling to be ENABLED.',
  providerNameInvalid: 'The specified capacity provider name is invalid.',
  providerExists: 'The specified capacity provider already exists.',
  providerKind: 'Specify either an Auto Scaling group or a provider of managed instances.',
  managedCluster: 'A capacity provider of managed instances needs a cluster.',
  providerReserved: 'The specified capacity provider is reserved and cannot be changed or deleted.',
  providerHeld: 'The specified capacity provider is associated with a cluster.',
  tooManyProviders: 'capacityProviders can have at most 100 items.',
  providersPage: 'maxResults must be between 1 and 10',
  settingValue: (name: string, value: string) => `The value ${value} is not valid for the account setting ${name}.`,
  settingName: 'A value needs the name of its setting.',
  clusterSetting: (value: string) => `The value ${value} is not valid for the cluster setting containerInsights.`,
  proxyContainer: (name: string) =>
    `The container ${name} of proxyConfiguration does not exist in the task definition.`,
};

/** How ECS says that a container waited in vain [ECS developer guide, "Stopped tasks error messages"; the beginnings are its]. */
export const waitTexts = {
  image: (image: string) =>
    `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${image}: dial tcp: i/o timeout`,
  secret:
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 5 time(s): context deadline exceeded',
  log: (container: string) =>
    `CannotStartContainerError: Error response from daemon: failed to initialize logging driver of ${container}: dial tcp: i/o timeout`,
};

/** ECS waits longer before each further try to start a task that keeps failing; it documents only the 15 minutes. */
export const startBackOff = { first: 10_000, most: 900_000 };

/** Between noticing a failed health check and starting the replacement. */
export const replacementPause = 10_000;

/** Until ECS registers a target again that somebody else deregistered. */
export const reregistrationPause = 10_000;

/** Shares of a task's start at which it turns PENDING and ACTIVATING. */
export const startShares = { pending: 0.4, activating: 0.95 };

/** Shares of a task's stop at which it turns from STOPPING to DEPROVISIONING. */
export const stopShares = { deprovisioning: 0.7 };

/** How long a stopped task stays describable; AWS says "for one hour". */
export const stoppedTaskKept = 3_600_000;
