// Two playbooks of one name: the same, one edited, or another one.
import { describe, expect, test } from 'vitest';
import { editionOf, kinshipOf, piecesApart, type Edition } from '../../../src/playbook/edition.ts';
import { playbookOf } from '../../helpers/rig.ts';

const text = `apiVersion: relight/v1
kind: Playbook
metadata: { name: front }
target: { account: '123456789012', region: eu-west-1 }
params:
  pin: { type: string, sensitive: true, default: hidden-group-77 }
components:
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: front, scheme: internal, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
  target-group:
    type: elbv2/target-group
    spec: { name: front, port: 8080, protocol: HTTP, targetType: ip, vpc: vpc-1 }
  cluster: { type: ecs/cluster, shared: true, spec: { name: shop } }
`;

function edition(of: string, file = 'front.yaml'): Edition {
  return editionOf(playbookOf(of), `/home/alice/${file}`, `repository:${file}`);
}

const mine = edition(text);

describe('another playbook of the name is', () => {
  test('the same with the same content, wherever it lies', () => {
    expect(kinshipOf(mine, edition(text, 'copy.yaml'))).toBe('same');
    expect(kinshipOf(mine, edition(`# a remark\n${text}`, 'copy.yaml'))).toBe('same');
  });

  test.each([
    ['another setting', text.replace('port: 8080', 'port: 8081')],
    ['a component by another id', text.replaceAll('target-group:', 'targets:')],
    ['another shared piece', text.replace('name: shop', 'name: mall')],
  ])('an edit with the same pieces, whichever file: %s', (_what, other) => {
    expect(other).not.toBe(text);
    expect(kinshipOf(mine, edition(other))).toBe('edited');
    expect(kinshipOf(mine, edition(other, 'copy.yaml'))).toBe('edited');
    expect(piecesApart(mine, edition(other))).toEqual({ beyond: 0, missing: 0 });
  });

  test.each([
    [
      'one piece more',
      text.replace(
        '  cluster:',
        '  more: { type: elbv2/target-group, spec: { name: more, port: 1, protocol: HTTP, targetType: ip, vpc: vpc-1 } }\n  cluster:',
      ),
      { beyond: 1, missing: 0 },
    ],
    ['one piece less', text.replace(/ {2}target-group:\n.*\n.*\n/, ''), { beyond: 0, missing: 1 }],
  ])('an edit of the same file, and another one in a different file: %s', (_what, other, apart) => {
    expect(other).not.toBe(text);
    expect(kinshipOf(mine, edition(other))).toBe('edited');
    expect(kinshipOf(mine, edition(other, 'side.yaml'))).toBe('another');
    expect(piecesApart(mine, edition(other))).toEqual(apart);
  });

  test('another one with no piece in common, though it is the same path in another checkout', () => {
    const side = edition(text.replaceAll('name: front, ', 'name: side, '));
    expect(kinshipOf(mine, side)).toBe('another');
    expect(piecesApart(mine, side)).toEqual({ beyond: 2, missing: 2 });
    // One of which nobody can say what it owns is no other one.
    expect(kinshipOf(mine, { ...side, pieces: [] })).toBe('edited');
  });

  test('an edit where some pieces are the same and no repository says which file it is', () => {
    const bare = (of: string, file: string): Edition => editionOf(playbookOf(of), file, file);
    const less = text.replace(/ {2}target-group:\n.*\n.*\n/, '');
    expect(kinshipOf(bare(text, '/home/alice/front.yaml'), bare(less, '/builds/17/front.yaml'))).toBe('edited');
    expect(kinshipOf(mine, bare(less, '/builds/17/front.yaml'))).toBe('edited');
    const side = bare(text.replaceAll('name: front, ', 'name: side, '), '/builds/17/front.yaml');
    expect(kinshipOf(bare(text, '/home/alice/front.yaml'), side)).toBe('another');
  });

  test('the same whatever it is run with', () => {
    const sized = text
      .replace('port: 8080', "port: '${params.port}'")
      .replace('params:', 'params:\n  port: { type: number, default: 8080 }');
    const run = (params: Record<string, string>): Edition => editionOf(playbookOf(sized, params), '/a', '/a');
    expect(kinshipOf(run({}), run({ port: '8081' }))).toBe('same');
  });

  test('told without its pieces: digests alone, from which no secret can be guessed', () => {
    const secret = (pin: string): Edition =>
      edition(text.replace('name: front, port', "name: '${params.pin}', port").replace('hidden-group-77', pin));
    expect(secret('hidden-group-77').pieces).toEqual(secret('hidden-group-88').pieces);
    expect(JSON.stringify(mine.pieces)).toMatch(/^\["[0-9a-f]{16}","[0-9a-f]{16}"\]$/);
  });
});
