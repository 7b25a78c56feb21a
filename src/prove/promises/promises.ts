// What a proof promises, in words. The ids are part of the certificate; docs/proof.md explains each.

export const promises = {
  heals: 'it ends all healthy and serving, or stops for a stated reason that the state deserves',
  'nothing-left': 'a second plan is empty',
  'own-pieces-only': 'no change is about anything outside the components that the playbook owns',
  order: 'AWS refuses no change for coming in the wrong order',
  'identity-first': 'who and where is asked before anything else, and again before the first change',
  'planned-changes-only': 'nothing is changed without a run: neither by looking and planning nor by a refused plan',
  'before-image': 'what is changed or deleted has been saved before, with its settings as they were',
  'intention-first': 'each change is in the journal before it is sent',
  'hands-off': 'what is shared, protected, foreign or could not be seen is not changed',
  'saved-plan': 'a saved plan is run once, and only in the world that it was made for',
  'max-deletes': 'no more is deleted than recovery.maxDeletes allows',
  'sees-what-is-there': 'what is there is seen as it is; what could not be seen is never taken as missing',
  'sound-left-alone': 'repair does not change what is healthy and depends on nothing that is not',
  'loses-nothing': 'what the playbook does not say of a piece stays, or the plan named its loss and it was accepted',
  'keeps-serving':
    'repair takes nothing away while the service answers, unless that piece or one that it depends on is in trouble',
  'keeps-answering': 'what answered before goes on answering, unless a step of the plan tells that it will not',
  'leftovers-go': 'what speaks of a piece that is gone is made again with it',
  'holders-first':
    'nothing is deleted while something of the playbook still refers to it, or resolvers still lead there',
  'no-dead-end': 'nothing is deleted on the way to a change that AWS refuses for what it would have told beforehand',
  'nothing-twice': 'nothing is made twice',
  'one-run': 'two runs never change the same service at once',
  bounded: 'time and calls stay within the bounds that the playbook sets',
} as const;

export type PromiseId = keyof typeof promises;

export interface BrokenPromise {
  readonly promise: PromiseId;
  /** The components that it is about, the first one foremost. */
  readonly components: readonly string[];
  /** What was seen instead, in a sentence. */
  readonly seen: string;
  /** The playbook's own limit of deletes bars the recovery. */
  readonly barred?: true;
}
