// What pieces have beyond the playbook. Pure.
import { settingsOf } from '../../../settings/described.ts';
import { sameJson } from '../../../util/json.ts';
import type { PromiseContext } from '../promise-context.ts';
import { type Broken, type Case, one } from './story.ts';

/** What people do to a piece in these states leaves its settings alone. */
const settingsStand: ReadonlySet<string | undefined> = new Set([undefined, 'lost', 'drifted']);

/** What a piece has beyond the playbook, as far as the disaster left it. */
export function standingBeyond(id: string, { context, story }: Case): readonly (readonly [string, unknown])[] {
  if (!settingsStand.has(story.disaster[id])) return [];
  const taken = takenBefore(id, context);
  return [...(context.beyond.get(id) ?? [])].filter(([path]) => !taken.has(path));
}

export function losesNothing(whole: Case): readonly Broken[] {
  const { context, story } = whole;
  const told = new Set(
    story.told.flatMap(({ attempt }) =>
      'plan' in attempt && attempt.plan !== null
        ? attempt.plan.components.flatMap(({ id, settings }) => (settings?.lost ?? []).map((each) => `${id} ${each}`))
        : [],
    ),
  );
  return [...context.beyond.keys()].flatMap((id) => {
    if (story.end.verdicts[id] !== 'healthy') return [];
    const seen = story.end.settings.get(id);
    const gone = standingBeyond(id, whole).find(
      ([path, value]) => !sameJson(seen?.get(path), value) && !told.has(`${id} ${path}`),
    );
    if (gone === undefined) return [];
    const [path, value] = gone;
    const now = seen?.get(path);
    return one(
      [id],
      `${path} of ${id}, of which the playbook says nothing, was ${JSON.stringify(value)} and is ${now === undefined ? 'gone' : JSON.stringify(now)}`,
    );
  });
}

/** What the disaster itself took from a piece that stands: no recovery could keep it. */
function takenBefore(id: string, { deployed, playbook, truth }: PromiseContext): ReadonlySet<string> {
  const component = playbook.components.get(id);
  const type = playbook.types.get(component?.type ?? '');
  const [before, after] = [deployed, truth].map(({ observations }) => observations.byId.get(id));
  if (type === undefined || before?.kind !== 'present' || after?.kind !== 'present') return new Set();
  const left = settingsOf(type, component?.spec, after.state);
  return new Set([...settingsOf(type, component?.spec, before.state).keys()].filter((path) => !left.has(path)));
}
