/** Tables and items of one region; plain JSON. */
export interface DynamoDbStore {
  tables: Record<string, never>;
}

export function emptyDynamoDbStore(): DynamoDbStore {
  return { tables: {} };
}
