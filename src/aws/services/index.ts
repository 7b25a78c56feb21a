// The AWS services that relight speaks to, one line a service.
import { acm } from './acm.ts';
import { applicationAutoScaling } from './application-autoscaling.ts';
import { dynamodb } from './dynamodb.ts';
import { ec2 } from './ec2.ts';
import { ecr } from './ecr.ts';
import { ecs } from './ecs.ts';
import { elbv2 } from './elbv2.ts';
import { iam } from './iam.ts';
import { kms } from './kms.ts';
import { logs } from './logs.ts';
import { route53 } from './route53.ts';
import { secretsmanager } from './secretsmanager.ts';
import type { AwsService } from './service.ts';
import { sns } from './sns.ts';
import { ssm } from './ssm.ts';
import { sts } from './sts.ts';
import { tagging } from './tagging.ts';

/** In the order in which they are told: those that say where one is come first. */
export const services = {
  sts,
  iam,
  ecs,
  elbv2,
  route53,
  dynamodb,
  ssm,
  ec2,
  acm,
  secretsmanager,
  ecr,
  kms,
  logs,
  applicationAutoScaling,
  sns,
  tagging,
};

export const awsServices: readonly AwsService[] = Object.values(services);
