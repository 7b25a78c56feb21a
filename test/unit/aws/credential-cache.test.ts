// Keys are put to use only when they are the expected caller's: those of an exchange, and the first ones too.
import { describe, expect, test } from 'vitest';
import type { Found } from '../../../src/aws/credentials/credentials.ts';
import { Gate } from '../../../src/aws/gate.ts';
import { CredentialCache } from '../../../src/aws/credentials/credential-cache.ts';
import { VirtualClock } from '../../../src/util/clock.ts';

const callers: Readonly<Record<string, { account: string; arn: string }>> = {
  AKIAPROD: { account: '123456789012', arn: 'arn:aws:iam::123456789012:user/operator' },
  AKIASTAGE: { account: '999999999999', arn: 'arn:aws:iam::999999999999:user/operator' },
};

/** A credential cache whose source gives these keys, one after the other, the last one for ever. */
function ringOf(...ids: readonly string[]): { ring: CredentialCache; gate: Gate; identified: string[] } {
  const gate = new Gate('change');
  gate.openForReads();
  gate.openForChanges();
  const clock = new VirtualClock(0);
  const left = [...ids];
  const identified: string[] = [];
  const ring = new CredentialCache({
    source: (): Promise<Found> => {
      const accessKeyId = (left.length > 1 ? left.shift() : left[0]) ?? '';
      const keys = { accessKeyId, secretAccessKey: 'x' };
      return Promise.resolve({ keys, origin: 'a profile', remedy: 'sign in', fixed: false });
    },
    identify: ({ accessKeyId }) => {
      identified.push(accessKeyId);
      return Promise.resolve(callers[accessKeyId] ?? { account: '', arn: '' });
    },
    gate,
    clock,
    wallClock: clock,
  });
  return { ring, gate, identified };
}

const production = { account: '123456789012', arn: 'arn:aws:iam::123456789012:user/operator' };

describe('a keyring that expects a caller', () => {
  test('before any keys were read: the first ones are asked whose they are, once', async () => {
    const { identified, ring } = ringOf('AKIAPROD');
    ring.expect(production);
    expect((await ring.keys()).accessKeyId).toBe('AKIAPROD');
    expect((await ring.keys()).accessKeyId).toBe('AKIAPROD');
    expect(identified).toEqual(['AKIAPROD']);
  });

  test('gives no keys of another one, and nothing goes out any more', async () => {
    const { gate, ring } = ringOf('AKIASTAGE');
    ring.expect(production);
    await expect(ring.keys()).rejects.toThrow(/now those of arn:aws:iam::999999999999:user\/operator/);
    expect(() => {
      gate.check({ operation: 'UpdateItem', kind: 'change' });
    }).toThrow();
    await expect(ring.ready()).rejects.toThrow(/nothing is done as another caller/);
  });

  test('that renews into another one ends too', async () => {
    const { gate, ring } = ringOf('AKIAPROD', 'AKIASTAGE');
    ring.expect(production);
    await ring.keys();
    await expect(ring.renew(ring.generation)).rejects.toThrow(/nothing is done as another caller/);
    expect(() => {
      gate.check({ operation: 'UpdateItem', kind: 'change' });
    }).toThrow();
  });
});

test('a keyring that expects nobody asks nobody', async () => {
  const { identified, ring } = ringOf('AKIASTAGE');
  expect((await ring.keys()).accessKeyId).toBe('AKIASTAGE');
  expect(identified).toEqual([]);
});
