// Name servers that a test answers for, in place of those of a world.
import type { NameServerQuestion, NameServerReply } from '../../src/aws/dns/name-servers.ts';
import type { OpenSandbox } from '../../src/rehearse/world/sandbox.ts';

/** As on a network that lets nobody ask. */
export const nobody: NameServerReply = { kind: 'unasked', why: 'ETIMEOUT' };

/** Sessions that are opened in this world from now on ask here. Gives the questions, in order. */
export function answerAsNameServers(
  sandbox: OpenSandbox,
  answer: (question: NameServerQuestion) => NameServerReply | Promise<NameServerReply>,
): readonly NameServerQuestion[] {
  const questions: NameServerQuestion[] = [];
  const open = sandbox.access;
  const nameServers = {
    ask: async (question: NameServerQuestion) => {
      questions.push(question);
      return answer(question);
    },
  };
  const access: OpenSandbox['access'] = (region, mode) => ({ ...open(region, mode), nameServers });
  Object.assign(sandbox, { access });
  return questions;
}
