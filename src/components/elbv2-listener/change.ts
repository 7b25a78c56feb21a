// The only file of this type that may change AWS.
import {
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  DeleteListenerCommand,
  ModifyListenerAttributesCommand,
  ModifyListenerCommand,
  RemoveListenerCertificatesCommand,
  type ModifyListenerInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isNotFound } from '../../aws/errors.ts';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { attributesToSend, differsBelow, toAttributes } from '../kit/changing.ts';
import { actionsDiffer } from '../kit/elbv2-action-diff.ts';
import { toAwsActions } from '../kit/elbv2-action-input.ts';
import { listenerDefaults } from '../kit/elbv2-attributes.ts';
import { toAwsTags } from '../kit/elbv2.ts';
import { toInput } from '../kit/members/input.ts';
import { actions, listenerPart } from './parts.ts';
import type { ListenerSpec, ListenerState } from './schema.ts';

export async function create({ spec, whole = false }: Target<ListenerSpec>, context: ChangeContext): Promise<Receipt> {
  // Repeating it with the same settings answers with the existing one; with others it is DuplicateListener [ELB API].
  const answer = await context.aws.client(elbv2).send(
    new CreateListenerCommand({
      ...toInput(listenerPart, spec),
      LoadBalancerArn: spec.loadBalancer,
      Port: spec.port,
      Protocol: spec.protocol,
      Certificates: certificatesOf(spec),
      SslPolicy: spec.sslPolicy,
      DefaultActions: toAwsActions(actions, { spec, whole, word: 'defaultActions' }),
      Tags: toAwsTags(context.tags),
    }),
  );
  const arn = answer.Listeners?.[0]?.ListenerArn ?? '';
  await addCertificates(arn, spec.certificates ?? [], context);
  await setAttributes(arn, spec.attributes ?? {}, context);
  return { arn };
}

/**
 * Protocol, certificate and policy go out together, since a change to HTTPS is refused without its certificate. Actions
 * are left out where they are as wanted, and stay as they are [ELB API, ModifyListener].
 */
export async function update(
  { spec, whole = false }: Target<ListenerSpec>,
  state: ListenerState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  const { arn } = state;
  const differs = (path: string): boolean => differsBelow(differences, path);
  const isSecured = ['protocol', 'certificate', 'sslPolicy'].some(differs);
  const further: Partial<ModifyListenerInput> = {
    ...Object.fromEntries(Object.entries(toInput(listenerPart, spec)).filter(([name]) => differs(wordsOf[name] ?? ''))),
    ...(differs('alpnPolicy') && !('alpnPolicy' in spec) ? { AlpnPolicy: ['None'] } : {}),
    ...(differs('mutualAuthentication') && !('mutualAuthentication' in spec)
      ? { MutualAuthentication: { Mode: 'off' } }
      : {}),
  };
  const isActing = actionsDiffer(differences, 'defaultActions');
  if (isSecured || isActing || Object.keys(further).length > 0) {
    await context.aws.client(elbv2).send(
      new ModifyListenerCommand({
        ListenerArn: arn,
        Protocol: spec.protocol,
        Certificates: certificatesOf(spec),
        SslPolicy: spec.sslPolicy,
        ...further,
        DefaultActions: isActing
          ? toAwsActions(actions, { spec, whole, existing: state.actions, word: 'defaultActions' })
          : undefined,
      }),
    );
  }
  if (differs('certificates')) await changeCertificates({ spec, whole }, state, context);
  if (differs('attributes')) {
    const wanted = attributesToSend(spec.attributes, differences, listenerDefaults(state.protocol));
    await setAttributes(arn, wanted, context);
  }
  return { arn };
}

/** Its rules go with it. */
export async function remove(
  _target: Target<ListenerSpec>,
  state: ListenerState,
  context: ChangeContext,
): Promise<Receipt> {
  try {
    await context.aws.client(elbv2).send(new DeleteListenerCommand({ ListenerArn: state.arn }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { arn: state.arn };
}

const wordsOf: Readonly<Record<string, string>> = {
  AlpnPolicy: 'alpnPolicy',
  MutualAuthentication: 'mutualAuthentication',
};

function certificatesOf(spec: ListenerSpec): { CertificateArn: string }[] | undefined {
  return spec.certificate === undefined ? undefined : [{ CertificateArn: spec.certificate }];
}

/** A certificate that is there and that a whole spec does not say is taken away. */
async function changeCertificates(
  { spec, whole }: { readonly spec: ListenerSpec; readonly whole: boolean },
  state: ListenerState,
  context: ChangeContext,
): Promise<void> {
  const [wanted, there] = [spec.certificates ?? [], state.certificates ?? []];
  await addCertificates(
    state.arn,
    wanted.filter((each) => !there.includes(each) && each !== (spec.certificate ?? state.certificate)),
    context,
  );
  if (!whole) return;
  for (const surplus of there.filter((each) => !wanted.includes(each))) {
    const Certificates = [{ CertificateArn: surplus }];
    await context.aws
      .client(elbv2)
      .send(new RemoveListenerCertificatesCommand({ ListenerArn: state.arn, Certificates }));
  }
}

/** One a call [ELB guide: a call takes one certificate]. */
async function addCertificates(arn: string, certificates: readonly string[], context: ChangeContext): Promise<void> {
  for (const each of certificates) {
    const Certificates = [{ CertificateArn: each }];
    await context.aws.client(elbv2).send(new AddListenerCertificatesCommand({ ListenerArn: arn, Certificates }));
  }
}

async function setAttributes(
  arn: string,
  attributes: Readonly<Record<string, string>>,
  context: ChangeContext,
): Promise<void> {
  if (Object.keys(attributes).length === 0) return;
  await context.aws
    .client(elbv2)
    .send(new ModifyListenerAttributesCommand({ ListenerArn: arn, Attributes: toAttributes(attributes) }));
}
