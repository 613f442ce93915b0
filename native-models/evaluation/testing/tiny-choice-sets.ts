import { mvBenchFolders } from '../benchmarks/readers/mvbench-tasks.ts';
import { clipNames, jsonLines, tinyLetters } from './tiny-annotations.ts';
import type { TinySet } from './tiny-grounding-sets.ts';
import { four, tinyQuestions } from './tiny-questions.ts';
import { writeTable } from './write-table.ts';

const letteredOptions = (options: readonly string[]): string[] =>
  four(options).map((option, index) => `${tinyLetters[index] ?? ''}. ${option}`);

const videoMme: TinySet = () => ({
  bytes: {
    'videomme/test-00000-of-00001.parquet': writeTable(
      tinyQuestions.map(({ index, name, question, options, letter }) => ({
        question_id: `000-${index}`,
        videoID: name,
        duration: index === 0 ? 'short' : 'long',
        question,
        options: letteredOptions(options),
        answer: letter,
      })),
    ),
  },
  clips: clipNames.map((clip) => `videomme/videos/${clip}.mp4`),
});

const videoMmmu =
  (task: string): TinySet =>
  () => ({
    bytes: {
      [`video_mmmu/${task}/test-00000-of-00001.parquet`]: writeTable(
        tinyQuestions.map(({ index, question, options, letter }) => ({
          id: `dev_Basic_Medical_Science_${index + 1}`,
          question,
          options: four(options),
          answer: letter,
          question_type: 'multiple-choice',
        })),
      ),
    },
    clips: tinyQuestions.map(({ index }) => `video_mmmu/videos/dev_Basic_Medical_Science_${index + 1}.mp4`),
  });

const sciVideoBench: TinySet = () => ({
  texts: {
    'scivideobench/scivideobench_1k.jsonl': jsonLines(
      ...tinyQuestions.map(({ index, name, question, options, letter }) => ({
        question_id: index,
        video_id: name,
        question,
        options: Object.fromEntries(options.map((option, at) => [tinyLetters[at] ?? '', option])),
        answer: letter,
        question_type: 'Conceptual Reasoning',
        category: 'Physics',
      })),
    ),
  },
  clips: clipNames.map((clip) => `scivideobench/videos/jove_${clip}.mp4`),
});

const mlvuTasks = [
  '1_plotQA',
  '2_needle',
  '3_ego',
  '4_count',
  '5_order',
  '6_anomaly_reco',
  '7_topic_reasoning',
];

const candidates = ({
  question,
  options,
  answer,
}: (typeof tinyQuestions)[number]): Record<string, unknown> => ({
  question,
  candidates: four(options),
  answer,
});

const [firstSample] = tinyQuestions;

const mlvu: TinySet = () => ({
  texts: Object.fromEntries(
    mlvuTasks.map((task) => [
      `mlvu/json/${task}.json`,
      JSON.stringify([
        {
          video: `${clipNames[0]}.mp4`,
          ...(firstSample && candidates(firstSample)),
          question_type: task.slice(2),
        },
      ]),
    ]),
  ),
  clips: mlvuTasks.map((task) => `mlvu/video/${task}/${clipNames[0]}.mp4`),
});

const lvBench: TinySet = () => ({
  texts: {
    'lvbench/LVBench/video_info.meta.jsonl': jsonLines(
      ...clipNames.map((clip) => ({
        key: clip,
        type: 'test',
        qa: tinyQuestions
          .filter(({ name }) => name === clip)
          .map(({ index, question, options, letter }) => ({
            uid: String(index),
            question: [
              question,
              ...four(options).map((option, at) => `(${tinyLetters[at] ?? ''}) ${option}`),
            ].join('\n'),
            answer: letter,
            question_type: ['reasoning'],
            time_reference: '00:01-00:04',
          })),
      })),
    ),
  },
  clips: clipNames.map((clip) => `lvbench/videos_3fps_480_noaudio/${clip}.mp4`),
});

const mvBench: TinySet = () => {
  const tasks = Object.entries(mvBenchFolders);
  const [episodic, ...others] = tasks;
  return {
    texts: Object.fromEntries(
      tasks.map(([task]) => [
        `mvbench/json/${task}.json`,
        JSON.stringify([
          {
            video: task === episodic?.[0] ? clipNames[0] : `${clipNames[0]}.mp4`,
            ...(firstSample && candidates(firstSample)),
          },
        ]),
      ]),
    ),
    clips: [...new Set(others.map(([, folder]) => `mvbench/video/${folder}/${clipNames[0]}.mp4`))],
    pictureFolders: { [`mvbench/video/${episodic?.[1] ?? ''}/${clipNames[0]}`]: 64 },
  };
};

const longVideoBench: TinySet = (split) => ({
  texts: {
    [`longvideobench/${split === 'valid' ? 'lvb_val' : 'lvb_test_wo_gt'}.json`]: JSON.stringify(
      tinyQuestions.map(({ index, name, question, options }) => ({
        id: String(index),
        video_id: name,
        question,
        candidates: four(options),
        duration_group: 15,
        level: 'L1-Perception',
        question_category: 'S2E',
        ...(split === 'valid' && { correct_choice: index }),
      })),
    ),
  },
  clips: clipNames.map((clip) => `longvideobench/videos/${clip}.mp4`),
});

const videoKrEval: TinySet = () => ({
  texts: {
    'videokr_eval/VideoKR_eval.jsonl': jsonLines(
      ...tinyQuestions.map(({ index, name, question, options, letter }) => ({
        id: `kr${index}`,
        video_path: name,
        question,
        options: letteredOptions(options),
        solution: letter,
        problem_type: 'multiple-choice',
        subject: 'physics',
        dataset: 'tiny',
      })),
      {
        id: 'kr-open',
        video_path: 'clip_a',
        question: 'How many frames are counted?',
        solution: '200',
        problem_type: 'open-ended',
        subject: 'mathematics',
        dataset: 'tiny',
      },
    ),
  },
  clips: clipNames.map((clip) => `videokr_eval/${clip}.mp4`),
});

/** Tiny copies of the benchmarks that ask for answers alone, by key. */
export const tinyChoiceSets: Readonly<Record<string, TinySet>> = {
  videomme: videoMme,
  mlvu,
  lvbench: lvBench,
  mvbench: mvBench,
  longvideobench: longVideoBench,
  videokr_eval: videoKrEval,
  video_mmmu_perception: videoMmmu('Perception'),
  video_mmmu_comprehension: videoMmmu('Comprehension'),
  video_mmmu_adaptation: videoMmmu('Adaptation'),
  scivideobench: sciVideoBench,
};
