// A profile that was named and does not exist.
import type { AwsFailure } from '../../aws/errors.ts';
import { knownProfiles } from '../../aws/credentials/profiles.ts';
import { createSuggest } from '../../playbook/checks/nearest.ts';
import { shown } from '../../util/shown.ts';
import type { Io } from '../terminal/io.ts';

/**
 * Says that the named profile does not exist, and which there are; undefined where it does, or none was named. To be asked
 * after a failure only: with a profile that there is not, the SDK still takes credentials from a token file or the machine.
 */
export async function missingProfile(
  failure: AwsFailure,
  { profile }: { readonly profile?: string },
  { env }: Pick<Io, 'env'>,
): Promise<string | undefined> {
  const name = profile ?? env['AWS_PROFILE'] ?? '';
  if (name === '' || failure.code !== 'CredentialsProviderError') return undefined;
  const { files, names } = await knownProfiles(env);
  if (names.includes(name)) return undefined;
  const from = profile === undefined ? 'AWS_PROFILE' : '--profile';
  const nearest = createSuggest()(name, names);
  const text =
    `There is no profile ${name} (${from}) in ${files.join(' or ')}` +
    (nearest === undefined ? '' : `: did you mean ${nearest}?`);
  const known = names.length === 0 ? 'No profile is there' : `There are ${names.join(', ')}`;
  return shown(`${text}${nearest === undefined ? '.' : ''} ${known}`);
}
