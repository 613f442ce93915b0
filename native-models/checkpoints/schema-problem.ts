import { z } from 'zod';

/** Longest description of what is wrong with a file; a hostile one could have thousands of wrong fields. */
const maxProblemLength = 1000;

/** What a schema found wrong, in words for people, of bounded length. */
export function describeSchemaProblem(error: z.ZodError): string {
  const problem = z.prettifyError(new z.ZodError(error.issues.slice(0, 5)));
  return problem.length > maxProblemLength ? `${problem.slice(0, maxProblemLength)}…` : problem;
}
