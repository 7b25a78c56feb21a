// A rehearsal as a page: one file that asks nobody for anything and says what happened.
import { describe, expect, test } from 'vitest';
import { rehearsalPage } from '../../src/rehearse/page.ts';
import { play } from '../../src/rehearse/play.ts';
import { reportOf, type RehearsalReport } from '../../src/rehearse/report.ts';
import type { Script } from '../../src/rehearse/script.ts';
import { openTheatre } from '../../src/rehearse/theatre.ts';
import { playbookOf, readShipped } from '../helpers/rig.ts';

async function rehearsed(lost: string): Promise<RehearsalReport> {
  const playbook = playbookOf(readShipped('deployer-api.yaml'));
  const command: Script['command'] = {
    kind: 'repair',
    attempts: 1,
    pause: 0,
    excluded: new Set(),
    accepted: new Set(),
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
  return reportOf(await play(await openTheatre(playbook), script));
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
