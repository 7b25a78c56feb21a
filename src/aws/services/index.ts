// The AWS services that relight speaks to, one line a service.
import { dynamodb } from './dynamodb.ts';
import { ecs } from './ecs.ts';
import { elbv2 } from './elbv2.ts';
import { iam } from './iam.ts';
import { route53 } from './route53.ts';
import type { AwsService } from './service.ts';
import { ssm } from './ssm.ts';
import { sts } from './sts.ts';

/** In the order in which they are told: those that say where one is come first. */
export const services = {
  sts,
  iam,
  ecs,
  elbv2,
  route53,
  dynamodb,
  ssm,
};

export const awsServices: readonly AwsService[] = Object.values(services);
