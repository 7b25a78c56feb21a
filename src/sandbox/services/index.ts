// Every service that the sandbox has: one line each.
import type { ServicePlug } from '../model.ts';
import { acmService } from './acm/index.ts';
import { applicationAutoScalingService } from './application-autoscaling/index.ts';
import { dynamoDbService } from './dynamodb/index.ts';
import { ec2Service } from './ec2/index.ts';
import { ecrService } from './ecr/index.ts';
import { ecsService } from './ecs/index.ts';
import { elbv2Service } from './elbv2/index.ts';
import { iamService } from './iam/index.ts';
import { kmsService } from './kms/index.ts';
import { logsService } from './logs/index.ts';
import { namesService } from './names/index.ts';
import { networkService } from './network/index.ts';
import { taggingService } from './resourcegroupstaggingapi/index.ts';
import { route53Service } from './route53/index.ts';
import { secretsManagerService } from './secretsmanager/index.ts';
import { snsService } from './sns/index.ts';
import { ssmService } from './ssm/index.ts';
import { stsService } from './sts/index.ts';

export const builtInServices = [
  elbv2Service,
  ecsService,
  route53Service,
  dynamoDbService,
  ssmService,
  networkService,
  namesService,
  stsService,
  iamService,
  ec2Service,
  kmsService,
  acmService,
  ecrService,
  secretsManagerService,
  logsService,
  applicationAutoScalingService,
  snsService,
  taggingService,
] as const satisfies readonly ServicePlug[];

type DurationName<Service> = Service extends { readonly timings: infer Table } ? keyof Table : never;

/** Their durations, all together. */
export type BuiltInTimings = { readonly [Name in DurationName<(typeof builtInServices)[number]>]: number };
