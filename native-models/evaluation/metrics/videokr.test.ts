import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { firstCapital, isLongVideoBenchCorrect } from './long-video-bench.ts';
import { meanOfTasks, scoreMvBenchTask, truthLetter } from './mvbench.ts';
import { isRuleCorrect, lettersUpTo, replyLetter } from './reply-letter.ts';
import { roundHalfToEven } from './rounding.ts';
import { timesAsFrames } from './sci-video-bench.ts';
import { answerText } from './tagged-reply.ts';
import { scoreVideoMmmuReply, summarizeVideoMmmu } from './video-mmmu.ts';
import type { VideoKrVerdict } from './videokr-eval.ts';
import {
  judgeRequest,
  judgeSaysCorrect,
  readVideoKrQuestion,
  scoreVideoKrReply,
  shownAnswer,
  summarizeVideoKr,
} from './videokr-eval.ts';
import { groupAccuracies, percentCorrect } from './videokr-groups.ts';

type Line = Readonly<Record<string, unknown>>;

function fixtureText(name: string): string {
  return readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8');
}

describe('letters of VideoKR replies', () => {
  const golden = JSON.parse(fixtureText('videokr-letters')) as {
    readonly letters: readonly (Line & { readonly response: string; readonly content: string })[];
    readonly ruleCorrect: { readonly rows: readonly (readonly [string, string, boolean, boolean])[] };
    readonly judgeReplies: { readonly rows: readonly (readonly [string, number])[] };
  };

  test.each(golden.letters.map((row) => [row.response, row] as const))(
    'of %j are the reference’s',
    (reply, row) => {
      expect(answerText(reply)).toBe(row.content);
      for (const [name, count] of [
        ['A-D', 4],
        ['A-E', 5],
        ['A-J', 10],
        ['A-Z', 26],
      ] as const) {
        expect(replyLetter(reply, lettersUpTo(count)) ?? '').toBe(row[name]);
      }
    },
  );

  test('a reply is right when its letter is the truth’s', () => {
    const found = golden.ruleCorrect.rows.map(([reply, truth]) => [
      reply,
      truth,
      isRuleCorrect(reply, truth, lettersUpTo(10)),
      isRuleCorrect(reply, truth, lettersUpTo(4)),
    ]);
    expect(found).toEqual(golden.ruleCorrect.rows);
  });

  test('a judge says yes with a 1 anywhere', () => {
    const found = golden.judgeReplies.rows.map(([reply]) => [reply, judgeSaysCorrect(reply) ? 1 : 0]);
    expect(found).toEqual(golden.judgeReplies.rows);
  });

  test('letters, spaces and word boundaries are Unicode’s', () => {
    expect(replyLetter('ı', lettersUpTo(10))).toBe('I');
    expect(replyLetter('\u001cB\u001c', lettersUpTo(4))).toBe('B');
    expect(replyLetter('\ufeffC dog', lettersUpTo(4))).toBe('C');
    expect(answerText('<answer>\ufeff</answer>')).toBe('\ufeff');
  });
});

interface PerQuestion {
  readonly id: string;
  readonly answer: string;
  readonly pred_answer: string;
  readonly correct: boolean;
  readonly skipped: boolean;
  readonly question_type: string;
  readonly subject: string;
  readonly dataset: string;
}
interface EvalRun {
  readonly docs: readonly Line[];
  readonly responses: readonly string[];
  readonly perDoc: readonly (PerQuestion | { readonly error: string })[];
  readonly aggregate: unknown;
  readonly judgeWasAsked?: readonly unknown[];
}

describe('VideoKR-Eval', () => {
  const text = fixtureText('videokr-eval');
  const golden = JSON.parse(text) as {
    readonly nothing: EvalRun;
    readonly withJudge: EvalRun;
    readonly withoutJudge: EvalRun;
    readonly targets: readonly (readonly [Line, string])[];
  };
  /** As written, since the reference tells 1 from 1.0. */
  const judgeVerdicts = (/"judgeVerdicts":\s*\[([^\]]*)\]/.exec(text)?.[1] ?? '')
    .split(',')
    .map((verdict) => /^\s*"?\s*1\s*"?\s*$/.test(verdict));

  test.each(['nothing', 'withJudge', 'withoutJudge'] as const)(
    'scores documents as the reference does: %s',
    (name) => {
      const run = golden[name];
      const withJudge = name === 'withJudge';
      const verdicts: VideoKrVerdict[] = [];
      const asked: unknown[] = [];
      for (const [index, line] of run.docs.entries()) {
        const expected = run.perDoc[index];
        const reply = run.responses[index] ?? '';
        if (expected === undefined || 'error' in expected) {
          expect(() => readVideoKrQuestion(line)).toThrow(TypeError);
          continue;
        }
        const question = readVideoKrQuestion(line);
        const verdict = scoreVideoKrReply(
          question,
          reply,
          withJudge ? judgeVerdicts[asked.length] : undefined,
        );
        asked.push(judgeRequest(question, reply));
        expect(verdict).toEqual({
          id: expected.id,
          type: expected.question_type,
          subject: expected.subject,
          dataset: expected.dataset,
          truth: expected.answer,
          shownAnswer: expected.pred_answer,
          correct: expected.correct,
          skipped: expected.skipped,
        });
        verdicts.push(verdict);
      }
      expect(summarizeVideoKr(verdicts, withJudge ? 'vlm_judge' : 'rule')).toEqual(run.aggregate);
      if (withJudge) expect(asked).toEqual(run.judgeWasAsked);
    },
  );

  test('finds the truth where the file has it', () => {
    expect(golden.targets.map(([line]) => [line, readVideoKrQuestion(line).truth])).toEqual(golden.targets);
  });
});

