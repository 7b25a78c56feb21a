// The main path, every stage in order: playbook -> session (guard) -> observations -> assessment -> plan -> run -> report.
// Each function is one stage; the command line and library users call them one after the other.
import type { AccessOptions, AwsAccess } from './aws/access.ts';
import { connect } from './aws/connect.ts';
import { AnotherPlace } from './aws/answer-place.ts';
import { readEndpointSettings } from './aws/endpoint-settings.ts';
import { endpointMap, type EndpointMap } from './aws/endpoints.ts';
import { classify, type AwsFailure } from './aws/errors.ts';
import { readIdentity, type Identity } from './aws/identity.ts';
import { loadClients } from './aws/loading.ts';
import { awsServices } from './aws/services/index.ts';
import { assess, type Assessments } from './assess/assess.ts';
import type { Assessment } from './assess/assessment.ts';
import { redactedAssessments } from './assess/concealed.ts';
import { adoptionKey, pieceOf, type Known } from './assess/proof.ts';
import { ownerTags, type ComponentType } from './components/contract.ts';
import { componentTypes } from './components/index.ts';
import type { Forecast } from './forecast/forecast.ts';
import type { Knowledge } from './forecast/knowledge.ts';
import { briefOf, makeForecast } from './forecast/make.ts';
import { buildGraph, type Graph } from './graph/graph.ts';
import { endpointMismatches, identityMismatches, regionMismatch, type Mismatch } from './guard/guard.ts';
import {
  observations,
  observeCascades,
  observeLeads,
  type Observations,
  type ObserveContext,
} from './observe/observe.ts';
import { observePatiently, type Patience } from './observe/patient.ts';
import { namesToAsk } from './plan/leading.ts';
import { everyConsent, type Consents } from './plan/consent.ts';
import { makePlan } from './plan/make.ts';
import type { Plan, PlanKind, Resumption } from './plan/plan.ts';
import { redactedPlan } from './plan/redacted.ts';
import { movedSince, savePlan, type Moved, type SavedPlan } from './plan/saved.ts';
import { broughtUpSince, plansApart, type Apart } from './plan/saved-apart.ts';
import type { UndoGoal } from './plan/undo-decisions.ts';
import { edgesOf } from './playbook/edges.ts';
import { resolveReferences } from './playbook/expressions.ts';
import type { Playbook } from './playbook/model.ts';
import { loadPlaybook as load, type LoadResult } from './playbook/playbook.ts';
import type { Approver } from './run/approvals.ts';
import type { Approval, JournalRecord } from './run/events.ts';
import { redactingJournal } from './run/redacting-journal.ts';
import type { Journal } from './run/journal.ts';
import type { Lease } from './run/lock/lease.ts';
import { probe, probeOnce, type Prober, type ProbeOutcome } from './run/probe.ts';
import { runPlan } from './run/run.ts';
import { foldReport, type RunReport } from './report/report.ts';
import type { PastRun } from './undo/past.ts';
import { playbookBefore } from './undo/playbook-before.ts';
import { undoneBy, undoOf } from './undo/undo.ts';
import { version } from './version.ts';

/** What plans and journals call the tool. */
export const tool = `relight ${version}`;

/** Reads and checks a playbook: every mistake at once, or a sound value. */
export function loadPlaybook(input: {
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly params?: Readonly<Record<string, string>>;
}): LoadResult {
  return load({ bytes: input.bytes, file: input.file, params: input.params ?? {}, types: componentTypes });
}

/** The dependency graph of a playbook's components. */
export function graphOf(playbook: Playbook): Graph {
  return buildGraph([...playbook.components.keys()], edgesOf(playbook));
}

/** A playbook, the place it names, and the access to it: what all later stages work with. */
export interface Session {
  readonly playbook: Playbook;
  readonly graph: Graph;
  readonly identity: Identity;
  readonly observeContext: ObserveContext;
  readonly types: ReadonlyMap<string, ComponentType>;
}

