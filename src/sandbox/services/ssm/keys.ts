// KMS keys as far as parameters need them: any key is there, and it may be disabled.
import { AwsError, type CallContext, type StuckKind } from '../../model.ts';
import { arnOf } from './names.ts';
import { ssmOf } from './store.ts';
import { disabledKey } from './unverified.ts';

/** The key of parameters that name none [SSM user guide, "AWS KMS encryption for Parameter Store"]. */
export const defaultKey = 'alias/aws/ssm';

/** Encrypting and decrypting want a key that is enabled. */
export function useKey(keyId: string, { local }: CallContext): void {
  if (ssmOf(local).disabledKeys.includes(keyId)) throw new AwsError('InvalidKeyId', disabledKey(keyId));
}

export const ssmStuck: readonly StuckKind[] = [
  /** Its parameters can be neither decrypted nor written, and be deleted all the same. */
  {
    kind: 'kms-key-disabled',
    holdsUp: 'parameter',
    set: (_data, local) => ssmOf(local).disabledKeys,
    isSet: (world, { region, resource = '' }) => ssmOf(world.region(region)).disabledKeys.includes(resource),
    turn: (world, { region, resource = '' }, on) => {
      const store = ssmOf(world.region(region));
      store.disabledKeys = [...store.disabledKeys.filter((each) => each !== resource), ...(on ? [resource] : [])];
    },
    held: (world, { region, resource }) =>
      Object.values(ssmOf(world.region(region)).parameters).flatMap(({ keyId, name }) =>
        keyId === resource ? [arnOf(name, region, world.data)] : [],
      ),
  },
];
