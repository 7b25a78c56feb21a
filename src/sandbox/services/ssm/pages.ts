// Pages of lists, and the tokens between them.
import { AwsError, type Input } from '../../model.ts';
import { textOf } from './input.ts';
import { unverifiedTexts } from './unverified.ts';

/** @throws AwsError for a token that no page gave out */
export function pageOf<T>(
  input: Input,
  all: readonly T[],
  size: number,
): { readonly items: readonly T[]; readonly NextToken: string | undefined } {
  const token = textOf(input, 'NextToken');
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (token !== undefined && !(from > 0 && Number.isInteger(from)))
    throw new AwsError('InvalidNextToken', unverifiedTexts.nextToken);
  const to = from + size;
  return {
    items: all.slice(from, to),
    NextToken: to < all.length ? Buffer.from(String(to)).toString('base64url') : undefined,
  };
}
