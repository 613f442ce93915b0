/**
 * The steps of a reasoning, for showing them one by one: its paragraphs, or its lines where it has but one paragraph, or
 * its sentences where it has but one line. Together they hold all of the text but white space between them. While a
 * reasoning grows, all but the last step are complete, unless it begins a second line or paragraph.
 */
export function reasoningSteps(reasoning: string): string[] {
  for (const border of [/\n[^\S\n]*\n/u, /\n/u, /(?<=[.!?。！？]["'”’)\]]?)\s+(?=[^\s\p{Ll}])/u]) {
    const steps = reasoning
      .split(border)
      .map((step) => step.trim())
      .filter((step) => step !== '');
    if (steps.length > 1) return steps;
  }
  const only = reasoning.trim();
  return only === '' ? [] : [only];
}
