// Which promises a rehearsal breaks. Pure: told by the calls on the wire, the journal, what was really there before and
// what is there at the end; the engine's own words count for nothing but its reasons.
import { fallenIn } from '../../rehearse/disaster/inject.ts';
import type { Command } from '../../rehearse/disaster/script.ts';
import type { Performance } from '../../rehearse/disaster/performance.ts';
import { identityFirst, plannedChangesOnly } from './laws/beginnings.ts';
import { bounded, maxDeletes, oneRun, savedPlan } from './laws/commands.ts';
import { noDeadEnd } from './laws/dead-end.ts';
import { heals, nothingLeft } from './laws/end.ts';
import { beforeImage, intentionFirst } from './laws/journal.ts';
import { holdersFirst, order } from './laws/order.ts';
import { handsOff, ownPiecesOnly } from './laws/owners.ts';
import { leftoversGo, nothingTwice, soundLeftAlone } from './laws/pieces.ts';
import { keepsAnswering, keepsServing } from './laws/serving.ts';
import { losesNothing } from './laws/settings.ts';
import { seesWhatIsThere } from './laws/sight.ts';
import type { Case, Change, Rule, Story } from './laws/story.ts';
import { obstaclesOf } from './obstacles.ts';
import type { PromiseContext } from './promise-context.ts';
import type { BrokenPromise, PromiseId } from './promises.ts';
import { aboutsIn } from './subjects.ts';

/** The promises that a performance breaks; none for one that is as it should be. */
export function brokenByPerformance(performance: Performance, context: PromiseContext): readonly BrokenPromise[] {
  const { end, endedAt, marks, played, script, startedAt, wire, witnessed } = performance;
  const seconds = (endedAt - startedAt) / 1000;
  const { command } = script;
  return brokenIn(
    { disaster: fallenIn(marks), command, kind: command.kind, told: played, wire, end, seconds, witnessed },
    context,
  );
}

function brokenIn(story: Story, context: PromiseContext): readonly BrokenPromise[] {
  const { playbook, deployed, truth } = context;
  const seen = story.told.flatMap(({ attempt }) => ('assessed' in attempt ? [attempt.assessed] : []));
  const aboutsOf = aboutsIn(playbook, [deployed, truth, ...seen, story.end.assessed]);
  const changes = story.wire.flatMap((call, index): readonly Change[] => {
    if (!call.mutating) return [];
    return aboutsOf(call).map((about) => ({ index, call, ...about }));
  });
  const whole: Case = {
    story,
    context,
    changes,
    obstacles: obstaclesOf(story.disaster, story.kind, context),
    truth: Object.fromEntries([...truth.assessments.values()].map(({ id, verdict }) => [id, verdict])),
  };
  const asked = isToBeRefused(story.command) ? rules.filter(([promise]) => !ofWholeRecoveries.has(promise)) : rules;
  return asked.flatMap(([promise, rule]) => rule(whole).map((broken) => ({ promise, ...broken })));
}

const rules: readonly (readonly [PromiseId, Rule])[] = [
  ['identity-first', identityFirst],
  ['planned-changes-only', plannedChangesOnly],
  ['sees-what-is-there', seesWhatIsThere],
  ['hands-off', handsOff],
  ['own-pieces-only', ownPiecesOnly],
  ['intention-first', intentionFirst],
  ['before-image', beforeImage],
  ['holders-first', holdersFirst],
  ['order', order],
  ['no-dead-end', noDeadEnd],
  ['saved-plan', savedPlan],
  ['max-deletes', maxDeletes],
  ['one-run', oneRun],
  ['nothing-twice', nothingTwice],
  ['loses-nothing', losesNothing],
  ['keeps-serving', keepsServing],
  ['keeps-answering', keepsAnswering],
  ['leftovers-go', leftoversGo],
  ['sound-left-alone', soundLeftAlone],
  ['heals', heals],
  ['nothing-left', nothingLeft],
  ['bounded', bounded],
];

/** What is rightly refused heals nothing. */
const ofWholeRecoveries: ReadonlySet<PromiseId> = new Set([
  'heals',
  'nothing-left',
  'leftovers-go',
  'sees-what-is-there',
]);

function isToBeRefused({ maxDeletes: most, saved }: Command): boolean {
  return most !== undefined || saved !== undefined;
}
