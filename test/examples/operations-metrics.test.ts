// Alert rules and the dashboard ask for metrics that a watch tells, and alarm when they should.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDocument, root } from '../helpers/markdown.ts';
import { filesOf, operations, ran, rulesIn, selectorsIn } from '../helpers/operations.ts';
import { watchMetrics } from '../helpers/watch-metrics.ts';

const workspace = mkdtempSync(join(tmpdir(), 'relight-operations-'));
afterAll(() => {
  rmSync(workspace, { recursive: true, force: true });
});

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource: { readonly uid: string };
  readonly targets: readonly { readonly refId: string; readonly expr: string }[];
}

describe('metrics', () => {
  /** What a scrape adds. */
  const scraped = ['job', 'instance'];

  async function strangersIn(expressions: readonly string[]): Promise<readonly string[]> {
    const known = await watchMetrics();
    expect(known.size).toBeGreaterThan(10);
    const recorded = new Set(rulesIn('intervals.yaml').flatMap(({ record }) => record ?? []));
    const selectors = expressions.flatMap(selectorsIn);
    expect(selectors.length).toBeGreaterThan(10);
    return selectors.flatMap(({ labels, metric }) => {
      if (recorded.has(metric)) return [];
      const own = known.get(metric);
      if (own === undefined) return [metric];
      return labels.filter((each) => !own.has(each) && !scraped.includes(each)).map((each) => `${metric}{${each}}`);
    });
  }

  it('that alert rules ask for exist, and so do the labels that they tell', async () => {
    const rules = rulesIn('alerts.yaml');
    expect(await strangersIn(rules.map(({ expr }) => expr))).toEqual([]);
    const known = await watchMetrics();
    for (const { alert, annotations = {}, expr } of rules) {
      const labels = new Set([...selectorsIn(expr)].flatMap(({ metric }) => [...(known.get(metric) ?? [])]));
      for (const [, label = ''] of JSON.stringify(annotations).matchAll(/\$labels\.([a-z_]+)/g))
        expect([...labels], alert).toContain(label);
    }
  });

  it('alarm with what docs/operations.md says what to do about', () => {
    const told = [...readDocument('docs/operations.md').matchAll(/^\| `(Relight\w+)`/gm)].map(([, each]) => each);
    expect(told.sort()).toEqual(
      rulesIn('alerts.yaml')
        .map(({ alert }) => alert)
        .sort(),
    );
  });

  it('of which nobody would hear there are none', async () => {
    const watched = new Set(
      [
        ...rulesIn('alerts.yaml').map(({ expr }) => expr),
        ...panels().flatMap(({ targets }) => targets.map((each) => each.expr)),
      ]
        .flatMap(selectorsIn)
        .map(({ metric }) => metric),
    );
    expect([...(await watchMetrics()).keys()].filter((name) => !watched.has(name))).toEqual([]);
  });

  const panels = (): readonly Panel[] => {
    const [file = ''] = filesOf('grafana', '.json');
    return (JSON.parse(readDocument(file)) as { readonly panels: readonly Panel[] }).panels;
  };

  it('that the dashboard asks for exist', async () => {
    expect(panels().every(({ targets }) => targets.length > 0)).toBe(true);
    expect(await strangersIn(panels().flatMap(({ targets }) => targets.map(({ expr }) => expr)))).toEqual([]);
  });

  it('that do not exist are noticed', async () => {
    const [first] = panels();
    const sound = panels().flatMap(({ targets }) => targets.map(({ expr }) => expr));
    expect(first).toBeDefined();
    const strange = ['sum(relight_scan_finding{severity="high"})', 'relight_schedule_late{playbook="x"}'];
    expect(await strangersIn([...sound, ...strange])).toEqual([
      'relight_scan_finding',
      'relight_schedule_late{playbook}',
    ]);
  });

  it('have panels beside each other, of the data source that is chosen', () => {
    const all = panels();
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { datasource, gridPos, targets, title } of all) {
      expect(datasource.uid, title).toBe('${datasource}');
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
    }
    const overlaps = all.flatMap((left, at) =>
      all.slice(at + 1).flatMap((right) => {
        const [a, b] = [left.gridPos, right.gridPos];
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        return apart ? [] : [`${left.title} lies on ${right.title}`];
      }),
    );
    expect(overlaps).toEqual([]);
  });
});

describe('Prometheus rules', () => {
  const at = (name: string): string => join(root, operations, 'prometheus', name);

  it('each have a test in which they fire', () => {
    const named = [...readFileSync(at('alerts.yaml'), 'utf8').matchAll(/- alert: (\w+)/g)].map(([, each]) => each);
    const { tests } = parse(readFileSync(at('alerts.test.yaml'), 'utf8')) as {
      readonly tests: readonly {
        readonly alert_rule_test?: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
      }[];
    };
    const fired = tests.flatMap(({ alert_rule_test: cases = [] }) =>
      cases.filter((each) => each.exp_alerts.length > 0).map((each) => each.alertname),
    );
    expect([...new Set(fired)].sort()).toEqual([...named].sort());
  });
});

const promtool = process.env['RELIGHT_PROMTOOL'] ?? 'promtool';
const hasPromtool = ran(workspace, promtool, ['--version']).code === 0;

describe.skipIf(!hasPromtool)(
  "Prometheus rules, by promtool (skipped where there is none; Debian's package prometheus has it)",
  () => {
    const at = (name: string): string => join(root, operations, 'prometheus', name);

    it('are rules, and alarm when they should', () => {
      expect(filesOf('prometheus', '.yaml').length).toBe(4);
      expect(ran(workspace, promtool, ['check', 'rules', at('alerts.yaml'), at('intervals.yaml')])).toMatchObject({
        code: 0,
      });
      const tested = ran(workspace, promtool, [
        'test',
        'rules',
        at('alerts.test.yaml'),
        at('alerts.weekend.test.yaml'),
      ]);
      expect(tested, tested.told).toMatchObject({ code: 0 });
    });

    it('are tried by what notices mistakes', () => {
      writeFileSync(join(workspace, 'alerts.yaml'), readFileSync(at('alerts.yaml'), 'utf8').replace('== 1', '== 2'));
      for (const name of ['intervals.yaml', 'alerts.test.yaml'])
        writeFileSync(join(workspace, name), readFileSync(at(name)));
      const { code, told } = ran(workspace, promtool, ['test', 'rules', 'alerts.test.yaml']);
      expect(code).toBe(1);
      expect(told).toContain('RelightScheduleLate');
    });

    it('and expressions of the dashboard are PromQL', () => {
      const [file = ''] = filesOf('grafana', '.json');
      const { panels } = JSON.parse(readDocument(file)) as {
        readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
      };
      const rules = panels
        .flatMap(({ targets }) => targets)
        .map(({ expr }, at) => ({
          record: `panel:${at}`,
          expr: expr.replaceAll('$__rate_interval', '5m').replaceAll(/\$(instance|schedule)/g, '.*'),
        }));
      expect(rules.length).toBeGreaterThan(10);
      const path = join(workspace, 'panels.yaml');
      writeFileSync(path, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
      const checked = ran(workspace, promtool, ['check', 'rules', path]);
      expect(checked, checked.told).toMatchObject({ code: 0 });
    });
  },
);
