import type { DataSet } from '../data-set.ts';
import { planning, verification } from '../readers/role-sets.ts';
import { split } from './split.ts';

const verified = [
  ['qvhighlights', 'QVHighlights'],
  ['didemo', 'DiDeMo'],
  ['tacos', 'TACoS'],
] as const;

/** What verifier and planner are trained on. */
export const roleSets: readonly DataSet[] = [
  ...verified.flatMap(([name, title]) =>
    ['2b', '7b'].map((size): DataSet => ({
      key: `${name}_verify_${size}`,
      title: `Verification of ${title}, guesses of the ${size.toUpperCase()} grounder`,
      kind: 'grounding',
      splits: { train: split('train', `verifying/verifying_${name}_${size}.json`) },
      defaultSplit: 'train',
      read: verification,
    })),
  ),
  {
    key: 'mixed_planning',
    title: 'Planning, from NExT-QA and QVHighlights',
    kind: 'grounding',
    splits: { train: split('train', 'planning/planning_nextqa_qvhighlights_gpt4o_mini.jsonl') },
    defaultSplit: 'train',
    read: planning,
  },
];