export type SessionResult =
  | { readonly kind: 'open'; readonly session: Session }
  /** The wrong place; `identity` is null when region or endpoints alone told it and nobody was asked. */
  | { readonly kind: 'refused'; readonly identity: Identity | null; readonly mismatches: readonly Mismatch[] }
  /** Nobody could say who the caller is. */
  | { readonly kind: 'no-identity'; readonly failure: AwsFailure };

/**
 * Opens a playbook's target: compares region, endpoints, account and alias before anything else is asked of AWS. Only then
 * do reads pass the gate.
 *
 * @param types the component types to see and act with: the shipped ones unless told
 */
export async function openSession(
  playbook: Playbook,
  options: AccessOptions,
  types: ReadonlyMap<string, ComponentType> = componentTypes,
): Promise<SessionResult> {
  const region = regionMismatch(playbook.target, options.region);
  if (region !== undefined) return { kind: 'refused', identity: null, mismatches: [region] };
  const { concurrency } = playbook.recovery;
  const endpoints = options.transport === undefined ? (options.endpoints ?? (await endpointsOf(options))) : undefined;
  const astray = endpoints === undefined ? [] : endpointMismatches(endpoints);
  if (astray.length > 0) return { kind: 'refused', identity: null, mismatches: astray };
  // Time in this process does not wait for the disk.
  if (options.transport !== undefined) await loadClients(awsServices);
  const aws = connect({ account: playbook.target.account, concurrency, ...options, endpoints });
  const identity = await whoAmI(aws);
  if ('class' in identity) return { kind: 'no-identity', failure: identity };
  const mismatches = identityMismatches(playbook.target, identity);
  if (mismatches.length > 0) return { kind: 'refused', identity, mismatches };
  aws.credentialCache.expect(identity);
  aws.gate.openForReads();
  const scope = {
    account: identity.account,
    region: identity.region,
    partition: identity.partition,
    playbook: playbook.metadata.name,
  };
  const observeContext: ObserveContext = {
    aws,
    scope,
    clock: options.clock,
    types,
    concurrency: playbook.recovery.concurrency,
  };
  return {
    kind: 'open',
    session: { playbook, graph: graphOf(playbook), identity, observeContext, types },
  };
}

/** From command line, environment and profile. */
async function endpointsOf({ endpoint, profile, region }: AccessOptions): Promise<EndpointMap> {
  return endpointMap(
    await readEndpointSettings({ endpointUrl: endpoint, endpointSource: 'the endpoint', profile }),
    region,
  );
}

async function whoAmI(aws: AwsAccess): Promise<Identity | AwsFailure> {
  try {
    return await readIdentity(aws);
  } catch (error) {
    return classify(error);
  }
}

/** What was seen and what it means. */
export interface Assessed {
  readonly observations: Observations;
  readonly assessments: Assessments;
  /** AWS calls made so far in this session, the identity reads included. */
  readonly awsCalls: number;
}

/** An answer from another place makes all that was seen worthless. @throws AnotherPlace */
function insistOnPlace({ observeContext }: Session): void {
  const reason = observeContext.aws.gate.shutBecause;
  if (reason instanceof AnotherPlace) throw reason;
}

/**
 * Looks at every component and judges it. Changes nothing.
 *
 * @throws AnotherPlace when an answer names a piece of another account or region: nothing is sent any more then
 * @param patience what cannot be seen for a passing reason is looked at again, for up to two minutes; undefined: one look
 */
export async function look(session: Session, patience?: Patience): Promise<Assessed> {
  const { graph, playbook, types, observeContext } = session;
  const seen = await observationsOf(session, graph.createOrder, patience);
  return {
    observations: seen,
    assessments: redactedAssessments(assess(playbook, graph, seen, types), playbook.secrets.redactor),
    awsCalls: observeContext.aws.meter.total,
  };
}

async function observationsOf(
  session: Session,
  ids: readonly string[],
  patience: Patience | undefined,
): Promise<Observations> {
  const { playbook, observeContext } = session;
  const seen = await (patience === undefined
    ? observations(playbook, ids, observeContext)
    : observePatiently(playbook, ids, observeContext, patience));
  insistOnPlace(session);
  return seen;
}

/**
 * Judges again, knowing who wrote what, and what was adopted. Worth asking for where `asksForProof`; asks nobody.
 */
