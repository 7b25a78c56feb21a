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
  stillActive: 'The specified task definition is still in ACTIVE status. Please deregister the target and try again.',
  revisionNeeded: 'The task definition must be given as family:revision or ARN.',
  tagHolderMissing: 'The specified resource cannot be found. Specify a valid resource ARN and try again.',
  tagHolderInactive: 'The specified service is inactive. Specify an active service and try again.',
  serviceDeploymentNotFound: 'MISSING',
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
