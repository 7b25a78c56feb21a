// Where AWS asks for more than its service models say: what generated calls hold all the same, and what is refused of what
// the models allow. Each with its reason.

export interface Beyond {
  /** Values of shapes of which the model's bounds say too little. */
  readonly samples: Readonly<Record<string, string>>;
  /** Members that AWS wants, besides those that the model does. */
  readonly wanted: Readonly<Record<string, readonly string[]>>;
  /** Texts of refusals that are right although the model allows the call, and why. */
  readonly stricter: readonly (readonly [text: RegExp, reason: string])[];
}

export const nothingBeyond: Beyond = { samples: {}, wanted: {}, stricter: [] };

export const beyond: Readonly<Record<string, Beyond>> = {
  dynamodb: {
    // Names of tables are modelled as ARNs are: one character at least, and no pattern.
    samples: { TableArn: 'some-table' },
    // Optional since a table may be made from another account's; without that it is not.
    wanted: { CreateTableInput: ['AttributeDefinitions', 'KeySchema'] },
    stricter: [
      [
        /Value 'x{1024}' at '(\w+\.\d+\.member\.\w+\.)?tableName' failed to satisfy constraint: Member must have length less than or equal to 255/,
        'names have 255 characters at most [observed]; the model bounds ARNs',
      ],
    ],
  },
};
