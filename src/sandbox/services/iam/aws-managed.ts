// Some of AWS's own managed policies ["AWS managed policy reference"]; others may be presumed with their documents. Their dates and
// the numbers of their versions are not verified.

const any = '*';
const document = (...Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

/** By the part of the ARN behind `arn:aws:iam::aws:policy`. */
export const awsManaged: ReadonlyMap<string, string> = new Map([
  ['/AdministratorAccess', document({ Effect: 'Allow', Action: any, Resource: any })],
  [
    '/PowerUserAccess',
    document(
      { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: any },
      {
        Effect: 'Allow',
        Action: [
          'account:GetAccountInformation',
          'account:GetPrimaryEmail',
          'account:ListRegions',
          'iam:CreateServiceLinkedRole',
          'iam:DeleteServiceLinkedRole',
          'iam:ListRoles',
          'organizations:DescribeEffectivePolicy',
          'organizations:DescribeOrganization',
        ],
        Resource: any,
      },
    ),
  ],
  [
    '/AmazonSSMReadOnlyAccess',
    document({ Effect: 'Allow', Action: ['ssm:Describe*', 'ssm:Get*', 'ssm:List*'], Resource: any }),
  ],
  [
    '/service-role/AmazonECSTaskExecutionRolePolicy',
    document({
      Effect: 'Allow',
      Action: [
        'ecr:GetAuthorizationToken',
        'ecr:BatchCheckLayerAvailability',
        'ecr:GetDownloadUrlForLayer',
        'ecr:BatchGetImage',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
      ],
      Resource: any,
    }),
  ],
]);
