// KMS: whether a key is there and can be used. The contract is in SPEC.md.
import { timestamp, type JsonService, type Operation, type Piece } from '../../model.ts';
import { ssmOf } from '../ssm/store.ts';
import { kmsAuthorization } from './authorization.ts';
import { arnOfKey, findKey } from './find.ts';
import { inputs } from './inputs.ts';
import { presumedKey } from './presume.ts';
import { emptyKmsStore, kmsOf } from './store.ts';

/** Of AWS's own [LocalStack, recorded: test_dynamodb_create_table_with_partial_sse_specification]. */
const descriptions: Readonly<Record<string, string>> = {
  'alias/aws/dynamodb': 'Default key that protects my DynamoDB data when no other key is defined',
};

const describeKey: Operation = (input, { local, region, world }) => {
  const { account } = world.data;
  const asked = String(input['KeyId']);
  const { key, ofAws } = findKey(asked, { account, local, region });
  const { aliases } = kmsOf(local);
  const names = [asked, key.id, ...Object.keys(aliases).filter((alias) => aliases[alias] === key.id)];
  // A fault of Parameter Store's disables a key by any of its names.
  const isDisabled = ssmOf(local).disabledKeys.some((each) => names.includes(each));
  const state = isDisabled && key.state === 'Enabled' ? 'Disabled' : key.state;
  return {
    KeyMetadata: {
      AWSAccountId: account,
      KeyId: key.id,
      Arn: arnOfKey(key.id, region, account),
      CreationDate: timestamp(key.createdAt),
      Enabled: state === 'Enabled',
      Description: descriptions[ofAws ?? ''] ?? '',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeyState: state,
      Origin: 'AWS_KMS',
      KeyManager: ofAws === undefined ? 'CUSTOMER' : 'AWS',
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      MultiRegion: false,
    },
  };
};

export const kmsService = {
  name: 'kms',
  scope: 'region',
  protocol: 'json-1.1',
  targetPrefix: 'TrentService',
  errorNamespace: '',
  operations: { DescribeKey: describeKey },
  store: { name: 'kms', empty: emptyKmsStore },
  // It writes nothing that a read could show late.
  inputs: {
    model: inputs,
    code: 'ValidationException',
    notModelled: { 'DescribeKeyRequest.GrantTokens': 'nobody has grants' },
  },
  authorization: kmsAuthorization,
  errorCodes: { internal: 'KMSInternalException' },
  presumes: [presumedKey],
  pieces: ({ data, local, region }) =>
    Object.values(kmsOf(local).keys).map((key): Piece => ({
      id: arnOfKey(key.id, region, data.account),
      title: `key ${key.id}`,
      tags: key.tags,
      settings: () => ({ state: key.state, tags: key.tags }),
      putTag: (name, value) => {
        key.tags = { ...key.tags, [name]: value };
      },
    })),
} as const satisfies JsonService;
