// Every service that the sandbox has: one explicit list.
import type { SandboxService } from '../model.ts';
import { dynamoDbService } from './dynamodb/index.ts';
import { ecsService } from './ecs/index.ts';
import { elbv2Service } from './elbv2/index.ts';
import { iamService } from './iam.ts';
import { route53Service } from './route53/index.ts';
import { stsService } from './sts.ts';

export const services: readonly SandboxService[] = [
  dynamoDbService,
  ecsService,
  elbv2Service,
  route53Service,
  stsService,
  iamService,
];
