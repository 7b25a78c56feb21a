// What an operator deletes by hand in a world whose clock runs ahead of the machine.
import { expect, test } from 'vitest';
import { componentTypes } from '../../src/components/index.ts';
import { look, openSession } from '../../src/engine.ts';
import { breakComponents } from '../../src/rehearse/disaster/break.ts';
import { openSandbox } from '../../src/rehearse/world/sandbox.ts';
import { loadPlaybook } from '../../src/playbook/playbook.ts';

const text = `apiVersion: relight/v1
kind: Playbook
metadata: { name: settings }
target: { account: '123456789012', region: eu-west-1 }
components:
  level: { type: ssm/parameter, shared: true, spec: { name: /settings/level, type: String, value: info } }
`;

test('a delete that is held back right before the wire is made a moment later', async () => {
  const loaded = loadPlaybook({ text, file: 'settings.yaml', params: {}, types: componentTypes });
  if (!loaded.ok) throw new Error('no playbook');
  const { playbook } = loaded;
  const sandbox = openSandbox({ startAt: Date.UTC(2016, 8, 5) });
  await sandbox.seed(playbook);
  const opened = await openSession(playbook, sandbox.access('eu-west-1', 'change'));
  if (opened.kind !== 'open') throw new Error('no session');
  const { graph, observeContext } = opened.session;
  const { observations } = await look(opened.session);
  const { gate } = observeContext.aws;
  gate.openForChanges();
  let asked = 0;
  gate.guardChanges({
    left: () => Number.POSITIVE_INFINITY,
    obstacle: () => {
      asked += 1;
      return asked < 3 ? 'it has waited too long' : undefined;
    },
  });
  const broken = await breakComponents(['level'], { playbook, graph, observations, observeContext, wait: true });
  expect([broken, asked]).toEqual([[{ component: 'level', how: 'deleted' }], 3]);
});
