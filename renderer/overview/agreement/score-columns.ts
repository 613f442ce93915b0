import type { AgreementScores } from '../../../electron/host/contract/agreement.ts';
import { agreementThresholds } from '../../../electron/host/contract/agreement.ts';
import { overviewTexts } from '../texts.ts';

const texts = overviewTexts.agreement;

/** Scores of something that has a name. */
export interface ScoreRow {
  readonly name: string;
  readonly scores: AgreementScores;
}

/** A number of a comparison: what it is called and where it stands; null where there is nothing to count on. */
export interface ScoreColumn {
  readonly title: string;
  readonly valueOf: (scores: AgreementScores) => number | null;
}

const at = (iou: number, scores: AgreementScores) => scores.at.find((each) => each.iou === iou);

/** Every number that a comparison tells. */
export const scoreColumns: readonly ScoreColumn[] = [
  { title: texts.meanIou, valueOf: ({ meanIou }) => meanIou },
  ...agreementThresholds.map((iou): ScoreColumn => ({
    title: texts.recallAtOne(iou),
    valueOf: (scores) => at(iou, scores)?.recallAtOne ?? null,
  })),
  ...agreementThresholds.flatMap((iou): ScoreColumn[] => [
    { title: texts.precision(iou), valueOf: (scores) => at(iou, scores)?.precision ?? null },
    { title: texts.recall(iou), valueOf: (scores) => at(iou, scores)?.recall ?? null },
  ]),
  { title: texts.kappa, valueOf: ({ kappa }) => kappa },
];
