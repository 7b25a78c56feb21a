// The story of docs/dependence.md, as it is typed: a product went down, its services were moved to a standby cluster, and the
// licence service turned out to ask the product that was down.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { serviceText, type Service } from '../helpers/services.ts';
import { makeFolder, type Folder } from './harness.ts';
import { rehearsalJson, validateAllJson, validateJson } from './schemas.ts';

const story = fileURLToPath(new URL('../../examples/dependence', import.meta.url));

function storyFolder(): Folder {
  const folder = makeFolder();
  cpSync(story, folder.path, { recursive: true });
  return folder;
}

function write(folder: Folder, name: string, service: Service): void {
  writeFileSync(folder.file(`${name}.yaml`), serviceText(name, service));
}

describe('validate over several files', () => {
  it('finds the circle before the night, with its path', async () => {
    using folder = storyFolder();
    const { code, stdout } = await folder.relight(['validate', 'licence.yaml', 'orders.yaml']);
    expect(code).toBe(2);
    expect(stdout).toContain('valid  licence.yaml: licence,');
    expect(stdout).toContain('circle  orders and licence need each other to be recovered');
    expect(stdout).toMatch(
      /orders needs licence to be recovered \(recovery\.needs in orders\.yaml:\d+: licence\.example\.org/,
    );
    expect(stdout).toMatch(
      /licence needs orders to work \(environment LICENCE_BACKEND in licence\.yaml:31 leads to orders\.example\.org, which orders\.yaml:\d+ provides\)/,
    );
    const json = await folder.relight(['validate', 'licence.yaml', 'orders.yaml', '--json']);
    expect(json.code).toBe(2);
    const told = validateAllJson.parse(JSON.parse(json.stdout));
    expect(told).toMatchObject({ version: 1, valid: true, files: [{ valid: true }, { valid: true }] });
    expect(told.circles.map(({ steps }) => steps.length)).toEqual([2]);
  });

  it('is content with each by itself, and tells of dependence without calling it wrong', async () => {
    using folder = storyFolder();
    for (const file of ['licence.yaml', 'orders.yaml']) {
      expect((await folder.relight(['validate', file])).code, file).toBe(0);
    }
    const one = await folder.relight(['validate', 'licence.yaml', '--json']);
    expect(validateJson.parse(JSON.parse(one.stdout))).toMatchObject({
      file: 'licence.yaml',
      valid: true,
      diagnostics: [],
      circles: [],
    });
    write(folder, 'shop', { container: { environment: { ORDERS: 'https://orders.example.org' } } });
    const { code, stdout } = await folder.relight(['validate', 'shop.yaml', 'orders.yaml']);
    expect(stdout).toContain('needs  shop needs orders to work (environment ORDERS in shop.yaml');
    expect(code).toBe(0);
  });

  it('takes patterns, each file once, and says where a pattern fits none', async () => {
    using folder = storyFolder();
    mkdirSync(folder.file('more'));
    cpSync(folder.file('licence.yaml'), folder.file('more/licence.yaml'));
    cpSync(folder.file('orders.yaml'), folder.file('more/[orders].yaml'));
    const { code, stdout } = await folder.relight(['validate', 'more/*.yaml', 'more/licence.yaml', '--json']);
    expect(code).toBe(2);
    expect((JSON.parse(stdout) as { readonly files: readonly { readonly file: string }[] }).files).toMatchObject([
      { file: 'more/[orders].yaml' },
      { file: 'more/licence.yaml' },
    ]);
    const none = await folder.relight(['validate', 'nothing/*.yaml']);
    expect(none.stderr).toContain('nothing/*.yaml: no file is there');
    expect(none.code).toBe(1);
    expect((await folder.relight(['validate', 'more/[orders].yaml'])).code).toBe(0);
  });

  it('reads standard input', async () => {
    using folder = storyFolder();
    const text = serviceText('sso', { provides: ['sso.example.org'], needs: ['sso.example.org'] });
    const typed = async (words: readonly string[]) => {
      let out = '';
      let err = '';
      const code = await runCli(words, {
        out: (each) => (out += each),
        err: (each) => (err += each),
        block: () => undefined,
        env: {},
        cwd: folder.path,
        canAsk: false,
        outIsTerminal: false,
        canRedraw: false,
        columns: 120,
        rows: 40,
        ask: () => Promise.resolve(undefined),
        input: () => Promise.resolve(Buffer.from(text)),
        onInterrupt: () => () => undefined,
      });
      return { code, out, err };
    };
    const alone = await typed(['validate', '-']);
    expect(alone.out).toContain('circle  sso needs itself to be recovered');
    expect(alone.code).toBe(2);
    expect((await typed(['validate', '-', 'orders.yaml'])).out).toContain('valid  -: sso,');
    expect((await folder.relight(['validate', '-'])).stderr).toContain('-: there is no standard input');
  });

  it('tells every file and ends with 1 where one is wrong', async () => {
    using folder = storyFolder();
    writeFileSync(folder.file('bad.yaml'), 'kind: Playbook\n');
    const { code, stderr, stdout } = await folder.relight(['validate', 'bad.yaml', 'licence.yaml', 'orders.yaml']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/invalid {2}bad\.yaml: \d+ mistakes\n/);
    expect(stdout).toContain('circle  orders and licence');
    expect(stderr).toContain('bad.yaml:1:1: error');
  });

  it('gives a parameter to those that have it, and refuses one that none has', async () => {
    using folder = storyFolder();
    const both = ['validate', 'deployer-api.yaml', 'orders.yaml'];
    expect((await folder.relight([...both, '--param', 'replicas=3'])).code).toBe(0);
    const strange = await folder.relight([...both, '--param', 'replica=3']);
    expect(strange.stderr).toContain('--param replica: none of these playbooks has this parameter');
    expect(strange.code).toBe(1);
  });

  it('finds a piece that two of them own, not one that they share', async () => {
    using folder = storyFolder();
    cpSync(folder.file('orders.yaml'), folder.file('copy.yaml'));
    const { code, stdout } = await folder.relight(['validate', 'orders.yaml', 'copy.yaml']);
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /twice {2}ecs\/service: service standby\/orders is owned by service of orders \(orders\.yaml:\d+\) and service of orders \(copy\.yaml:\d+\)/,
    );
    expect(stdout).not.toContain('ecs/cluster');
    expect((await folder.relight(['validate', 'deployer-api.yaml', 'storefront.yaml'])).code).toBe(0);
  });

  it('names what a secret leads to, and shows no secret', async () => {
    using folder = storyFolder();
    const environment = {
      DATABASE_URL: 'postgres://shop:hunter2hunter2@orders.example.org/db',
      HOST: 'orders.example.org',
    };
    write(folder, 'shop', { container: { environment } });
    for (const more of [[], ['--json']]) {
      const { stderr, stdout } = await folder.relight(['validate', 'shop.yaml', 'orders.yaml', ...more]);
      expect(stdout).toContain('environment DATABASE_URL');
      expect(stdout).toContain('leads to orders.example.org');
      expect(stdout + stderr).not.toContain('hunter2');
    }
  });

  it('tells mistakes in names with their place and what is expected', async () => {
    using folder = storyFolder();
    write(folder, 'shop', { provides: ['shop', { produkt: 'shop' }, '${tasks.arn}'], needs: [{ product: 'a b' }] });
    const { code, stderr } = await folder.relight(['validate', 'shop.yaml']);
    expect(code).toBe(1);
    expect(stderr).toContain('"provides[0]" is the text "shop"');
    expect(stderr).toContain('expected: a name such as orders.example.org');
    expect(stderr).toContain('did you mean "product"?');
    expect(stderr).toContain('${tasks.arn} is known only once its component is there');
    expect(stderr).toContain('expected: one word of letters');
  });
});

