// DescribeSecret, GetSecretValue, ListSecrets.
import { AwsError, timestamp, type CallContext, type Input, type Operation, type Output } from '../../model.ts';
import { pageOfList } from '../../pages.ts';
import { secretNamed, secretsOf, type SecretRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** The stage of the only version. */
const current = 'AWSCURRENT';

function secretOf(input: Input, { local }: CallContext): SecretRecord {
  const found = secretNamed(local, String(input['SecretId']));
  if (found !== undefined) return found;
  throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
}

function told({ arn, createdAt, deletedAt, description, name, tags, version }: SecretRecord): Output {
  return {
    ARN: arn,
    Name: name,
    Description: description ?? undefined,
    LastChangedDate: timestamp(deletedAt ?? version?.createdAt ?? createdAt),
    DeletedDate: deletedAt === null ? undefined : timestamp(deletedAt),
    Tags: toldTags(tags),
    CreatedDate: timestamp(createdAt),
  };
}

/** One that has none is told without [LocalStack, recorded: test_secret_tags]. */
function toldTags(tags: SecretRecord['tags']): readonly object[] | undefined {
  const told = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return told.length === 0 ? undefined : told;
}

function stages({ version }: SecretRecord): Readonly<Record<string, readonly string[]>> {
  return version === null ? {} : { [version.id]: [current] };
}

/** Answers for a secret that is scheduled for deletion, too [aws-facts-2 7]. */
export const describeSecret: Operation = (input, context) => {
  const secret = secretOf(input, context);
  return { ...told(secret), VersionIdsToStages: stages(secret) };
};

export const getSecretValue: Operation = (input, context) => {
  const secret = secretOf(input, context);
  if (secret.deletedAt !== null) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
  const { version } = secret;
  const { VersionId: id, VersionStage: stage = id === undefined ? current : undefined } = input as {
    readonly VersionId?: string;
    readonly VersionStage?: string;
  };
  if (version !== null && id === version.id && stage !== undefined && stage !== current) {
    // Recorded by LocalStack: test_get_secret_value_errors.
    throw new AwsError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    );
  }
  const isAsked =
    version !== null && (id === undefined || id === version.id) && (stage === undefined || stage === current);
  if (!isAsked) {
    const what = id === undefined ? `staging label: ${stage ?? current}` : `VersionId: ${id}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${what}`,
    );
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    SecretString: version.value,
    VersionStages: [current],
    CreatedDate: timestamp(version.createdAt),
  };
};

interface Filter {
  readonly Key: string;
  readonly Values: readonly string[];
}

/** Values are beginnings of words; `!` before one turns it round [Secrets Manager API, Filter]. */
function matches(secret: SecretRecord, { Key, Values }: Filter): boolean {
  const { description, name, tags } = secret;
  const keys = Object.keys(tags);
  const values = Object.values(tags);
  const texts: Readonly<Record<string, readonly string[]>> = {
    name: [name],
    description: description === null ? [] : [description],
    'tag-key': keys,
    'tag-value': values,
    'primary-region': [],
    'owning-service': [],
    all: [name, ...(description === null ? [] : [description]), ...keys, ...values],
  };
  const own = texts[Key] ?? [];
  return Values.some((value) => {
    const isNot = value.startsWith('!');
    const wanted = isNot ? value.slice(1) : value;
    return own.some((text) => text.startsWith(wanted)) !== isNot;
  });
}

/** Secrets that are scheduled for deletion only where they are asked for [aws-facts-2 7]. */
export const listSecrets: Operation = (input, { local }) => {
  const filters = (input['Filters'] ?? []) as readonly Filter[];
  const found = Object.values(secretsOf(local).secrets).filter(
    (secret) =>
      (secret.deletedAt === null || input['IncludePlannedDeletion'] === true) &&
      filters.every((filter) => matches(secret, filter)),
  );
  const size = typeof input['MaxResults'] === 'number' ? input['MaxResults'] : 100;
  const refuse = (): AwsError => new AwsError('InvalidNextTokenException', unverifiedTexts.nextToken);
  const { items, next } = pageOfList(found, { size, token: input['NextToken'], refuse });
  return {
    SecretList: items.map((secret) => ({ ...told(secret), SecretVersionsToStages: stages(secret) })),
    NextToken: next,
  };
};
