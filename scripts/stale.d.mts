/** Whether what is in dist was not built from what is in src. @param root the project's folder; the working directory unless told */
export function isStale(root?: string): boolean;