describe('rehearse --dark', () => {
  it('finds the circle as a recovery that does not end', async () => {
    using folder = storyFolder();
    const { code, stdout } = await folder.relight(['rehearse', 'licence.yaml', '--dark', 'orders.example.org']);
    expect(code).toBe(5);
    expect(stdout).toContain(
      'does not end, not healed after 7m15s: service waits for tasks that need orders.example.org, which is dark (environment LICENCE_BACKEND)',
    );
    const other = await folder.relight(['rehearse', 'orders.yaml', '--dark', 'licence.example.org', '--json']);
    expect(other.code).toBe(5);
    expect(rehearsalJson.parse(JSON.parse(other.stdout))).toMatchObject({
      result: 'not-healed',
      seconds: 1800,
      dark: [{ name: 'licence.example.org', waits: [{ component: null }] }],
    });
  });

  it('ends where nothing leads to the name', async () => {
    using folder = storyFolder();
    const { code, stdout } = await folder.relight(['rehearse', 'licence.yaml', '--dark', 'reorders.example.org']);
    expect(stdout).toContain('healed in 1m30s');
    expect(stdout).toMatch(/reorders\.example\.org +nothing/);
    expect(code).toBe(0);
  });

  it('refuses what is no name, and a rehearsal file beside it', async () => {
    using folder = storyFolder();
    const wrong = await folder.relight(['rehearse', 'licence.yaml', '--dark', 'orders']);
    expect(wrong.stderr).toContain('--dark orders: expected orders.example.org');
    expect(wrong.code).toBe(1);
    const file = await folder.relight(['rehearse', 'rehearsals/answer-lost.yaml', '--dark', 'orders.example.org']);
    expect(file.stderr).toContain('--dark has no effect on a rehearsal file');
  });
});
