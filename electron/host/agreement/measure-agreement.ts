import { agreementThresholds } from '../contract/agreement.ts';
import type { Agreement, AgreementScores, Disagreement } from '../contract/agreement.ts';
import { overlapOf } from '../../../native-models/protocol/overlap.ts';
import type { ComparedMoment, ComparedVideo } from './compared-moment.ts';
import { kappaOf, markedTimes, sumTimes } from './kappa.ts';
import { pairMoments } from './pair-moments.ts';
import type { Pair } from './pair-moments.ts';

/** What is compared. */
export interface Compared {
  readonly videos: readonly ComparedVideo[];
  readonly ones: readonly ComparedMoment[];
  readonly others: readonly ComparedMoment[];
  /** Pairs that overlap less disagree about bounds. */
  readonly minIou: number;
}

/** What was paired of one video. */
interface PairedVideo {
  readonly video: ComparedVideo;
  readonly ones: readonly ComparedMoment[];
  readonly others: readonly ComparedMoment[];
  readonly pairs: readonly Pair[];
}

/** How two sides agree: over all, by video, by name; and where they do not. Videos where neither has a moment do not count. */
export function measureAgreement({ videos, ones, others, minIou }: Compared): Agreement {
  const onesOf = Map.groupBy(ones, ({ videoId }) => videoId);
  const othersOf = Map.groupBy(others, ({ videoId }) => videoId);
  const disagreements: Disagreement[] = [];
  const paired: PairedVideo[] = [];
  for (const video of videos) {
    const mine = onesOf.get(video.videoId) ?? [];
    const theirs = othersOf.get(video.videoId) ?? [];
    if (mine.length + theirs.length === 0) continue;
    const { pairs, extra, missing } = pairMoments(mine, theirs, (one, other) => one.name === other.name);
    paired.push({ video, ones: mine, others: theirs, pairs });
    disagreements.push(...disagreementsOf(pairs, extra, missing, minIou));
  }
  const names = [...new Set([...ones, ...others].map(({ name }) => name))].sort();
  return {
    whole: scoresOf(paired),
    videos: paired.map((each) => ({ videoId: each.video.videoId, scores: scoresOf([each]) })),
    names: names.map((name) => ({ name, scores: scoresOf(paired.map((each) => only(each, name))) })),
    disagreements,
  };
}

function only({ video, ones, others, pairs }: PairedVideo, name: string): PairedVideo {
  return {
    video,
    ones: ones.filter((moment) => moment.name === name),
    others: others.filter((moment) => moment.name === name),
    pairs: pairs.filter(({ one }) => one.name === name),
  };
}

function scoresOf(paired: readonly PairedVideo[]): AgreementScores {
  const one = paired.reduce((sum, { ones }) => sum + ones.length, 0);
  const other = paired.reduce((sum, { others }) => sum + others.length, 0);
  const pairs = paired.flatMap((each) => each.pairs);
  const best = paired.flatMap(bestOverlaps);
  return {
    one,
    other,
    pairs: pairs.length,
    meanIou: shareOf(
      pairs.reduce((sum, { iou }) => sum + iou, 0),
      other,
    ),
    kappa: kappaOf(
      sumTimes(paired.map(({ video, ones, others }) => markedTimes(ones, others, video.durationSec))),
    ),
    at: agreementThresholds.map((iou) => {
      const hits = pairs.filter((pair) => pair.iou >= iou).length;
      return {
        iou,
        recallAtOne: shareOf(best.filter((overlap) => overlap >= iou).length, best.length),
        precision: shareOf(hits, one),
        recall: shareOf(hits, other),
        f1: shareOf(2 * hits, one + other),
      };
    }),
  };
}

/** Of each query that the other answers, how well the one's best-scored moment overlaps any of them; the earliest of equals. */
function bestOverlaps({ ones, others }: PairedVideo): number[] {
  const byName = Map.groupBy(ones, ({ name }) => name);
  return [...Map.groupBy(others, ({ name }) => name)].map(([name, wanted]) => {
    const [first] = (byName.get(name) ?? []).toSorted(
      (a, b) => b.score - a.score || a.startSec - b.startSec || a.endSec - b.endSec,
    );
    return first === undefined ? 0 : Math.max(...wanted.map((moment) => overlapOf(first, moment)));
  });
}

function disagreementsOf(
  pairs: readonly Pair[],
  extra: readonly ComparedMoment[],
  missing: readonly ComparedMoment[],
  minIou: number,
): Disagreement[] {
  // What is left over on both sides at the same place is one moment with two names.
  const named = pairMoments(extra, missing, () => true, Math.max(minIou, Number.EPSILON));
  return [
    ...pairs.filter(({ iou }) => iou < minIou).map((pair) => ofPair('bounds', pair)),
    ...named.pairs.map((pair) => ofPair('label', pair)),
    ...named.extra.map((moment) => alone('extra', moment)),
    ...named.missing.map((moment) => alone('missing', moment)),
  ].sort((a, b) => a.startSec - b.startSec || a.endSec - b.endSec);
}

function ofPair(kind: 'bounds' | 'label', { one, other, iou }: Pair): Disagreement {
  return {
    ...{ kind, videoId: one.videoId, name: one.name, iou },
    ...(kind === 'label' ? { otherName: other.name } : {}),
    startSec: Math.min(one.startSec, other.startSec),
    endSec: Math.max(one.endSec, other.endSec),
    ...(one.id === undefined ? {} : { oneId: one.id }),
    ...(other.id === undefined ? {} : { otherId: other.id }),
  };
}

function alone(kind: 'extra' | 'missing', moment: ComparedMoment): Disagreement {
  const { videoId, startSec, endSec, name, id } = moment;
  const key = kind === 'extra' ? 'oneId' : 'otherId';
  return { kind, videoId, startSec, endSec, name, iou: 0, ...(id === undefined ? {} : { [key]: id }) };
}

function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
