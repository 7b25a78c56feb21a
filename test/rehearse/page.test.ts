// A rehearsal as a page: one file that asks nobody for anything and says what happened.
import { describe, expect, test } from 'vitest';
import { noConsents } from '../../src/plan/consent.ts';
import { rehearsalPage } from '../../src/rehearse/report/document.ts';
import { simulate } from '../../src/rehearse/disaster/simulate.ts';
import { reportOf, type RehearsalReport } from '../../src/rehearse/report/report.ts';
import type { Script } from '../../src/rehearse/disaster/script.ts';
import { openEnvironment } from '../../src/rehearse/world/environment.ts';
import { playbookOf, readShipped } from '../helpers/rig.ts';

async function rehearsed(lost: string): Promise<RehearsalReport> {
  const playbook = playbookOf(readShipped('deployer-api.yaml'));
  const command: Script['command'] = {
    kind: 'repair',
    attempts: 1,
    pause: 0,
    excluded: new Set(),
    accepted: noConsents,
    allowDowntime: true,
    caller: undefined,
  };
  const script: Script = {
    playbook,
    disaster: { [lost]: 'lost' },
    deployed: true,
    faults: [],
    command,
    happenings: [{ at: 10_000, happening: { kind: 'calm' } }],
  };
  return reportOf(await simulate(await openEnvironment(playbook), script));
}

const textOf = (page: string): string => page.replaceAll(/<style>.*?<\/style>|<[^>]+>/gs, ' ').replaceAll(/\s+/g, ' ');

describe('the page of a rehearsal', () => {
  test('tells the disaster, the steps on their axis, the events, the end and its objective', async () => {
    const report = await rehearsed('service');
    const page = rehearsalPage([{ title: 'Wonderland', report, judged: null }]);
    const text = textOf(page);
    for (const part of [
      'Wonderland holds',
      'objective 15m00s, met',
      'service lost deleted by hand',
      'state-entry orphaned',
      'all faults end',
      'All healthy.',
      'A second recovery would do nothing.',
    ])
      expect(text).toContain(part);
    expect(page.match(/class="segment s-acting"/g)?.length).toBeGreaterThan(0);
    expect(text).toContain('% of the objective (15m00s) used');
  });

  test('marks what happened meanwhile, failed steps, and how much of the objective was used', async () => {
    const report = await rehearsed('service');
    const [run] = report.runs;
    const [step] = run?.steps ?? [];
    if (run === undefined || step === undefined) throw new Error('no step');
    const failed: RehearsalReport = {
      ...report,
      runs: [{ ...run, steps: [{ ...step, status: 'failed', from: 1, to: 60, detail: 'too slow' }] }],
    };
    const page = rehearsalPage([{ title: 'one', report: failed, judged: null }]);
    expect(page).toMatch(/class="event" style="left:[\d.]+%" title="10 s: all faults end"/);
    expect(page).toContain('class="segment s-failed"');
    expect(page).not.toContain('class="segment s-acting"');
    expect(textOf(page)).toContain('The objective');
    expect(page).toContain('title="objective 15m00s"');
    expect(textOf(page)).toContain('1 piece taken away');
  });

  test('never shows a missed objective, or a fault that hit nothing, as one that holds', async () => {
    const report = await rehearsed('cname');
    const missed: RehearsalReport = { ...report, objective: 'missed' };
    expect(textOf(rehearsalPage([{ title: 'one', report: missed, judged: null }]))).toContain(
      'one failed objective missed',
    );
    const idle: RehearsalReport = { ...report, faults: [{ kind: 'hang', text: 'hang, service iam', at: 0, hits: 0 }] };
    const text = textOf(rehearsalPage([{ title: 'one', report: idle, judged: null }]));
    expect(text).toContain('one failed');
    expect(text).toContain('hang, service iam hit nothing');
  });

  test('of a folder links each name to its section, says what was expected, and cuts long reasons', async () => {
    const report = await rehearsed('cname');
    const long = 'a reason '.repeat(60);
    const refused: RehearsalReport = {
      ...report,
      result: 'refused',
      runs: report.runs.map((run) => ({ ...run, reason: long })),
    };
    const position = { line: 3, column: 5 };
    const judged = [{ name: 'then.outcome', holds: false, diff: ['- refused', '+ succeeded'], position }];
    const page = rehearsalPage([
      { title: 'one', report, judged },
      { title: 'two', report: refused, judged: [] },
    ]);
    expect(page).toContain('<a href="#rehearsal-2">two</a>');
    expect(page).toContain('<section id="rehearsal-2">');
    const overview = textOf(page.slice(0, page.indexOf('<section')));
    expect(overview).toContain('one failed refused healed in');
    expect(overview).toContain(' …');
    expect(overview).not.toContain(long);
  });

  test('shows what does not hold first, with what was found', async () => {
    const report = await rehearsed('cname');
    const position = { line: 3, column: 5 };
    const judged = [
      { name: 'end.serving', holds: true, diff: [], position },
      { name: 'within', holds: false, diff: ['- 10s', '+ 46s'], position },
    ];
    const page = rehearsalPage([
      { title: 'cname', report, judged },
      { title: 'another', report, judged: judged.slice(0, 1) },
    ]);
    const text = textOf(page);
    expect(text).toContain('2 rehearsals 1 failed');
    expect(text.indexOf('What does not hold')).toBeLessThan(text.indexOf('The disaster'));
    expect(text).toContain('- 10s + 46s');
  });

  test('loads nothing, runs nothing, and takes text as text', async () => {
    const report = await rehearsed('state-entry');
    const evil = '<script>alert(1)</script><img src=x onerror=y>';
    const hostile = JSON.parse(
      JSON.stringify(report).replaceAll('state-entry', JSON.stringify(evil).slice(1, -1)),
    ) as RehearsalReport;
    const page = rehearsalPage([{ title: evil, report: hostile, judged: null }]);
    expect(page).not.toMatch(/<script|<img|<a |<link|url\(/);
    expect(page).toContain('&lt;script&gt;');
    expect(page).toContain("default-src 'none'");
  });
});
