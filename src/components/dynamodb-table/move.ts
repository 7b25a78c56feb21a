import type {
  DeleteResourcePolicyCommandInput,
  PutResourcePolicyCommandInput,
  UpdateContinuousBackupsCommandInput,
  UpdateContributorInsightsCommandInput,
  UpdateTableCommandInput,
  UpdateTimeToLiveCommandInput,
} from '@aws-sdk/client-dynamodb';

/** One change of a table: which operation it takes, and what that is sent. */
export type Move = {
  /** In words: `its stream`. */
  readonly what: string;
} & (
  | { readonly call: 'UpdateTable'; readonly input: Omit<UpdateTableCommandInput, 'TableName'> }
  | { readonly call: 'UpdateTimeToLive'; readonly input: UpdateTimeToLiveCommandInput }
  | { readonly call: 'UpdateContinuousBackups'; readonly input: UpdateContinuousBackupsCommandInput }
  | { readonly call: 'UpdateContributorInsights'; readonly input: UpdateContributorInsightsCommandInput }
  | { readonly call: 'PutResourcePolicy'; readonly input: PutResourcePolicyCommandInput }
  | { readonly call: 'DeleteResourcePolicy'; readonly input: DeleteResourcePolicyCommandInput }
);

export type TableMove = Extract<Move, { readonly call: 'UpdateTable' }>;
