import type { AnnotationReader, DataSet, SettingOverrides, SplitFile } from '../data-set.ts';
import type { BenchmarkKind, SplitName } from '../benchmark.ts';
import { longVideoBench, mvBench } from '../readers/candidate-lists.ts';
import { ego4dQuestions } from '../readers/ego4d-questions.ts';
import { lvBench } from '../readers/lv-bench.ts';
import { mvBenchFolders } from '../readers/mvbench-tasks.ts';
import { nextGqa, nextQa } from '../readers/nextqa.ts';
import { rexTime } from '../readers/rextime.ts';
import { ownAnnotations } from '../readers/own-annotations.ts';
import { sciVideoBench, videoKrEval, videoMmmu } from '../readers/reasoning-questions.ts';
import { split } from './split.ts';

const nextMap = 'nextqa/map_vid_vidorID.json';
const nextGqaMap = 'nextgqa/map_vid_vidorID.json';

const nextQaSplit = (name: string): SplitFile => split(name, `nextqa/${name}.csv`, nextMap);
const nextGqaSplit = (name: string): SplitFile =>
  split(name, `nextgqa/${name}.csv`, `nextgqa/gsub_${name}.json`, nextGqaMap);
const rexTimeSplit = (name: string, file: string): SplitFile =>
  split(name, `rextime/${file}.json`, 'activitynet/durations.json', 'qvhighlights/durations.json');
const egoSplit = (name: string, file: string): SplitFile => split(name, file, 'ego4d/v1/durations.json');
const qaEgoSplit = (name: string, file: string): SplitFile =>
  egoSplit(name, `qa_ego4d/annotations.QaEgo4D_${file}.json`);

const withheldTest =
  'its annotations hold no answers: predictions on it can only be sent to the benchmark’s server';

/** A set whose questions are also asked on the true moment alone (`_crop`) and for the moment alone (`_grounding`). */
function threeWays(
  set: Omit<DataSet, 'kind' | 'read'> & { readonly read: AnnotationReader },
): readonly DataSet[] {
  const forms: readonly (readonly [suffix: string, title: string, kind: BenchmarkKind])[] = [
    ['', '', 'grounded-answers'],
    ['_crop', ', cropped to the moment', 'grounded-answers'],
    ['_grounding', ', moments alone', 'grounding'],
  ];
  return forms.map(([suffix, title, kind]) => ({
    ...set,
    key: set.key + suffix,
    title: set.title + title,
    kind,
    defaultSplit: suffix === '' ? set.defaultSplit : firstSplit(set.splits),
  }));
}

function firstSplit(splits: DataSet['splits']): SplitName {
  return splits.train === undefined ? 'valid' : 'train';
}

const answersOnly = (
  key: string,
  title: string,
  splits: DataSet['splits'],
  read: AnnotationReader,
  overrides: SettingOverrides = {},
): DataSet => ({
  key,
  title,
  kind: 'answers',
  splits,
  defaultSplit: splits.test === undefined ? 'valid' : 'test',
  overrides,
  read,
});

/** VideoKR's launch defaults: at most 128 frames, at most 200,704 pixels each. */
const reasoningBudget = { maxFrames: 128, maxTokens: 256 };

/** Data sets that ask questions, with or without moments (fixtures/README.md; "the 27 datasets"). */
export const questionSets: readonly DataSet[] = [
  ...threeWays({
    key: 'rextime',
    title: 'ReXTime',
    splits: {
      train: rexTimeSplit('train', 'rextime_train'),
      valid: rexTimeSplit('val', 'rextime_val'),
      test: { ...rexTimeSplit('test', 'rextime_test_release'), truth: 'withheld', refusal: withheldTest },
    },
    defaultSplit: 'valid',
    overrides: { roundingUnitSec: 1, minMomentSec: 64 },
    read: rexTime,
  }),
  ...threeWays({
    key: 'nextgqa',
    title: 'NExT-GQA',
    splits: { valid: nextGqaSplit('val'), test: nextGqaSplit('test') },
    defaultSplit: 'test',
    overrides: { roundingUnitSec: 0.1 },
    read: nextGqa,
  }),
  ...threeWays({
    key: 'qa_ego4d',
    title: 'QaEgo4D',
    splits: {
      train: qaEgoSplit('train', 'train'),
      valid: qaEgoSplit('val', 'val_options'),
      test: qaEgoSplit('test', 'test_options'),
    },
    defaultSplit: 'test',
    read: ego4dQuestions,
  }),
  ...threeWays({
    key: 'ego_timeqa',
    title: 'EgoTimeQA',
    splits: { train: egoSplit('train', 'ego_timeqa/annotations.EgoTimeQA.json') },
    defaultSplit: 'train',
    read: ego4dQuestions,
  }),
  answersOnly(
    'nextqa',
    'NExT-QA',
    { train: nextQaSplit('train'), valid: nextQaSplit('val'), test: nextQaSplit('test') },
    nextQa,
  ),
  answersOnly(
    'lvbench',
    'LVBench',
    { test: split('test', 'lvbench/LVBench/video_info.meta.jsonl') },
    lvBench,
  ),
  answersOnly(
    'mvbench',
    'MVBench',
    { test: split('test', ...Object.keys(mvBenchFolders).map((task) => `mvbench/json/${task}.json`)) },
    mvBench,
    { minMomentShare: 0.9, maxFrames: 64, minTokens: 128, maxTokens: 256 },
  ),
  {
    ...answersOnly(
      'longvideobench',
      'LongVideoBench',
      {
        valid: split('val', 'longvideobench/lvb_val.json'),
        test: {
          ...split('test', 'longvideobench/lvb_test_wo_gt.json'),
          truth: 'withheld',
          refusal: withheldTest,
        },
      },
      longVideoBench,
    ),
    // As published, anything that is not `valid` is the test file.
    publishedSplits: {
      train: {
        ...split('test', 'longvideobench/lvb_test_wo_gt.json'),
        truth: 'withheld',
        refusal: withheldTest,
      },
    },
    defaultSplit: 'valid',
  },
  answersOnly(
    'videokr_eval',
    'VideoKR-Eval',
    { test: split('test', 'videokr_eval/VideoKR_eval.jsonl') },
    videoKrEval,
    reasoningBudget,
  ),
  ...['Perception', 'Comprehension', 'Adaptation'].map((task) =>
    answersOnly(
      `video_mmmu_${task.toLowerCase()}`,
      `VideoMMMU, ${task.toLowerCase()}`,
      { test: split('test', `video_mmmu/${task}/test-00000-of-00001.parquet`) },
      videoMmmu,
      reasoningBudget,
    ),
  ),
  answersOnly(
    'scivideobench',
    'SciVideoBench',
    { test: split('test', 'scivideobench/scivideobench_1k.jsonl') },
    sciVideoBench,
    reasoningBudget,
  ),
  {
    key: 'own',
    title: 'Own annotations',
    kind: 'grounded-answers',
    splits: { test: split('own', 'annotations.jsonl', 'annotations.csv') },
    defaultSplit: 'test',
    asksAsPackaged: true,
    oneFileIsEnough: true,
    read: ownAnnotations,
  },
];
