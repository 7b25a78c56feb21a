// ssm/parameter: what a playbook may say of one, and what AWS tells.
import { z } from 'zod';
import type { ComponentTraits } from '../contract.ts';
import { hasReference, text } from '../kit/schema.ts';

/** [SSM API, PutParameter: Value] */
const largest = { standard: 4096, advanced: 8192 } as const;

const policy = z.strictObject({
  type: z.enum(['Expiration', 'ExpirationNotification', 'NoChangeNotification']),
  version: text().optional().describe('1.0 unless told.'),
  attributes: z.record(z.string().min(1), z.string()),
});

/** Up to 15 levels [SSM API, PutParameter: Name]. `aws` and `ssm` begin AWS's own. */
const name = /^(?!\/?(?:aws|ssm))(?:[\w.-]+|(?:\/[\w.-]+){1,15})$/i;

export const schema = z
  .strictObject({
    name: text({
      pattern: name,
      expected:
        'letters, digits and _.-, with slashes in front of each of at most 15 levels, not beginning with aws or ssm',
      max: 1011,
    }).describe('Name, unique in the account and region; one in a hierarchy begins with a slash.'),
    type: z.enum(['String', 'StringList', 'SecureString']).optional(),
    value: text({ max: largest.advanced })
      .optional()
      .describe('Value of a String, or of a StringList with commas between its members.'),
    secretValue: text({ max: largest.advanced })
      .optional()
      .describe('Value of a SecureString. It is decrypted to be compared, and shown nowhere.'),
    keyId: text({ pattern: /^[a-zA-Z0-9:/_-]{1,256}$/, expected: 'an id, alias or ARN of a KMS key' })
      .optional()
      .describe('KMS key of a SecureString; alias/aws/ssm unless told.'),
    tier: z
      .enum(['Standard', 'Advanced', 'Intelligent-Tiering'])
      .optional()
      .describe(
        'Advanced: values above 4096 characters, and policies. Intelligent-Tiering: whichever of them it takes.',
      ),
    description: z.string().max(1024).optional(),
    allowedPattern: text({ max: 1024 }).optional().describe('Regular expression that values must match.'),
    dataType: text({ max: 128 }).optional().describe('text unless told; such as aws:ec2:image.'),
    policies: z
      .array(policy)
      .max(10)
      .optional()
      .describe('All policies, where it is said; another one found in AWS is a difference.'),
    tags: z
      .record(z.string().min(1).max(128), z.string().max(256))
      .refine((tags) => !Object.keys(tags).some((key) => /^(aws|relight):/i.test(key)), {
        error: 'expected no tag of AWS or of relight itself',
      })
      .optional()
      .describe('Tags; only those named are compared.'),
  })
  .refine(({ type, value }) => value === undefined || type !== 'SecureString', {
    error: 'expected secretValue, as it is a SecureString',
    path: ['value'],
  })
  .refine(({ secretValue, type }) => secretValue === undefined || type === 'SecureString', {
    error: 'expected a SecureString for a secret value',
    path: ['secretValue'],
  })
  .refine(({ keyId, type }) => keyId === undefined || type === 'SecureString', {
    error: 'expected a SecureString for a key',
    path: ['keyId'],
  })
  .refine(({ policies = [], tier }) => policies.length === 0 || (tier !== undefined && tier !== 'Standard'), {
    error: 'expected the tier Advanced for policies',
    path: ['policies'],
  })
  .refine(({ secretValue, tier, value = secretValue ?? '' }) => tier !== 'Standard' || fitsStandard(value), {
    error: `expected the tier Advanced for a value of more than ${largest.standard} characters`,
    path: ['tier'],
  });

function fitsStandard(value: string): boolean {
  return hasReference(value) || value.length <= largest.standard;
}

export type ParameterSpec = z.infer<typeof schema>;
export type ParameterPolicy = z.infer<typeof policy>;

/** What GetParameters, DescribeParameters and ListTagsForResource tell of one. */
export interface ParameterState {
  readonly arn: string;
  readonly name: string;
  readonly type: string;
  readonly version: number;
  /** Undefined for a SecureString. */
  readonly value: string | undefined;
  /** Of a SecureString, decrypted where the spec gives a value to compare it with. */
  readonly secretValue: string | undefined;
  readonly keyId: string | undefined;
  readonly tier: string;
  /** Its description. */
  readonly explanation: string | undefined;
  readonly allowedPattern: string | undefined;
  readonly dataType: string | undefined;
  readonly policies: readonly ParameterPolicy[];
  /** Without relight's own. */
  readonly tags: Readonly<Record<string, string>>;
}

export const traits = {
  type: 'ssm/parameter',
  description: 'A parameter of Systems Manager Parameter Store: a text, a list of texts, or an encrypted one.',
  schema,
  outputs: {
    arn: { description: 'ARN', onReplace: 'same' },
    name: { description: 'Name', onReplace: 'same' },
  },
  shareable: true,
  ownable: true,
  requiredWhenOwned: ['type', ['value', 'secretValue']],
  locators: ['name'],
  containers: [],
  // No way leads back from the advanced tier, and none from a type to another in a hierarchy [SSM API, PutParameter].
  immutable: ['name', 'type', 'tier'],
  mustExist: ['keyId'],
  reuse: true,
  // Nobody reads a parameter but whoever is told to.
  inert: true,
  heldBy: [],
  sensitive: { spec: ['secretValue'], facts: ['secretValue'], onlyByParam: ['secretValue'] },
  remedy: 'none',
  permissions: {
    read: ['ssm:GetParameters', 'ssm:DescribeParameters', 'ssm:ListTagsForResource'],
    // Decrypts, of SecureStrings, what is compared with the playbook's value, and what is kept before a change or a delete.
    readOwned: ['ssm:GetParameter', 'kms:Decrypt'],
    write: [
      'ssm:PutParameter',
      'ssm:DeleteParameter',
      'ssm:AddTagsToResource',
      'ssm:RemoveTagsFromResource',
      // Standard and advanced SecureStrings [SSM user guide, "AWS KMS encryption for Parameter Store"].
      'kms:Encrypt',
      'kms:GenerateDataKey',
    ],
  },
} as const satisfies ComponentTraits<ParameterSpec>;
