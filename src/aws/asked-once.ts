// One look asks one question once: reads with the same operation and input share their answer among all who look together.
import type { AwsAccess } from './access.ts';
import type { Members } from './contract/rules.ts';
import { kindOf, type AwsService, type SdkClient } from './services/service.ts';

/** What has been answered, by question. */
export type Answers = Map<string, Promise<unknown>>;

/** An access that remembers what it was answered, and the one below it, which asks each time. */
export interface AskingOnce extends AwsAccess {
  readonly asking: AwsAccess;
}

/** As the SDK's are: its operation's schema is [kind, namespace, name, ...]. */
interface Command {
  readonly input: Members;
  readonly schema?: readonly unknown[];
}

type Send = (command: Command, ...rest: readonly unknown[]) => unknown;

/**
 * The same access for one look: a read that is under way or answered is not sent again, a failed one is. Changes, identity
 * calls and secret values pass as they are, and a change makes all answers old. Forgotten with the look that it was made for.
 *
 * @param answers those of others who look together with it
 */
export function askingOnce(asking: AwsAccess, answers: Answers = new Map()): AskingOnce {
  const clients = new Map<AwsService, { readonly send: unknown }>();
  const client = <Client extends SdkClient>(service: AwsService<Client>): Pick<Client, 'send'> => {
    const known = clients.get(service);
    if (known !== undefined) return known as Pick<Client, 'send'>;
    const below = asking.client(service);
    const send: Send = (command, ...rest) => {
      const pass = (): unknown => (below.send as unknown as Send)(command, ...rest);
      const operation = command.schema?.[2];
      if (rest.length > 0 || typeof operation !== 'string') return pass();
      const kind = kindOf(service, operation, command.input);
      if (kind === 'change') answers.clear();
      if (kind !== 'read') return pass();
      const key = `${service.name} ${operation} ${JSON.stringify(command.input)}`;
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = Promise.resolve(pass());
      answers.set(key, answer);
      answer.catch(() => {
        if (answers.get(key) === answer) answers.delete(key);
      });
      return answer;
    };
    const own = { send };
    clients.set(service, own);
    return own;
  };
  // What may give away a secret is asked by whoever said so, each time.
  return {
    ...asking,
    asking,
    client: (service, options) => (options === undefined ? client(service) : asking.client(service, options)),
  };
}

/** The access that asks each time. */
export function askingEachTime(aws: AwsAccess): AwsAccess {
  return 'asking' in aws ? (aws as AskingOnce).asking : aws;
}