export function judgeWith(session: Session, assessed: Assessed, known: Known): Assessed {
  const { graph, playbook, types } = session;
  const judged = assess(playbook, graph, assessed.observations, types, known);
  return { ...assessed, assessments: redactedAssessments(judged, playbook.secrets.redactor) };
}

/**
 * True when receipts or earlier consents may decide whose a piece is: it cannot carry tags, so that a receipt may prove or
 * disprove it, or it could and does not.
 */
export function asksForProof({ playbook, types }: Session, { assessments, observations: seen }: Assessed): boolean {
  return [...assessments.values()].some(
    ({ id, reasons, type }) =>
      reasons.some(({ kind }) => kind === 'unproven' || kind === 'untagged') ||
      (types.get(type)?.claim !== undefined &&
        playbook.components.get(id)?.shared === false &&
        seen.byId.get(id)?.kind === 'present'),
  );
}

/** A piece of which nothing proves that it is the playbook's. */
export interface DoubtfulPiece {
  readonly component: string;
  readonly type: string;
  /** What all playbooks call it. */
  readonly piece: string;
  /** What a consent is bound to. */
  readonly key: string;
  /** What is there. */
  readonly found: string;
  /** What speaks for it, and what against. */
  readonly proof: string;
  readonly against: string;
  /** The other playbook whose it is; undefined where none is known. */
  readonly owner: string | undefined;
  /** Who has adopted it, and when; undefined where nobody has. */
  readonly adopted: string | undefined;
}

/** What could be adopted, was adopted, or is another playbook's. Pure. */
export function doubtfulPieces(
  session: Session,
  { assessments, observations: seen }: Assessed,
): readonly DoubtfulPiece[] {
  const { playbook, types } = session;
  return [...assessments.values()].flatMap((each): readonly DoubtfulPiece[] => {
    const component = playbook.components.get(each.id);
    const type = types.get(each.type);
    const observation = seen.byId.get(each.id);
    const doubt = each.reasons.find(({ kind }) => doubts.has(kind));
    if (component === undefined || type === undefined || observation?.kind !== 'present' || doubt === undefined)
      return [];
    const outputsOf = (id: string): Readonly<Record<string, string | undefined>> | undefined => seen.outputs.get(id);
    const spec = resolveReferences(component.spec, (id, output) => outputsOf(id)?.[output]);
    const inSync = each.differences.length === 0;
    return [
      {
        component: each.id,
        type: each.type,
        piece: pieceOf(type, spec, observation.state),
        key: adoptionKey(component, observation.state, { outputsOf, types }),
        found: each.found ?? '',
        proof: `it bears the name that the playbook gives${inSync ? ', and is as the playbook wants it; neither is proof' : '; that is no proof'}`,
        against: doubt.text,
        owner: doubt.kind === 'foreign' ? observation.tags?.[ownerTags.playbook] : doubt.owner,
        adopted: doubt.kind === 'adopted' ? doubt.text : undefined,
      },
    ];
  });
}

const doubts: ReadonlySet<string> = new Set(['unproven', 'untagged', 'adopted', 'foreign']);

export interface PlanRequest {
  readonly kind: PlanKind;
  /** Components to leave out. */
  readonly excluded?: ReadonlySet<string>;
  /** The unfinished run to go on with. */
  readonly resumes?: Resumption;
  /** What the user lets happen although something speaks against it. */
  readonly accepted?: Consents;
  /** Pieces that serve may be taken down. */
  readonly allowDowntime?: boolean;
  /** For `undo`: what is to be done about each piece that the run touched. */
  readonly goals?: ReadonlyMap<string, UndoGoal>;
  /** Options to repeat in the commands that the plan suggests: ` --sandbox`. */
  readonly retype?: string;
}

/** A plan, and what was seen when it was made. */
export interface PlannedChange {
  readonly plan: Plan;
  readonly assessed: Assessed;
}

/**
 * Plans a recovery or a teardown, and looks at what AWS would delete with the pieces that it deletes: something in
 * no component may have moved in. Only the kind that was asked for is looked at; the totals of its alternative take for
 * granted that nothing has.
 */
