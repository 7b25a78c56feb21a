// Texts that no documentation and no paste proves: the one place to correct them.

export const unverifiedTexts = {
  noAttributeValue: (name: string, type: string): string =>
    `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
  attributeName: (name: string): string => `Invalid parameter: Message attribute name ${name}`,
  attributeType: (name: string): string =>
    `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
  otherAttributes: 'Invalid parameter: Attributes Reason: Topic already exists with different attributes',
  otherTags: 'Invalid parameter: Tags Reason: Topic already exists with different tags',
  unknownAttribute: (name: string): string => `Invalid parameter: Attributes Reason: Unknown attribute ${name}`,
};

/** Messages of a topic that the sandbox keeps. */
export const keptMessages = 1_000;
