// Consent: what the user lets happen although something speaks against it. It names a component and a reason, so that what
// was given for one doubt never lifts another. Pure.

export const consentReasons = ['ownership', 'referrers', 'unseen', 'cascade', 'loss', 'effect'] as const;
/** What a consent is about; each lifts the doubts of its own kind and no others. */
export type ConsentReason = (typeof consentReasons)[number];

/** What each consent lets happen, in words that complete `let ...`. */
export const consentMeanings: Readonly<Record<ConsentReason, string>> = {
  ownership:
    "what is not provably this playbook's be changed or deleted, or a piece be made beside what holds its place",
  referrers: 'it be deleted while records in no component point at it',
  unseen: 'it be deleted while nobody could see what else points at it',
  cascade: 'what is in no component be deleted with it',
  loss: 'what it holds, or settings of it, be lost',
  effect: 'what answers be interrupted or led elsewhere by it',
};

/** Something that speaks against a change, and that consent lifts. */
export interface Doubt {
  readonly reason: ConsentReason;
  /** What it is about, told alike at every look: a record, a piece, a component, what a piece says. */
  readonly subject: string;
  /** For people. */
  readonly what: string;
  /** Nobody can move it elsewhere first. */
  readonly stuck?: true;
}

/** A doubt about a component of a plan, and whether the user has lifted it. */
export interface NeededConsent extends Omit<Doubt, 'stuck'> {
  readonly given: boolean;
}

/** `anything`: whatever is found when the plan is made. Otherwise the subjects that were shown, and no others. */
export type ConsentScope = 'anything' | ReadonlySet<string>;

/** By component and reason. */
export type Consents = ReadonlyMap<string, ReadonlyMap<ConsentReason, ConsentScope>>;

export const noConsents: Consents = new Map();

/** Is the doubt about this component lifted? */
export function isLifted(consents: Consents, component: string, { reason, subject }: Omit<Doubt, 'what'>): boolean {
  const scope = consents.get(component)?.get(reason);
  return scope === 'anything' || scope?.has(subject) === true;
}

/** `dns:ownership`: how a consent is typed and written down. */
export function consentWord(component: string, reason: ConsentReason): string {
  return `${component}:${reason}`;
}

/** All of them, sorted. */
export function consentWords(consents: Consents): readonly string[] {
  return [...consents].flatMap(([id, reasons]) => [...reasons.keys()].map((each) => consentWord(id, each))).sort();
}

/** A word of `--accept`, of a rehearsal or of a journal. */
export type ConsentWord =
  | { readonly kind: 'consent'; readonly component: string; readonly reason: ConsentReason }
  /** It does not say what it accepts. */
  | { readonly kind: 'bare'; readonly component: string }
  | { readonly kind: 'unknown-reason'; readonly component: string; readonly word: string };

export function readConsentWord(text: string): ConsentWord {
  const at = text.indexOf(':');
  if (at < 0) return { kind: 'bare', component: text };
  const component = text.slice(0, at);
  const word = text.slice(at + 1);
  const reason = consentReasons.find((each) => each === word);
  return reason === undefined ? { kind: 'unknown-reason', component, word } : { kind: 'consent', component, reason };
}

/** The consents among the words; others grant nothing. */
export function consentsIn(words: Iterable<string>): Consents {
  return mergedConsents(
    ...[...words].map((text): Consents => {
      const word = readConsentWord(text);
      if (word.kind !== 'consent') return noConsents;
      return new Map([[word.component, new Map([[word.reason, 'anything']])]]);
    }),
  );
}

/** Every consent that could be given, to tell which would help. */
export function everyConsent(components: Iterable<string>): Consents {
  const all = new Map(consentReasons.map((reason) => [reason, 'anything'] as const));
  return new Map([...components].map((id) => [id, all]));
}

/** Consent to these doubts, just as they were shown. */
export function consentsTo(component: string, doubts: readonly Omit<Doubt, 'what'>[]): Consents {
  const reasons = new Map<ConsentReason, Set<string>>();
  for (const { reason, subject } of doubts) reasons.set(reason, (reasons.get(reason) ?? new Set()).add(subject));
  return reasons.size === 0 ? noConsents : new Map([[component, reasons]]);
}

/** What any of them grants. */
export function mergedConsents(...all: readonly Consents[]): Consents {
  const merged = new Map<string, Map<ConsentReason, ConsentScope>>();
  for (const [id, reasons] of all.flatMap((each) => [...each])) {
    const known = merged.get(id) ?? new Map<ConsentReason, ConsentScope>();
    merged.set(id, known);
    for (const [reason, scope] of reasons) known.set(reason, widest(known.get(reason), scope));
  }
  return merged;
}

function widest(left: ConsentScope | undefined, right: ConsentScope): ConsentScope {
  if (left === 'anything' || right === 'anything') return 'anything';
  return new Set([...(left ?? []), ...right]);
}

/** A component of a plan, as far as consent is concerned. */
export interface Consenting {
  readonly id: string;
  readonly consents?: readonly NeededConsent[];
}

/** What was shown in a plan and accepted with it: a run goes by this, whatever else it finds. */
export function consentsShown({ components }: { readonly components: readonly Consenting[] }): Consents {
  return mergedConsents(
    ...components.map(({ consents = [], id }) =>
      consentsTo(
        id,
        consents.filter((each) => each.given),
      ),
    ),
  );
}

/** Words that say more than anything in the plan asks for. */
export function unneededConsents(
  words: Iterable<string>,
  { components }: { readonly components: readonly Consenting[] },
): readonly string[] {
  const needed = new Set(
    components.flatMap(({ consents = [], id }) => consents.map((each) => consentWord(id, each.reason))),
  );
  return [...new Set(words)].filter((each) => !needed.has(each)).sort();
}