export async function planChange(session: Session, assessed: Assessed, request: PlanRequest): Promise<PlannedChange> {
  const drafts = asAskedAndWilling(session, request).map((each) => planFrom(session, assessed, each));
  const cascading = await lookAtCascades(session, assessed, drafts);
  const knowing = await lookBehind(session, cascading, planFrom(session, cascading, request), request);
  return { plan: planFrom(session, knowing, request), assessed: knowing };
}

/** The request, and the same with all accepted: who is asked for consent is told all reasons at once. */
export function asAskedAndWilling<Request extends Pick<PlanRequest, 'accepted'>>(
  { playbook }: Pick<Session, 'playbook'>,
  request: Request,
): readonly [Request, Request] {
  return [request, { ...request, accepted: everyConsent(playbook.components.keys()) }];
}

/**
 * Looks at what AWS would delete with the pieces that any of these plans deletes; the plan is then to be made from what
 * this tells. Changes nothing.
 */
export async function lookAtCascades(session: Session, assessed: Assessed, drafts: readonly Plan[]): Promise<Assessed> {
  const { playbook, observeContext } = session;
  const ids = drafts.flatMap(({ steps }) => steps.filter((step) => step.destructive).map((step) => step.component));
  const leaving = [...new Set(ids)].flatMap((id) => playbook.components.get(id) ?? []);
  const cascades = await observeCascades(leaving, assessed.observations, observeContext);
  insistOnPlace(session);
  if (cascades.size === 0) return assessed;
  return {
    ...assessed,
    observations: { ...assessed.observations, cascades },
    awsCalls: observeContext.aws.meter.total,
  };
}

/**
 * Looks at what answers behind pieces that a plan deletes or leads elsewhere, where no component tells. Nobody is asked
 * where downtime is allowed anyway. Changes nothing.
 */
async function lookBehind(
  session: Session,
  assessed: Assessed,
  plan: Plan,
  { allowDowntime }: Pick<PlanRequest, 'allowDowntime'>,
): Promise<Assessed> {
  const { playbook, types, observeContext } = session;
  if (allowDowntime === true) return assessed;
  const names = namesToAsk(plan.steps, playbook, assessed.observations, types);
  if (names.size === 0) return assessed;
  const leads = await observeLeads(playbook, names, assessed.observations, observeContext);
  insistOnPlace(session);
  return { ...assessed, observations: { ...assessed.observations, leads }, awsCalls: observeContext.aws.meter.total };
}

/** Plans a recovery or a teardown from what was assessed. Pure. */
export function planFrom(session: Session, assessed: Assessed, request: PlanRequest): Plan {
  const { account, alias, arn, region } = session.identity;
  const plan = makePlan({
    playbook: session.playbook,
    graph: session.graph,
    observations: assessed.observations,
    assessments: assessed.assessments,
    types: session.types,
    identity: { account, alias, region, arn },
    ...request,
    awsCalls: assessed.awsCalls,
  });
  return redactedPlan(plan, session.playbook.secrets.redactor);
}

export interface ForecastRequest {
  /** Plans of other kinds, to be compared. */
  readonly alternatives?: readonly Plan[];
  /** Measured durations; without any, the types' defaults alone. */
  readonly knowledge?: Knowledge;
  /** False: the playbook's probes will be left out. */
  readonly verify?: boolean;
}

/** How long a plan will take, and what would shorten it. Pure, and the same for the same inputs. */
export function forecastFrom(
  { playbook, types }: Session,
  { observations: seen }: Pick<Assessed, 'observations'>,
  plan: Plan,
  request: ForecastRequest = {},
): Forecast {
  return makeForecast({ playbook, observations: seen, types, plan, ...request });
}

/** The playbook as the world was before a run, for opening a session to take the run back. */
export function playbookBeforeRun(playbook: Playbook, past: PastRun): Playbook {
  const { account, region, arn } = past.identity;
  const scope = { account, region, partition: arn.split(':')[1] ?? 'aws', playbook: playbook.metadata.name };
  return playbookBefore({ playbook, past, types: componentTypes, scope }).playbook;
}