interface Task {
  readonly docs: readonly Line[];
  readonly responses: readonly string[];
  readonly perDoc: readonly Line[];
  readonly aggregate: unknown;
}

describe('other tasks of VideoKR’s evaluation', () => {
  const golden = JSON.parse(fixtureText('videokr-other-tasks')) as {
    readonly longvideobench: Task;
    readonly longvideobenchLetters: readonly (readonly [string, string])[];
    readonly mvbench: Task;
    readonly scivideobench: Task;
    readonly scivideobenchTimes: readonly (readonly [string, number, string])[];
    readonly videomme: Task;
    readonly videommmu: Task;
  };
  const reply = (task: Task, index: number): string => task.responses[index] ?? '';

  test('Video-MME: percent of right letters within A–J', () => {
    const task = golden.videomme;
    const correct = task.docs.map((doc, index) =>
      isRuleCorrect(reply(task, index), String(doc['answer']), lettersUpTo(10)),
    );
    expect(correct.map(Number)).toEqual(task.perDoc.map((row) => row['correct']));
    expect(percentCorrect(correct)).toBe(task.aggregate);
    expect(task.docs.map((_, index) => shownAnswer(answerText(reply(task, index)), lettersUpTo(10)))).toEqual(
      task.perDoc.map((row) => row['pred_answer']),
    );
  });

  test('MVBench: percent of right letters within A–E, empty replies left out', () => {
    const task = golden.mvbench;
    const replies = task.docs.map((doc, index) => ({
      reply: reply(task, index),
      options: doc['candidates'] as readonly string[],
      truth: String(doc['answer']),
    }));
    expect(replies.map((one) => truthLetter(one.truth, one.options) ?? null)).toEqual(
      task.perDoc.map((row) => row['gt_answer']),
    );
    expect(replies.map((one) => Math.round(scoreMvBenchTask([one]).accuracy / 100))).toEqual(
      task.perDoc.map((row) => row['score']),
    );
    const score = scoreMvBenchTask(replies);
    expect(score.accuracy).toBeCloseTo(task.aggregate as number, 9);
    expect(score.emptyReplies).toBe(1);
    expect(meanOfTasks([score, { accuracy: 100, count: 19, emptyReplies: 0 }])).toBeCloseTo(
      (score.accuracy + 100) / 2,
      9,
    );
  });

  test('Video-MMMU: share of right letters among replies with one', () => {
    const task = golden.videommmu;
    const verdicts = task.docs.map((doc, index) =>
      scoreVideoMmmuReply(
        {
          id: String(doc['id']),
          optionCount: (doc['options'] as readonly string[]).length,
          truth: String(doc['answer']),
          type: (doc['question_type'] as string | undefined) ?? 'multiple-choice',
        },
        reply(task, index),
      ),
    );
    expect(verdicts.map((one) => [one.subject, Number(one.correct), one.leftOut === 'open'])).toEqual(
      task.perDoc.map((row) => [row['subdomain'], row['correct'], row['skipped']]),
    );
    const summary = summarizeVideoMmmu(verdicts);
    expect(summary.overall.acc).toBe(task.aggregate);
    expect(summary.bySubject.get('Art')).toEqual({ acc: 0.2, num: 5 });
    expect(summary.byDomain.get('Tech and Engineering')).toEqual({ acc: 0, num: 2 });
    expect(summary.overallAllReplies.num).toBe(20);
  });

  test('LongVideoBench: the first capital, share of all', () => {
    expect(golden.longvideobenchLetters.map(([text]) => [text, firstCapital(text)])).toEqual(
      golden.longvideobenchLetters,
    );
    const task = golden.longvideobench;
    expect(task.docs.map((_, index) => firstCapital(reply(task, index)))).toEqual(
      task.perDoc.map((row) => row['parsed_pred']),
    );
    const right = task.docs.filter((doc, index) =>
      isLongVideoBenchCorrect(reply(task, index), doc['correct_choice'] as number),
    );
    expect(right.length / task.docs.length).toBeCloseTo(task.aggregate as number, 9);
    expect(firstCapital('no idea')).toBeUndefined();
  });

  test('SciVideoBench: overall, by type and category', () => {
    const task = golden.scivideobench;
    const items = task.docs.map((doc, index) => ({
      correct: isRuleCorrect(reply(task, index), String(doc['answer']), lettersUpTo(10)),
      category: (doc['category'] as string | undefined) ?? 'UNKNOWN',
      type: (doc['question_type'] as string | undefined) ?? 'UNKNOWN',
    }));
    expect(items.map((one) => one.correct)).toEqual(task.perDoc.map((row) => row['correct']));
    expect({
      overall_acc: percentCorrect(items.map((one) => one.correct)),
      by_category: groupAccuracies(items, (one) => one.category),
      by_question_type: groupAccuracies(items, (one) => one.type),
      evaluation_mode: 'rule',
    }).toEqual(task.aggregate);
    expect(golden.scivideobenchTimes.map(([question]) => timesAsFrames(question))).toEqual(
      golden.scivideobenchTimes.map(([, , rewritten]) => rewritten),
    );
  });
});

test('exact halves are rounded to the even digit', () => {
  expect([3.125, 9.375, -3.125, 2.675, 0.125, 0.375].map((value) => roundHalfToEven(value, 2))).toEqual([
    3.12, 9.38, -3.12, 2.67, 0.12, 0.38,
  ]);
  expect([0.5, 1.5, 2.5, 3.5].map((value) => roundHalfToEven(value, 0))).toEqual([0, 2, 2, 4]);
});
