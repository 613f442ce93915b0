import type { ToolUse } from '../../protocol/eval-report.ts';

/** How a sample's model called tools, as it is written beside the prediction. */
export interface SampleToolUse {
  readonly turns: number;
  readonly calls: number;
  readonly refusals: number;
  /** Stretches that it looked at. */
  readonly looks: number;
  /** How many of them overlap the truth; undefined where nobody knows. */
  readonly useful?: number;
}

/** Reads what a written sample says of tools; undefined where it was asked without, or says it in no way that can be counted. */
export function readToolUse(fields: Readonly<Record<string, unknown>>): SampleToolUse | undefined {
  const { tool_turns: turns, tool_calls: calls, tool_refusals: refusals, tool_useful: useful } = fields;
  const { tool_spans: spans } = fields;
  if (!isCount(turns) || !isCount(calls) || !isCount(refusals) || !Array.isArray(spans)) return undefined;
  const looks = spans.length;
  if (refusals > calls || looks > calls) return undefined;
  const counted = { turns, calls, refusals, looks };
  return isCount(useful) && useful <= looks ? { ...counted, useful } : counted;
}

/** Tool use over all samples that were asked with tools; undefined where none was. */
export function summarizeToolUse(
  samples: readonly { readonly tools?: SampleToolUse | undefined }[],
): ToolUse | undefined {
  const used = samples.flatMap(({ tools }) => tools ?? []);
  if (used.length === 0) return undefined;
  const judged = used.filter(({ useful }) => useful !== undefined);
  const [calls, looks] = [sum(used, 'calls'), sum(used, 'looks')];
  const each = (key: string, name: string, total: number): Measure[] => [
    { key, name, value: total / used.length, unit: 'each' },
  ];
  const share = (key: string, name: string, part: number, whole: number): Measure[] =>
    whole === 0 ? [] : [{ key, name, value: (part / whole) * 100, unit: 'percent' }];
  const called = used.filter((one) => one.calls > 0).length;
  const sawTruth = judged.filter((one) => (one.useful ?? 0) > 0).length;
  return {
    samples: used.length,
    measures: [
      ...each('calls', 'Calls a question', calls),
      ...each('replies', 'Replies a question', sum(used, 'turns')),
      ...each('looks', 'Stretches looked at a question', looks),
      ...share('called', 'Questions with a call', called, used.length),
      ...share('refused', 'Calls that were refused', sum(used, 'refusals'), calls),
      ...share('useful', 'Stretches that overlap the truth', sum(judged, 'useful'), sum(judged, 'looks')),
      ...share('sawTruth', 'Questions that looked at the truth', sawTruth, judged.length),
    ],
  };
}

type Measure = ToolUse['measures'][number];

function sum(samples: readonly SampleToolUse[], key: keyof SampleToolUse): number {
  return samples.reduce((total, one) => total + (one[key] ?? 0), 0);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
