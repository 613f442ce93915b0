import { clipNames, clipSec, jsonLines, type TinyFiles, tinyMoments } from './tiny-annotations.ts';
import type { TinySet } from './tiny-grounding-sets.ts';
import { four, tinyQuestions } from './tiny-questions.ts';

/** Names of 13 characters are taken for ActivityNet's, others for those of QVHighlights. */
const activityNetName = (clip: string): string => `v_${clip.padEnd(11, '_')}`;

const csv = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => `${row.map((cell) => `"${cell}"`).join(',')}\n`).join('');
const nameMap = JSON.stringify(
  Object.fromEntries(clipNames.map((clip, index) => [clip, `000${index}/${clip}`])),
);
const nextClips = (folder: string): string[] =>
  clipNames.map((clip, index) => `${folder}/000${index}/${clip}.mp4`);
const shortName = { train: 'train', valid: 'val', test: 'test' } as const;

const cgBench: TinySet = () => ({
  texts: {
    'cgbench/cgbench_mini.json': JSON.stringify(
      tinyQuestions.map(({ index, name, question, options, answer, letter, span }) => ({
        qid: index,
        video_uid: name,
        question,
        choices: options,
        answer,
        right_answer: letter,
        clue_intervals: [span],
        domain: 'Tests',
        sub_category: index === 0 ? 'Counting' : 'Seeing',
      })),
    ),
    'cgbench/durations.json': JSON.stringify(Object.fromEntries(clipNames.map((clip) => [clip, clipSec]))),
    [`cgbench/subtitles/${clipNames[0]}.srt`]: '1\n00:00:01,000 --> 00:00:03,000\nOne, two, three.\n',
  },
  clips: clipNames.map((clip) => `cgbench/videos_3fps_480_noaudio/${clip}.mp4`),
});

const rexTime: TinySet = (split) => {
  const name = (clip: string): string => (clip === clipNames[0] ? activityNetName(clip) : clip);
  const file = { train: 'train', valid: 'val', test: 'test_release' }[split];
  return {
    texts: {
      [`rextime/rextime_${file}.json`]: JSON.stringify(
        tinyQuestions.map((sample) => ({
          qid: `${split}${sample.index}`,
          vid: name(sample.name),
          category: 'cause',
          question: sample.question,
          options: four(sample.options),
          ...(split !== 'test' && {
            answer: `From <s0> to <e0>, ${sample.answer}`,
            ans: sample.letter,
            span: sample.span,
          }),
        })),
      ),
      'activitynet/durations.json': JSON.stringify({ [activityNetName(clipNames[0])]: clipSec }),
      'qvhighlights/durations.json': JSON.stringify({ [clipNames[1]]: clipSec }),
    },
    clips: [
      `activitynet/videos_3fps_480_noaudio/${activityNetName(clipNames[0])}.mp4`,
      `qvhighlights/videos_3fps_480_noaudio/${clipNames[1]}.mp4`,
    ],
  };
};

const nextGqa: TinySet = (split) => ({
  texts: {
    [`nextgqa/${shortName[split]}.csv`]: csv([
      ['video_id', 'question', 'answer', 'qid', 'type', 'a0', 'a1', 'a2', 'a3', 'a4'],
      ...tinyQuestions.map(({ name, question, answer, index, options }) => [
        name,
        question,
        answer,
        index,
        'CW',
        ...options,
      ]),
    ]),
    [`nextgqa/gsub_${shortName[split]}.json`]: JSON.stringify(
      Object.fromEntries(
        clipNames.map((clip) => [
          clip,
          {
            duration: clipSec,
            location: Object.fromEntries(
              tinyQuestions.filter(({ name }) => name === clip).map(({ index, span }) => [index, [span]]),
            ),
          },
        ]),
      ),
    ),
    'nextgqa/map_vid_vidorID.json': nameMap,
  },
  clips: nextClips('nextqa/videos'),
});

const nextQa: TinySet = (split) => ({
  texts: {
    [`nextqa/${shortName[split]}.csv`]: csv([
      ['video', 'question', 'answer', 'qid', 'type', 'a0', 'a1', 'a2', 'a3', 'a4'],
      ...tinyQuestions.map(({ name, question, index, options }) => [
        name,
        question,
        index,
        index,
        'DC',
        ...options,
      ]),
    ]),
    'nextqa/map_vid_vidorID.json': nameMap,
  },
  clips: nextClips('nextqa/NExTVideo'),
});

