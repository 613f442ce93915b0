import { describe, expect, it } from 'vitest';
import type { EvalSample } from '../../protocol/eval-sample.ts';
import type { RunRecord } from '../../protocol/run-record.ts';
import type { RunTrace } from '../../protocol/run-trace.ts';
import { IssueLog } from '../scoring/issue-log.ts';
import { readPredictionSample } from '../scoring/prediction-sample.ts';
import { defaultMode, scoreSample } from '../scoring/sample-score.ts';
import { requestOfSample } from './sample-request.ts';
import { failedSample, submissionLine, writtenSample } from './written-sample.ts';

const sample: EvalSample = {
  kind: 'sample',
  id: 'q1',
  index: 0,
  place: { file: 'a.json', position: 0 },
  source: 'qvhighlights',
  form: 'multimodal',
  videoPath: '/data/q/videos/v.mp4',
  durationSec: 20,
  query: 'a man runs',
  question: 'Who runs?',
  options: ['a man', 'a dog'],
  answerLetter: 'A',
  spans: [[2, 6]],
  categories: ['one', 'two'],
  extra: { vid: 'v', qid: 7 },
};
const settings = {
  kind: 'grounded-answers' as const,
  roundingUnitSec: 0.1,
  fixed: { minMomentSec: 32, answererBudget: { fps: 2, maxFrames: 32, minTokens: 128, maxTokens: 256 } },
  promptStyle: 'mcq' as const,
};
const asking = {
  settings,
  dataDir: '/data',
  modelPath: '/m',
  roles: ['grounder', 'verifier', 'answerer'] as const,
  reasons: false,
  subtitles: false,
  candidates: 5,
  temperature: 0,
  device: 'auto' as const,
};
const record = {
  roles: ['grounder', 'verifier', 'answerer'],
  video: { durationSec: 20, fps: 25, totalFrames: 500 },
  candidates: [
    { startSec: 2.1, endSec: 6, confidence: 0.8, verifierScore: 0.7 },
    { startSec: 1, endSec: 2, confidence: 0.9, verifierScore: 0.4 },
  ],
} as RunRecord;
const trace = {
  grounder: {
    response: '<|reg|>',
    success: true,
    pred: [
      [1, 2],
      [2.1, 6],
      [9, 12],
    ],
    conf: [0.9, 0.8, 0.1],
  },
  verifier: { ranks: [1, 0], candidates: [{ score: 0.4 }, { score: 0.7 }] },
  answerer: { response: 'A) a man' },
} as unknown as RunTrace;

describe('a written sample', () => {
  it('has the keys of the reference, the verified candidates best first and the others beside them', () => {
    const float = Math.fround;
    expect(writtenSample(sample, '/data', { record, trace })).toMatchObject({
      source: 'qvhighlights',
      data_type: 'multimodal',
      video_path: 'data/q/videos/v.mp4',
      duration: 20,
      span: [[2, 6]],
      ans: 'A',
      task: ['one', 'two'],
      agents: ['grounder', 'verifier', 'answerer'],
      grounder_success: true,
      pred: [
        [float(2.1), 6],
        [1, 2],
      ],
      conf: [float(0.8), float(0.9)],
      probs: [0.4, 0.7],
      ranks: [1, 0],
      pred_ori: [
        [1, 2],
        [float(2.1), 6],
        [9, 12],
      ],
      response: 'A) a man',
      id: 'q1',
    });
  });

  it('has the best moment as the record has it, whose bounds a package may settle between several', () => {
    const [best, ...others] = record.candidates;
    const settled = { ...record, candidates: [{ ...best!, endSec: 6.5 }, ...others] };
    expect(writtenSample(sample, '/data', { record: settled, trace })).toMatchObject({
      pred: [
        [Math.fround(2.1), 6.5],
        [1, 2],
      ],
      pred_ori: { 1: [Math.fround(2.1), 6] },
    });
  });

  describe('of a search in windows', () => {
    const search = {
      ...{ mode: 'windows' as const, framesSeen: 40, leftOut: [] },
      windows: [
        { startSec: 0, endSec: 12 },
        { startSec: 8, endSec: 20 },
      ],
    };
    const told = { search_mode: 'windows', search_windows: 2, search_frames: 40 };

    it('has what was judged of all windows, not of the one look that the trace shows', () => {
      const judged = [
        { candidate: [1, 2], confidence: 0.9, score: 0.4 },
        { candidate: [2.1, 6], confidence: 0.8, score: 0.7 },
        { candidate: [15, 16], confidence: 0.2, score: 0.1 },
      ];
      const verifier = { ranks: [1, 0, 2], candidates: judged };
      const looked = { ...trace, verifier } as unknown as RunTrace;
      expect(writtenSample(sample, '/data', { record: { ...record, search }, trace: looked })).toMatchObject({
        ...told,
        pred: [
          [Math.fround(2.1), 6],
          [1, 2],
        ],
        pred_ori: [
          [1, 2],
          [Math.fround(2.1), 6],
          [15, 16],
        ],
        conf_ori: [0.9, 0.8, 0.2].map(Math.fround),
        probs: [0.4, 0.7, 0.1],
        ranks: [1, 0, 2],
      });
      const unjudged = { ...trace, verifier: undefined };
      const found = writtenSample(sample, '/data', { record: { ...record, search }, trace: unjudged });
      expect(found['pred']).toHaveLength(2);
      expect(found).not.toHaveProperty('pred_ori');
    });

    it('that finds nothing misses, and is no sample without a moment', () => {
      const nothing = { ...record, candidates: [], search };
      expect(writtenSample(sample, '/data', { record: nothing, trace: {} })).toMatchObject({
        ...told,
        ...{ grounder_success: false, pred: [[0, 0]], conf: [0] },
      });
    });
  });

  it('becomes a line of a QVHighlights submission', () => {
    const written = writtenSample(sample, '/data', { record, trace });
    expect(submissionLine(written)).toEqual({
      vid: 'v',
      qid: 7,
      query: 'a man runs',
      pred_relevant_windows: [
        [Math.fround(2.1), 6, Math.fround(0.8)],
        [1, 2, Math.fround(0.9)],
      ],
    });
  });
});

