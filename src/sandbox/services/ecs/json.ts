// The plain values that ECS's records are made of.

/** A JSON object that is kept and given back as it came. */
export type Json = Record<string, unknown>;

export interface Tag {
  key: string;
  value: string;
}
