import { test } from 'vitest';
import { playbookOf, readShipped, ownedBy, deployedRig } from '../helpers/rig.ts';
import { openSandbox } from '../../src/rehearse/sandbox.ts';
import { randomTimings, snapshot, copyData } from '../../src/sandbox/index.ts';
import { execute, look, openSession, planFrom } from '../../src/engine.ts';
import { createMemoryJournal } from '../../src/run/journal.ts';
import { rehearsedTimings } from '../../src/rehearse/timings.ts';
import { makeForecast } from '../../src/forecast/make.ts';
import { noKnowledge } from '../../src/forecast/knowledge.ts';
const N = Number(process.env['N'] ?? 12);
test('x', async () => {
  for (const f of ['deployer-api.yaml', 'storefront.yaml']) {
    const text = readShipped(f);
    const dep = f.startsWith('dep');
    const pb = playbookOf(text);
    const upd = playbookOf(text.replaceAll('deployer-api:1.42', 'deployer-api:1.43').replaceAll('2026.11.3', '2026.11.4'));
    let t0 = process.cpuUsage();
    const rehearsal = await rehearsedTimings(pb);
    const t1 = process.cpuUsage(t0);
    console.log(f, 'rehearsal cpu ms', (t1.user + t1.system) / 1000, rehearsal.measurements.length, rehearsal.runs);
    const cases: [string, string[], string, any][] = [
      ['all', ownedBy(pb) as string[], 'repair', pb], ['service', dep ? ['service'] : ['shop-service', 'cart-service'], 'repair', pb],
      ['front', dep ? ['load-balancer', 'cname'] : ['shop-record', 'shop-health-check'], 'repair', pb], ['rebuild', [], 'rebuild', pb], ['update', [], 'repair', upd],
      ['service-rebuild', dep ? ['service'] : ['cart-service'], 'rebuild', pb],
    ];
    for (const [name, lost, kind, playbook] of cases) {
      const base = await deployedRig(text);
      if (lost.length > 0) await base.break(lost);
      const data = snapshot(base.world);
      for (const knowledge of [noKnowledge, { ...noKnowledge, rehearsal }]) {
        let p50 = 0, p95 = 0, forecast: any; const took: number[] = []; 
        for (let seed = 1; seed <= N; seed += 1) {
          const copy = copyData(data);
          const sandbox = openSandbox({ startAt: copy.now, data: copy, timings: randomTimings(seed) });
          const opened = await openSession(playbook, sandbox.access(playbook.target.region, 'change'));
          if (opened.kind !== 'open') throw new Error('x');
          const sighting = await look(opened.session);
          const plan = planFrom(opened.session, sighting, { kind: kind as any, allowDowntime: true });
          if (forecast === undefined) {
            forecast = makeForecast({ playbook, survey: sighting.survey, types: opened.session.types, plan, knowledge });
            p50 = forecast.kinds[kind].p50Seconds; p95 = forecast.kinds[kind].p95Seconds;
          }
          if (took.length === N) break;
          const report = await execute(opened.session, sighting, plan, { openJournal: (s) => createMemoryJournal('r', sandbox.clock, s), prober: sandbox.prober, verify: true, stop: new AbortController().signal });
          if (report.result !== 'succeeded') console.log('!!', seed, report.result, report.steps.find((s) => s.error)?.error?.message);
          took.push(report.durationSeconds);
        }
        took.sort((a, b) => a - b);
        console.log(f, name, knowledge === noKnowledge ? 'defaults' : 'rehearsal', 'p50', p50, 'p95', p95, 'median took', took[N >> 1], 'max', took[N-1], '<=p50', took.filter((x) => x <= p50).length / N, '<=p95', took.filter((x) => x <= p95).length / N, forecast.kinds[kind].criticalPath.join('>'), JSON.stringify(forecast.levers.map((l: any) => [l.component, l.path, l.savedSeconds])));
      }
    }
  }
}, 1000000);
