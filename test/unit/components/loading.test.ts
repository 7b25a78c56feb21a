// What a start costs: the registry of types brings no client of the SDK with it, and what acts is loaded once.
import { describe, expect, it } from 'vitest';
import { loading, whenUsed } from '../../../src/components/kit/when-used.ts';
import { loadedBy, type Loaded } from '../../helpers/module-graph.ts';

const client = /^@aws-sdk\/client-/;

function importersOfClients({ packages }: Loaded): readonly string[] {
  return [...packages].flatMap(([name, files]) => (client.test(name) ? files : []));
}

describe('the registry of types', () => {
  it('brings no client of the SDK with it', () => {
    const loaded = loadedBy('src/components/index.ts');
    expect(loaded.files).toContain('src/components/elbv2-listener/schema.ts');
    expect(importersOfClients(loaded)).toEqual([]);
  });

  it('is followed to its end: acting parts do bring clients', () => {
    expect(importersOfClients(loadedBy('src/components/elbv2-listener/change.ts'))).not.toEqual([]);
  });
});

describe('the command line', () => {
  it('brings no verb with it, no type and no sandbox', () => {
    const { files } = loadedBy('src/cli/program.ts');
    expect(files).toContain('src/cli/options.ts');
    expect([...files].filter((file) => /^src\/(?:components|sandbox|cli\/verbs)\//.test(file))).toEqual([]);
  });

  it.each(['validate', 'status', 'recover', 'undo', 'known-good'])('%s brings no client of the SDK with it', (verb) => {
    const loaded = loadedBy(`src/cli/verbs/${verb}.ts`);
    expect(loaded.files).toContain('src/components/index.ts');
    expect(importersOfClients(loaded)).toEqual([]);
  });
});

describe('a part that is loaded when it is used', () => {
  const part = (): { readonly loads: () => number; readonly use: ReturnType<typeof whenUsed<typeof acting>> } => {
    let loads = 0;
    const use = whenUsed(() => {
      loads += 1;
      return Promise.resolve(acting);
    });
    return { loads: () => loads, use };
  };
  const acting = {
    twice: (value: number): Promise<number> => Promise.resolve(2 * value),
    fails: (): Promise<never> => Promise.reject(new Error('no')),
    plain: (): number => 1,
  };

  it('is not loaded before, and once only', async () => {
    const { loads, use } = part();
    const twice = use.call('twice');
    expect(loads()).toBe(0);
    expect(await twice(2)).toBe(4);
    expect(await twice(3)).toBe(6);
    expect(loads()).toBe(1);
  });

  it('is asked at once when it is there', async () => {
    const { use } = part();
    await use.load();
    expect(use.load()).toBeUndefined();
    expect(loading(use)()).toBeUndefined();
    await expect(use.call('fails')()).rejects.toThrow('no');
  });

  it('is loaded by `loading`, all of it', async () => {
    const [one, other] = [part(), part()];
    await loading(one.use, other.use)();
    expect([one.loads(), other.loads()]).toEqual([1, 1]);
  });
});
