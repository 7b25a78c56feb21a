// What types say of Terraform and CloudFormation, held against states that Terraform wrote with AWS provider 5.100, and against
// AWS's own description of CloudFormation's types.
import { readFileSync } from 'node:fs';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { describe, expect, it } from 'vitest';
import { componentTypes } from '../../src/components/index.ts';
import { specsIn, statedIn } from '../../src/owners/stated.ts';
import { readTerraformState, type TerraformState } from '../../src/owners/terraform-state.ts';

function stateIn(name: string): TerraformState {
  const file = `test/fixtures/terraform/${name}`;
  const read = readTerraformState(readFileSync(file), file);
  if (read.kind !== 'state') throw new Error(`${file} ${read.what}`);
  return read.state;
}

const states = { wonderland: stateIn('wonderland.tfstate'), wider: stateIn('wider.tfstate') };

describe('Terraform', () => {
  it.each(Object.entries(states))('reads the pieces of %s in the words of a playbook', async (name, state) => {
    const specs = [...specsIn(state, componentTypes).values()].flat();
    for (const { address, spec, type } of specs) {
      // AWS gives a group that checks by TCP every 10 s a timeout of 10 s, which a playbook may not say.
      if (address === 'aws_lb_target_group.tcp') continue;
      expect(componentTypes.get(type)?.traits.schema.safeParse(spec), address).toMatchObject({ success: true });
    }
    const shown = specs.map(({ address, notRepresented, spec, tags = null, type }) => ({
      ...{ address, type, spec, tags },
      ...(notRepresented.length === 0 ? {} : { notRepresented }),
    }));
    await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot(`../golden/terraform-specs-${name}.json`);
  });

  it('reads the same of what terraform show -json prints', () => {
    const byAddress = (state: TerraformState): object =>
      Object.fromEntries(
        [...specsIn(state, componentTypes).values()]
          .flat()
          .map(({ address, ...each }) => [address, { ...each, sensitive: [...each.sensitive].sort() }]),
      );
    const [file, shown] = [byAddress(states.wider), byAddress(stateIn('wider.show.json'))];
    // The file marks what may be sensitive, too: `value_wo` is empty.
    const marked = JSON.stringify(file).replaceAll(',"value_wo"', '');
    expect(JSON.parse(marked)).toEqual(JSON.parse(JSON.stringify(shown).replaceAll(',"value_wo"', '')));
    expect(Object.keys(shown)).toContain('module.colour["blue"].aws_lb_target_group.this[1]');
  });

  it('knows every type, by resources that no other type claims', () => {
    const claimed = [...componentTypes.values()].flatMap((each) => each.owners.terraform?.resources ?? []);
    expect(new Set(claimed).size).toBe(claimed.length);
    for (const [name, { owners, traits }] of componentTypes) {
      expect(owners.terraform?.resources[0], name).toMatch(/^aws_/);
      expect(Object.keys(traits.outputs), name).toContain(owners.by);
    }
    const seen = new Set(
      Object.values(states).flatMap((each) => statedIn(each, componentTypes).map(({ type }) => type)),
    );
    expect([...seen].map(({ traits }) => traits.type).sort()).toEqual([...componentTypes.keys()].sort());
  });

  it('tells import ids as the provider takes them', () => {
    const ids = Object.values(states).flatMap((state) =>
      statedIn(state, componentTypes).map(({ address, piece, type }) => [
        address,
        type.owners.terraform?.importId?.(piece) ?? null,
      ]),
    );
    expect(Object.fromEntries(ids)).toMatchObject({
      'aws_lb.web':
        'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/deployer-api/03132399c4d4950c',
      'aws_ecs_cluster.crims': 'crims',
      'aws_ecs_service.web': 'crims/deployer-api',
      'aws_ecs_task_definition.web': 'arn:aws:ecs:us-east-1:123456789012:task-definition/deployer-api:1',
      'aws_route53_record.web': 'ZB19FEA7C7E32275DA64B_deployer-api.wonderland.example_CNAME',
      'aws_route53_record.weighted': 'ZC4CD69AE495587C22931_*.w.z.example_TXT_one',
      'aws_route53_health_check.web': 'c4cd69ae-4955-87c2-2931-888bbcacbec1',
      'aws_dynamodb_table.state': 'deployer-state',
      'aws_ssm_parameter.password': '/deployer-api/password',
      // The provider has no import of items.
      'aws_dynamodb_table_item.state': null,
    });
  });
});

describe('CloudFormation', () => {
  const kinds = [...componentTypes.values()].flatMap((each) => each.owners.cloudFormation ?? []);
  const stated = Object.values(states).flatMap((state) => statedIn(state, componentTypes));

  it('has every kind that is named, with these identifiers and attributes', () => {
    const spec = loadAwsServiceSpecSync();
    expect(kinds.length).toBeGreaterThan(10);
    for (const kind of kinds) {
      const { type } = kind;
      const [resource] = spec.lookup('resource', 'cloudFormationType', 'equals', type);
      const { piece } = stated.find((each) => each.type.owners.cloudFormation?.type === type) ?? {};
      if (piece === undefined) throw new Error(`no fixture has a ${type}`);
      const identifier = kind.identifier?.(piece);
      if (identifier !== undefined) {
        expect(Object.keys(identifier).sort(), type).toEqual([...(resource?.primaryIdentifier ?? [])].sort());
      }
      const values = kind.values?.(piece);
      const { Ref, ...attributes } = values ?? {};
      expect(Object.keys(resource?.attributes ?? {}), type).toEqual(expect.arrayContaining(Object.keys(attributes)));
      if (values !== undefined) expect(Ref, type).toBe(Object.values(identifier ?? {})[0]);
    }
  });

  it('can be told of each kind whose id is new in a piece that is made again', () => {
    for (const [name, { owners, traits }] of componentTypes) {
      const trait = Object.entries(traits.outputs).find(([output]) => output === owners.by)?.[1];
      if (trait?.onReplace !== 'new') continue;
      const { piece } = stated.find(({ type }) => type.traits.type === name) ?? {};
      if (piece === undefined) throw new Error(`no fixture has a ${name}`);
      expect(owners.cloudFormation?.identifier?.(piece), name).toBeDefined();
      expect(owners.cloudFormation?.values?.(piece), name).toBeDefined();
      expect(owners.terraform?.importId?.(piece), name).toBeDefined();
    }
  });
});