describe('a failed sample', () => {
  it('takes part in grounding and answers, and misses both', () => {
    const error = { code: 'VIDEO_NOT_FOUND' as const, message: 'gone' };
    const written = failedSample({
      sample,
      dataDir: '/data',
      roles: [...asking.roles],
      reasons: false,
      error,
    });
    const issues = new IssueLog();
    const rules = { usesConfidences: false, confidenceThreshold: 0, slackSec: 0 };
    const read = readPredictionSample(written, rules, (kind) => issues.add(kind, { file: '' }, ''));
    const score = scoreSample(read, defaultMode, (kind) => issues.add(kind, { file: '' }, ''));
    expect(issues.list()).toEqual([]);
    expect(score.grounding).toMatchObject({ failed: true, iou: { value: 0 } });
    expect(score.answer).toEqual({ failed: true, correct: false });
    expect(written).toMatchObject({ error });
  });

  it('of a role that does not run leaves its figures alone', () => {
    const error = { code: 'VIDEO_NOT_FOUND' as const, message: 'gone' };
    const written = failedSample({ sample, dataDir: '/data', roles: ['grounder'], reasons: false, error });
    expect(written).not.toHaveProperty('response');
  });
});

describe('what is asked for a sample', () => {
  it('is its query to ground with, its question to verify and answer, and the benchmark’s rules', () => {
    const request = requestOfSample({ ...asking, sample, roles: [...asking.roles], style: 'options' });
    expect(request).toMatchObject({
      question: 'Who runs?',
      options: ['a man', 'a dog'],
      roles: ['grounder', 'verifier', 'answerer'],
      trace: true,
      benchmark: {
        query: 'a man runs',
        style: 'options',
        minMomentSec: 32,
        times: { roundingUnitSec: 0.1, durationSec: 20 },
      },
    });
  });

  it('leaves out the answerer where there are no options, and refuses when nothing is left', () => {
    const open = { ...sample, options: undefined };
    expect(requestOfSample({ ...asking, sample: open, roles: [...asking.roles] }).roles).toEqual([
      'grounder',
      'verifier',
    ]);
    expect(() => requestOfSample({ ...asking, sample: open, roles: ['answerer'] })).toThrow(
      expect.objectContaining({ code: 'ROLES_INVALID' }),
    );
  });
});

it('says how often a model called tools, and how many of the stretches that it looked at overlap the truth', () => {
  const call = { name: 'crop', arguments: '{}', ok: true, text: '' };
  const turn = { response: '', content: '', tokens: { prompt: 1, generated: 1, reused: 0 } };
  const told = {
    ...record,
    response: '<answer>A</answer>',
    answer: { text: 'A' },
    stop: 'answered' as const,
    turns: [
      {
        ...turn,
        calls: [
          { ...call, spanSec: [0, 3] as [number, number] },
          { ...call, ok: false },
        ],
      },
      { ...turn, calls: [{ ...call, spanSec: [8, 9] as [number, number] }] },
      { ...turn, calls: [] },
    ],
  };
  expect(writtenSample(sample, '/data', { record: told, trace: {} })).toMatchObject({
    response: 'A',
    tool_turns: 3,
    tool_calls: 3,
    tool_refusals: 1,
    tool_spans: [
      [0, 3],
      [8, 9],
    ],
    tool_useful: 1,
    tool_stop: 'answered',
  });
  const withheld = writtenSample({ ...sample, spans: null }, '/data', { record: told, trace: {} });
  expect(withheld).not.toHaveProperty('tool_useful');
});