/** A plan that takes a run back, and the session by whose playbook it has to be executed. */
export interface PlannedUndo {
  readonly plan: Plan;
  readonly session: Session;
  readonly assessed: Assessed;
}

/**
 * Plans the inverse of a run. Pure.
 *
 * @param session opened with `playbookBeforeRun`
 * @param playbook as it was read
 */
export function planUndo(
  session: Session,
  assessed: Assessed,
  playbook: Playbook,
  past: PastRun,
  request: Pick<PlanRequest, 'excluded' | 'accepted' | 'allowDowntime'> & { readonly known?: Known } = {},
): PlannedUndo {
  const { graph, types } = session;
  const { scope } = session.observeContext;
  const inputs = { playbook, graph, past, types, scope, observations: assessed.observations };
  const undo = undoOf(inputs);
  const before: Session = { ...session, playbook: undo.playbook };
  const { known, ...asked } = request;
  const assessments = withProven(assess(undo.playbook, graph, assessed.observations, types, known), undo.proven);
  const judged: Assessed = { ...assessed, assessments };
  const plan = planFrom(before, judged, { ...asked, kind: 'undo', goals: undo.goals });
  return { plan: { ...plan, undoes: undoneBy(plan, undo, inputs) }, session: before, assessed: judged };
}

/**
 * Looks at what a plan that takes a run back would take with it, as `planChange` does. Changes nothing.
 *
 * @param drafts the plan as it was asked for, and the same with all accepted
 */
export async function lookBeforeUndo(
  assessed: Assessed,
  drafts: readonly [PlannedUndo, ...PlannedUndo[]],
  request: Pick<PlanRequest, 'allowDowntime'>,
): Promise<Assessed> {
  const [{ session, plan }] = drafts;
  const cascading = await lookAtCascades(
    session,
    assessed,
    drafts.map((each) => each.plan),
  );
  return lookBehind(session, cascading, plan, request);
}

/** What a run wrote down that it left is proven to be its own, unless another playbook is known to have written it since. */
function withProven(assessments: Assessments, proven: ReadonlySet<string>): Assessments {
  const judged = [...assessments].map(([id, each]): [string, Assessment] => {
    if (!proven.has(id)) return [id, each];
    return [
      id,
      { ...each, reasons: each.reasons.filter(({ kind, owner }) => kind !== 'unproven' || owner !== undefined) },
    ];
  });
  return new Map(judged);
}

export interface SavePlanOptions {
  /** Unique among plans. */
  readonly id: string;
  /** How long the plan may be run, in milliseconds. */
  readonly ttl: number;
  readonly excluded: ReadonlySet<string>;
  /** The session is one with a sandbox. */
  readonly sandbox: boolean;
  /** Seals the plan, so that whoever has the key can tell who made it. */
  readonly key?: string | undefined;
}

/** A plan to be kept and run later, bound to what it was made from. */
export function savedPlanFrom(session: Session, assessed: Assessed, plan: Plan, options: SavePlanOptions): SavedPlan {
  const { graph, playbook, types, observeContext } = session;
  const { observations: seen } = assessed;
  const { clock, scope } = observeContext;
  return savePlan({ playbook, graph, observations: seen, types, scope, plan, tool, now: clock.now(), ...options });
}

/** A plan that was made anew to do what a saved one would, and what stands against running it. */
export interface PlannedAgain extends PlannedChange {
  /** What is not as it was when the saved plan was made. */
  readonly moved: readonly Moved[];
  /** What the saved plan would do otherwise than the new one. */
  readonly apart: readonly Apart[];
}

/**
 * Plans anew what a saved plan is about. The new plan is what may be run; nothing that the saved one permits is taken from it.
 * Components that have come to need something since, and that the saved plan neither touches nor depends on, are left out.
 *
 * @param request as the command line and the journal say
 */
export async function planAgain(
  session: Session,
  assessed: Assessed,
  saved: SavedPlan,
  request: PlanRequest,
): Promise<PlannedAgain> {
  const moved = movedFrom(session, assessed, saved);
  const first = await planChange(session, assessed, request);
  const others = broughtUpSince(saved.plan, first.plan);
  const excluded = new Set([...(request.excluded ?? []), ...others]);
  const planned = others.length === 0 ? first : await planChange(session, assessed, { ...request, excluded });
  return { ...planned, moved, apart: plansApart(saved.plan, planned.plan) };
}

