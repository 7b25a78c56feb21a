// Who wrote which piece that carries no tags, as the journals of runs say, whichever playbook they were of. Pure.
import type { Author, Authors } from '../../assess/proof.ts';
import type { ComponentType, Json } from '../../components/contract.ts';
import type { JournalRecord } from './events.ts';
import type { RunStarted } from './read-journal.ts';

/**
 * Folds runs of one account and region, oldest first: whoever wrote last is the author, and what was deleted has none. A
 * change of which nobody knows the outcome proves nothing. What an undo brings back is whose it was before the run.
 */
export function authorsIn(
  runs: Iterable<readonly [RunStarted, ...JournalRecord[]]>,
  types: ReadonlyMap<string, ComponentType>,
): Authors {
  const authors = new Map<string, Author>();
  // Receipts of earlier versions do not name the piece that they deleted.
  const lastNames = new Map<string, readonly string[]>();
  // By run, and by piece: who had written it when the run first touched it.
  const origins = new Map<string, Map<string, Author | undefined>>();
  for (const records of runs) {
    const [{ plan, runId }] = records;
    const origin = origins.get(plan.resumes?.run ?? '') ?? new Map<string, Author | undefined>();
    origins.set(runId, origin);
    const undone = plan.undoes === undefined ? undefined : origins.get(plan.undoes.run);
    const playbook = plan.playbook.name;
    const steps = new Map(plan.steps.map((step) => [step.id, step]));
    const typeNames = new Map(plan.components.map((each) => [each.id, each.type]));
    const attempts = new Map<string, number>();
    for (const record of records) {
      if (record.type === 'step-intended') attempts.set(record.step, record.attempt);
      if (record.type !== 'step-acted') continue;
      // Found as wanted at the first try, it was written by somebody else.
      if (record.receipt['found'] === true && (attempts.get(record.step) ?? 0) < 2) continue;
      const step = steps.get(record.step);
      const type = types.get(typeNames.get(step?.component ?? '') ?? '');
      if (step === undefined || type === undefined) continue;
      const place = JSON.stringify([playbook, step.component]);
      const told = namesOf(record.receipt['piece'], step.afterImage, type);
      const names = told.length > 0 || step.action !== 'delete' ? told : (lastNames.get(place) ?? []);
      for (const each of names) if (!origin.has(each)) origin.set(each, authors.get(each));
      if (step.action === 'delete') {
        for (const each of names) authors.delete(each);
        continue;
      }
      lastNames.set(place, names);
      const wrote = record.receipt['wrote'] ?? step.afterImage;
      for (const each of names) {
        if (undone?.has(each) === true) {
          giveBack(authors, each, undone.get(each));
          continue;
        }
        const before = authors.get(each);
        authors.set(each, {
          playbook,
          run: runId,
          wrote: [...(before?.playbook === playbook ? before.wrote : []), wrote],
        });
      }
    }
  }
  return authors;
}

function giveBack(authors: Map<string, Author>, piece: string, author: Author | undefined): void {
  if (author === undefined) authors.delete(piece);
  else authors.set(piece, author);
}

/** The receipt's own word, and the identity of what the step was to make, as far as its spec could be told. */
function namesOf(piece: Json | undefined, afterImage: Json, type: ComponentType): readonly string[] {
  const told = typeof piece === 'string' ? [piece] : [];
  const identity = identityIn(afterImage, type);
  return identity === undefined ? told : [...new Set([...told, identity])];
}

function identityIn(spec: Json, type: ComponentType): string | undefined {
  const parsed = type.traits.schema.safeParse(spec);
  if (!parsed.success) return undefined;
  const identity = type.identity(parsed.data);
  // What could not be told yet stands there as its reference; a literal that looks like one proves less, never more.
  return identity.includes('${') ? undefined : identity;
}