const egoQuestions = (file: string, withOptions: boolean): TinyFiles => ({
  texts: {
    [file]: JSON.stringify(
      tinyQuestions.map(({ name, question, options, answer, span, index }) => ({
        video_id: name,
        sample_id: `s${index}`,
        question,
        answer,
        wrong_answers: four(options).filter((option) => option !== answer),
        ...(withOptions && { options: four(options) }),
        moment_start_frame: span[0] * 30,
        moment_end_frame: span[1] * 30,
      })),
    ),
    'ego4d/v1/durations.json': JSON.stringify(
      // EgoTimeQA takes videos from 10 s on, so that tiny ones have to say that they are longer.
      Object.fromEntries(clipNames.map((clip) => [clip, withOptions ? clipSec : 12])),
    ),
  },
  clips: clipNames.map((clip) => `ego4d/v1/videos_3fps_480_noaudio/${clip}.mp4`),
});

const qaEgo4d: TinySet = (split) =>
  egoQuestions(
    `qa_ego4d/annotations.QaEgo4D_${{ train: 'train', valid: 'val_options', test: 'test_options' }[split]}.json`,
    split !== 'train',
  );

const egoTimeQa: TinySet = () => egoQuestions('ego_timeqa/annotations.EgoTimeQA.json', false);

const star: TinySet = (split) => ({
  texts: {
    [`star/STAR_${split === 'train' ? 'train' : 'val'}.json`]: JSON.stringify(
      tinyQuestions.map(({ name, question, options, answer, span, index }) => ({
        question_id: `Interaction_T1_${index}`,
        question,
        video_id: name,
        start: span[0],
        end: span[1],
        answer,
        choices: four(options).map((choice, choiceId) => ({ choice_id: choiceId, choice })),
      })),
    ),
    'charades_sta/durations.json': JSON.stringify(
      Object.fromEntries(clipNames.map((clip) => [clip, clipSec])),
    ),
  },
  clips: clipNames.map((clip) => `charades_sta/videos_3fps_480_noaudio/${clip}.mp4`),
});

const own: TinySet = () => ({
  texts: {
    'annotations.jsonl': jsonLines(
      ...tinyQuestions.map(({ name, question, options, letter, span }) => ({
        video: `${name}.mp4`,
        question,
        options,
        answer: letter,
        spans: [span],
        duration: clipSec,
        category: 'tiny',
      })),
    ),
  },
  clips: clipNames.map((clip) => `${clip}.mp4`),
});

const verifying =
  (file: string): TinySet =>
  () => ({
    texts: {
      [`verifying/${file}.json`]: JSON.stringify(
        tinyMoments.map(({ name, text, span }) => ({
          video_path: `data/verified/${name}.mp4`,
          duration: clipSec,
          query: text,
          span: [span],
          pred: [span, [5, 8], [0, 8]],
          conf: [0.9, 0.5, 0.1],
        })),
      ),
    },
    clips: clipNames.map((clip) => `verified/${clip}.mp4`),
  });

const planning: TinySet = () => ({
  texts: {
    'planning/planning_nextqa_qvhighlights_gpt4o_mini.jsonl': jsonLines(
      ...tinyQuestions.map(({ name, question, index }) => ({
        source: 'nextqa',
        data_type: 'multimodal',
        video_path: `data/planned/${name}.mp4`,
        duration: clipSec,
        route: index + 1,
        question,
        ...(index !== 1 && { query: 'a counter' }),
      })),
    ),
  },
  clips: clipNames.map((clip) => `planned/${clip}.mp4`),
});

const threeWays = (key: string, set: TinySet): Record<string, TinySet> => ({
  [key]: set,
  [`${key}_crop`]: set,
  [`${key}_grounding`]: set,
});

/** Tiny copies of the data sets that ask questions, and of those that roles are trained on, by key. */
export const tinyQuestionSets: Readonly<Record<string, TinySet>> = {
  cgbench: cgBench,
  ...threeWays('rextime', rexTime),
  ...threeWays('nextgqa', nextGqa),
  ...threeWays('qa_ego4d', qaEgo4d),
  ...threeWays('ego_timeqa', egoTimeQa),
  nextqa: nextQa,
  star,
  own,
  ...Object.fromEntries(
    ['qvhighlights', 'didemo', 'tacos'].flatMap((name) =>
      ['2b', '7b'].map((size) => [`${name}_verify_${size}`, verifying(`verifying_${name}_${size}`)]),
    ),
  ),
  mixed_planning: planning,
};
