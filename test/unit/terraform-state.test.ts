// Documents that are given for a Terraform state, and what is said of those that are none.
import { describe, expect, it } from 'vitest';
import { hclText } from '../../src/owners/hcl.ts';
import { readTerraformState } from '../../src/owners/terraform-state.ts';

const read = (document: unknown, file = 'terraform.tfstate'): ReturnType<typeof readTerraformState> =>
  readTerraformState(
    document instanceof Uint8Array
      ? document
      : new TextEncoder().encode(typeof document === 'string' ? document : JSON.stringify(document)),
    file,
  );

const saidOf = (document: unknown, file?: string): string => {
  const answer = read(document, file);
  return answer.kind === 'state' ? 'a state' : `${answer.what}; ${answer.remedy}`;
};

describe('a document that is no state', () => {
  const showIt = 'in the directory of the configuration: terraform show -json > state.json';
  const pullIt = 'in the directory of the configuration: terraform state pull > state.json';
  it.each([
    ['a saved plan', new Uint8Array([0x50, 0x4b, 3, 4]), `is a plan that terraform plan -out saved; ${showIt}`],
    ['configuration', 'resource "aws_lb" "web" {\n}\n', `is Terraform's configuration, and tells no ids; ${showIt}`],
    ['configuration in JSON', { resource: {} }, `is Terraform's configuration, and tells no ids; ${showIt}`],
    ['a text', 'hello', `is no whole JSON document; ${showIt}`],
    ['half a document', '{"version": 4, ', `is no whole JSON document; ${showIt}`],
    ['a list', [], `is JSON, and no Terraform state; ${showIt}`],
    ['another document', { a: 1 }, `is JSON, and no Terraform state; ${showIt}`],
    [
      'a plan that was shown',
      { format_version: '1.2', planned_values: {} },
      `is a plan, of which terraform show -json was asked; without the name of the plan, ${showIt}`,
    ],
    [
      'where the state is kept',
      { version: 3, backend: { type: 's3', config: {} }, modules: [] },
      `tells only that the state is kept elsewhere (backend s3); ${pullIt}`,
    ],
    [
      'a state of an old version',
      { version: 3, modules: [] },
      'is a state of version 3, which Terraform before 0.12 wrote; let a newer one write it anew: terraform state pull > ' +
        'state.json, after terraform apply; not terraform.tfstate',
    ],
    ['a state of a later version', { version: 5 }, `is a state of version 5, which relight does not know; ${showIt}`],
    [
      'a form of a later version',
      { format_version: '2.0', values: {} },
      `is of a form of terraform show -json that relight does not know (2.0); ${pullIt}`,
    ],
    [
      'what OpenTofu has encrypted',
      { serial: 1, encrypted_data: 'x', encryption_version: 'v0' },
      'is a state that OpenTofu has encrypted; in the directory of the configuration: tofu state pull > state.json',
    ],
    [
      'a damaged state',
      { version: 4, resources: [{ mode: 'managed', type: 'aws_lb', instances: 'secret' }] },
      `is damaged: resources.0.name is not as Terraform writes it; ${pullIt}`,
    ],
  ])('is told: %s', (_name, document, said) => {
    expect(saidOf(document)).toBe(said);
  });

  it('is known by its name, too', () => {
    expect(saidOf('# nothing yet\n', 'main.tf')).toMatch(/^is Terraform's configuration/);
  });
});

describe('a state', () => {
  it('may be empty', () => {
    expect(read({ format_version: '1.0' })).toMatchObject({ kind: 'state', state: { resources: [] } });
    expect(read({ version: 4, terraform_version: '1.11.4', resources: null })).toMatchObject({
      kind: 'state',
      state: { resources: [], terraformVersion: '1.11.4' },
    });
  });

  it('names instances as the command line does, and leaves out what is being replaced', () => {
    const instance = (index_key: string | number | undefined, more: object = {}): object => ({
      ...(index_key === undefined ? {} : { index_key }),
      attributes: { id: 'x' },
      sensitive_attributes: [[{ type: 'get_attr', value: 'value' }]],
      ...more,
    });
    const resource = (more: object, ...instances: readonly object[]): object => ({
      mode: 'managed',
      type: 'aws_lb',
      name: 'web',
      provider: 'provider["registry.terraform.io/hashicorp/aws"]',
      instances,
      ...more,
    });
    const answer = read({
      version: 4,
      resources: [
        resource({}, instance(undefined), instance(undefined, { deposed: 'abc' })),
        resource({ name: 'many' }, instance(0), instance('a "b" ${c}')),
        resource({ module: 'module.net["x"]', mode: 'data' }, instance(undefined)),
        resource({ name: 'ancient' }, { attributes_flat: { id: 'x' } }),
      ],
    });
    if (answer.kind !== 'state') throw new Error(answer.what);
    expect(answer.state.resources.map(({ address, managed, sensitive }) => [address, managed, sensitive])).toEqual([
      ['aws_lb.web', true, ['value']],
      ['aws_lb.many[0]', true, ['value']],
      ['aws_lb.many["a \\"b\\" $${c}"]', true, ['value']],
      ['module.net["x"].data.aws_lb.web', false, ['value']],
    ]);
  });

  it('has its texts written so that Terraform reads them back', () => {
    expect(hclText('a\\b"c"\n${d} %{e} $f')).toBe('"a\\\\b\\"c\\"\\n$${d} %%{e} $f"');
  });
});
