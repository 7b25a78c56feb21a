// The profiles that there are to choose from, by the files that the AWS SDK reads.

export interface KnownProfiles {
  /** In the order of their names. */
  readonly names: readonly string[];
  /** The files they are in, as people name them. */
  readonly files: readonly [config: string, credentials: string];
}

/** @param env names other files (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE); files that there are not hold nothing */
export async function knownProfiles(env: Readonly<Record<string, string | undefined>>): Promise<KnownProfiles> {
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const configFilepath = env['AWS_CONFIG_FILE'] ?? '';
  const filepath = env['AWS_SHARED_CREDENTIALS_FILE'] ?? '';
  const { configFile, credentialsFile } = await loadSharedConfigFiles({
    ...(configFilepath === '' ? {} : { configFilepath }),
    ...(filepath === '' ? {} : { filepath }),
    ignoreCache: true,
  });
  // Sections of other kinds are told from profiles by a prefix [smithy, parseIni].
  const profiles = Object.keys(configFile).filter((each) => !/^(sso-session|services)\./.test(each));
  return {
    names: [...new Set([...profiles, ...Object.keys(credentialsFile)])].sort(),
    files: [
      configFilepath === '' ? '~/.aws/config' : configFilepath,
      filepath === '' ? '~/.aws/credentials' : filepath,
    ],
  };
}
