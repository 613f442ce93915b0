import type { Rows } from '../../architectures/device-rows.ts';
import { transfersSince } from '../../runtime/transfer-meter.ts';
import { EngineError } from '../../protocol/errors.ts';
import { candidatesDoubted } from '../../protocol/run-record.ts';
import type { Candidate } from '../../protocol/run-record.ts';
import type { VerifiedCandidateTrace, VerifierTrace } from '../../protocol/run-trace.ts';
import { framePairs, readShown } from '../shown/read-shown.ts';
import { readTogether } from '../shown/read-together.ts';
import { queryWords } from '../prompts/role-words.ts';
import type { Run, VideoReader } from '../run.ts';
import type { FramePairs } from '../caches/feature-work.ts';
import { markSegment } from '../prompts/segment-marks.ts';
import type { SegmentTokens } from '../prompts/segment-marks.ts';
import { lookOf } from '../search/role-look.ts';
import { promptTrace, show } from '../shown/show.ts';
import type { ShownVideo } from '../shown/show.ts';
import { placeInWindow, verifierWindow } from '../shown/spans.ts';
import { softmax } from '../generation/token-choice.ts';

/** Candidates with the verifier's scores, best first. */
export interface Verification {
  readonly candidates: Candidate[];
  readonly trace: VerifierTrace;
  /** Reads the frames that were expected next without decoding them again. */
  readonly reader: VideoReader;
}

/**
 * Shows the verifier each candidate within its window, with the *question* to judge it by, and ranks them by score: what the
 * verifier says, with the grounder's confidence as far as the package wants it. Warns where it rather says No of each.
 *
 * @param next What will probably be shown after that: decoded along with the candidates, where it is read in the same size.
 */
export async function verify(
  run: Run,
  candidates: readonly Candidate[],
  next?: FramePairs,
): Promise<Verification> {
  const total = candidates.length;
  const views = candidates.map((candidate) => view(run, candidate));
  const watched = views.map(({ shown }) => framePairs(run, shown, shown.clip));
  const expected = [...watched, ...(next !== undefined && watched.every(isReadAs(next)) ? [next] : [])];
  const reader = readTogether(run.reader, () =>
    expected.flatMap((pairs) => run.visionFeatures.missingFrames(pairs)),
  );
  const judged: { readonly candidate: Candidate; readonly trace: VerifiedCandidateTrace }[] = [];
  for (const [index, seen] of views.entries()) {
    // One at least is judged: the answer stands on it.
    if (index > 0 && run.settle?.aborted === true) break;
    run.journal.emit({ type: 'verifying', index, total });
    const trace = await judge({ ...run, reader }, seen);
    const scored = { ...seen.candidate, verifierScore: trace.score };
    judged.push({ candidate: scored, trace });
    run.journal.emit({ type: 'verified', index, total, candidate: scored });
  }
  // As published, the best one is chosen all the same: whoever sees it has to know.
  if (judged.every(({ trace }) => trace.noProb > trace.yesProb)) {
    run.journal.warn({
      code: candidatesDoubted,
      message: 'The verifier takes none of the candidates for what was asked; it may not be in the video.',
    });
  }
  const scoreOf = (index: number) => judged[index]?.trace.score ?? 0;
  const ranks = [...judged.keys()].sort((a, b) => scoreOf(b) - scoreOf(a));
  return {
    candidates: [
      ...ranks.flatMap((rank) => judged[rank]?.candidate ?? []),
      ...candidates.slice(judged.length),
    ],
    trace: { candidates: judged.map(({ trace }) => trace), ranks },
    reader,
  };
}

/** Whether frames are read in the same size as others. */
function isReadAs(others: FramePairs): (pairs: FramePairs) => boolean {
  const wanted = others.readerSize ?? others.size;
  return ({ size, readerSize }) => {
    const { height, width } = readerSize ?? size;
    return height === wanted.height && width === wanted.width;
  };
}

/** A candidate and what the verifier is shown of it. */
interface View extends ReturnType<typeof verifierWindow> {
  readonly candidate: Candidate;
  readonly shown: ShownVideo;
}

function view(run: Run, candidate: Candidate): View {
  const { span, window: around } = verifierWindow(candidate, run.bounds);
  const { bounds: window, clip: seen } = lookOf(run, 'verifier', around);
  const segment = {
    startPlace: placeInWindow(span.startSec, window),
    endPlace: placeInWindow(span.endSec, window),
  };
  const words = queryWords(run.model.promptSet, 'verifier', run.request.question);
  const marks = segmentTokens(run);
  const shown = show(run, 'verifier', seen, words, (tokenIds, clip) =>
    markSegment(tokenIds, segment, clip, marks),
  );
  return { candidate, span, window, shown };
}

async function judge(run: Run, { candidate, span, window, shown }: View): Promise<VerifiedCandidateTrace> {
  const words = [requireToken(run, 'Yes'), requireToken(run, 'No')];
  const { logits, probabilities } = await readShown(
    run,
    shown,
    { keep: 'never', withFrameStates: false },
    async ({ result }) => {
      const before = run.model.transfers();
      const found = await probabilitiesOf(run, result.lastState, words);
      run.journal.countTransfer('verifier', transfersSince(before, run.model.transfers()), 1);
      return found;
    },
  );
  const [yesLogit = 0, noLogit = 0] = logits;
  const [yesProb = 0, noProb = 0] = probabilities;
  const prior = (run.model.promptSet.confidenceWeight ?? 0) * candidate.confidence;
  return {
    ...promptTrace(shown),
    candidate: [candidate.startSec, candidate.endSec],
    confidence: candidate.confidence,
    span: [span.startSec, span.endSec],
    window: [window.startSec, window.endSec],
    yesLogit,
    noLogit,
    yesProb,
    noProb,
    score: 1 / (1 + Math.exp(noProb - yesProb - prior)),
  };
}

/** Logits of some tokens and their probabilities over the vocabulary, computed where the state is. */
async function probabilitiesOf(
  run: Run,
  state: Rows,
  ids: readonly number[],
): Promise<{ readonly logits: readonly number[]; readonly probabilities: readonly number[] }> {
  const { language } = run.model;
  if (language.device !== undefined) return language.device.probabilities('verifier', state, ids);
  const logits = await language.logits('verifier', state);
  const probabilities = softmax(logits);
  return {
    logits: ids.map((id) => logits[id] ?? 0),
    probabilities: ids.map((id) => probabilities[id] ?? 0),
  };
}

function segmentTokens(run: Run): SegmentTokens {
  const { visionStart, segStart, segEnd } = run.model.network.tokens;
  if (segStart === undefined || segEnd === undefined) {
    throw new EngineError('PACKAGE_DAMAGED', `${run.model.path} has a verifier but no segment tokens.`);
  }
  return { visionStart, segStart, segEnd };
}

function requireToken(run: Run, word: string): number {
  const id = run.model.tokenizer.tokenId(word);
  if (id === undefined) {
    throw new EngineError('TOKENIZER_INVALID', `The tokenizer of ${run.model.path} has no token "${word}".`);
  }
  return id;
}
