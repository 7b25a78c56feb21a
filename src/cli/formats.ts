// The forms in which a verb can write what it found.

/** Of a run's evidence. */
export const reportFormats = ['md', 'json', 'html'] as const;

/** Of what a rehearsal gave. */
export const rehearsalFormats = ['text', 'json', 'md', 'html'] as const;

/** Of a policy. */
export const policyFormats = ['iam-json', 'terraform'] as const;

/** Whose words a completion script can be in. */
export const completionShells = ['bash', 'zsh', 'fish'] as const;

/** To what a run can be handed back. */
export const handbackTools = ['terraform', 'cloudformation'] as const;