/** What of that a saved plan is about has moved since it was made. Pure. */
export function movedFrom(
  { graph, playbook, types, observeContext }: Session,
  { observations: seen }: Pick<Assessed, 'observations'>,
  saved: SavedPlan,
): readonly Moved[] {
  return movedSince(saved, { playbook, graph, types, scope: observeContext.scope, observations: seen });
}

export interface ExecuteOptions {
  /** Opens the journal; told a sink that must see every record. */
  readonly openJournal: (sink: (record: JournalRecord) => void) => Journal;
  readonly prober: Prober;
  /** Run the playbook's probes at the end. */
  readonly verify: boolean;
  /** Aborted to stop the run tidily. */
  readonly stop: AbortSignal;
  /** The run is one in a sandbox, which may go by the account's own number. */
  readonly sandbox?: boolean;
  /** Where all calls go that is neither AWS nor a sandbox of relight, for the journal. */
  readonly endpoint?: string | undefined;
  /** The lock that keeps other runs away. The caller has taken it and gives it back; undefined: there is none. */
  readonly lease?: Lease | undefined;
  /** The saved plan that this is a run of, for the journal. */
  readonly savedPlan?: Pick<SavedPlan, 'id' | 'seal'>;
  /** Asked before the first step of a component with `approval: required`; without one nobody approves. */
  readonly approver?: Approver;
  /** Who said yes to the plan and how, for the journal. */
  readonly approval?: Approval;
  /** What was forecast of the plan, for the journal. */
  readonly forecast?: Forecast | undefined;
}

/** One probe of the playbook and its outcome. */
export interface Probed extends ProbeOutcome {
  readonly name: string;
}

/**
 * Runs the playbook's probes against what was seen: does the service answer as things are?
 *
 * @param patient false: each is asked once; true: again and again until it is right, for as long as it allows
 */
export function probeAll(
  session: Session,
  assessed: Pick<Assessed, 'observations'>,
  prober: Prober,
  patient = false,
): Promise<readonly Probed[]> {
  const { clock } = session.observeContext;
  return Promise.all(
    session.playbook.verify.map(async (check) => {
      const resolved = resolveReferences(check, (id, output) => assessed.observations.outputs.get(id)?.[output]);
      const outcome = patient
        ? await probe(resolved, prober, clock, new AbortController().signal, () => undefined)
        : await probeOnce(resolved, prober);
      return { name: check.name, ...outcome, detail: session.playbook.secrets.redactor.text(outcome.detail) };
    }),
  );
}

/**
 * Runs a plan. The session must have been opened with `mode: 'change'`; from here on changes pass the gate.
 */
export async function execute(
  session: Session,
  assessed: Pick<Assessed, 'observations'>,
  plan: Plan,
  options: ExecuteOptions,
): Promise<RunReport> {
  const { playbook, observeContext } = session;
  if (plan.refusals.length > 0) throw new Error('Internal error: a refused plan must not be run');
  observeContext.aws.gate.openForChanges();
  const records: JournalRecord[] = [];
  const journal = redactingJournal(
    options.openJournal((record) => records.push(record)),
    playbook.secrets.redactor,
  );
  try {
    await runPlan({
      playbook,
      plan,
      observations: assessed.observations,
      observeContext,
      journal,
      prober: options.prober,
      tool,
      verify: options.verify,
      sandbox: options.sandbox ?? false,
      endpoint: options.endpoint,
      stop: options.stop,
      lease: options.lease,
      ...(options.savedPlan === undefined ? {} : { savedPlan: options.savedPlan }),
      ...(options.approver === undefined ? {} : { approver: options.approver }),
      ...(options.approval === undefined ? {} : { approval: options.approval }),
      ...(options.forecast === undefined ? {} : { forecast: briefOf(plan, options.forecast) }),
    });
  } finally {
    journal.close();
  }
  return foldReport(records);
}
