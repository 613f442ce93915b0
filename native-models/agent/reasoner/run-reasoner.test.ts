import { describe, expect, test } from 'vitest';
import { reasonerRequestSchema } from '../../protocol/reasoner-request.ts';
import type { ReasonerRequest } from '../../protocol/reasoner-request.ts';
import { runEventSchema } from '../../protocol/run-events.ts';
import type { RunEvent } from '../../protocol/run-events.ts';
import { runRecordSchema } from '../../protocol/run-record.ts';
import { searchRequestSchema } from '../../protocol/search-request.ts';
import { runTraceSchema } from '../../protocol/run-trace.ts';
import type { VerifierTrace } from '../../protocol/run-trace.ts';
import { request, setUp } from '../test-support/fake-agent.ts';
import { setUpReasoner } from '../test-support/fake-reasoner.ts';
import { ownInstructions } from './words.ts';
import { readToolPackText } from '../test-support/tool-pack.ts';
import { replyTrace } from '../test-support/traces.ts';

const reply = '<think>It rises from 2 s to 4 s.\nThen <12.5 seconds>.</think>\n<answer>B</answer>';
const options = ['red', 'blue'];
const asked = (changes: Partial<ReasonerRequest> = {}) => ({
  reasoner: reasonerRequestSchema.parse(changes),
});

describe('a whole run', async () => {
  const { agent } = await setUpReasoner(reply);
  const events: RunEvent[] = [];
  const { record, trace } = await agent.ask(request({ options }), { onEvent: (event) => events.push(event) });

  test('gives a record and a trace that their schemas accept', () => {
    expect(runRecordSchema.parse(record)).toEqual(record);
    expect(runTraceSchema.parse(trace)).toEqual(trace);
    expect(record).toMatchObject({
      roles: ['reasoner'],
      response: reply,
      reasoning: 'It rises from 2 s to 4 s.\nThen <12.5 seconds>.',
      answer: { text: 'B', option: 'B' },
      candidates: [],
      warnings: [],
    });
    expect(record.tokens.reasoner!.generated).toBe(replyTrace(trace).outputIds.length);
  });

  test('lists the times that were said, as said and not verified', () => {
    expect(record.moments).toEqual([
      { startSec: 2, endSec: 4, text: '2 s to 4 s', saidIn: 'reasoning' },
      { startSec: 12.5, endSec: 12.5, text: '12.5 seconds', saidIn: 'reasoning' },
    ]);
  });

  test('tells reasoning from answer while they come in', () => {
    for (const event of events) expect(runEventSchema.parse(event)).toEqual(event);
    const said = (part: string) =>
      events.flatMap((event) => (event.type === 'token' && event.part === part ? event.text : [])).join('');
    expect(said('reasoning')).toBe(record.reasoning);
    expect(said('answer')).toBe('B');
    const told = events.map((event) => event.type).filter((type) => type !== 'progress' && type !== 'token');
    expect(told).toEqual(['started', 'answering', 'reasoned', 'answered']);
  });

  test('the frames are those of its budget, stamped with their times', () => {
    const { frameIndices, timestampTexts, text, inputIds } = replyTrace(trace);
    expect(frameIndices).toHaveLength(16);
    expect(frameIndices![15]).toBe(599);
    expect(timestampTexts![0]).toBe('<0.8 seconds>');
    expect(text.split('<|video_pad|>')).toHaveLength(2);
    expect(text).not.toContain('seconds>');
    expect(inputIds.length).toBeGreaterThan(16);
  });
});

describe('what is asked', async () => {
  const { agent } = await setUpReasoner(reply);
  const promptOf = async (changes: Partial<Parameters<typeof request>[0]>) =>
    (await agent.ask(request({ question: 'What rises?', ...changes }))).trace!.reasoner!.prompt;

  test('options are lettered, one a line, with our own instructions', async () => {
    expect(await promptOf({ options })).toBe(`What rises?\nA. red\nB. blue\n${ownInstructions.choice}`);
    expect(await promptOf({ options: ['A. red', 'B. blue'] })).toContain('\nA. red\nB. blue\n');
    expect(await promptOf({})).toBe(`What rises?\n${ownInstructions.open}`);
  });

  test('instructions of a checkpoint take their place', async () => {
    const instructions = { choice: 'Letter only.', open: 'Few words.' };
    expect(await promptOf({ options, ...asked({ instructions }) })).toMatch(/B. blue\nLetter only\.$/u);
    expect(await promptOf(asked({ instructions }))).toBe('What rises?\nFew words.');
  });

  test('a verbatim prompt is sent as given', async () => {
    const question = ' What?\nA. x \n';
    expect(await promptOf({ question, options, ...asked({ verbatim: true }) })).toBe(question);
  });

  test('subtitles come before the question', async () => {
    expect(await promptOf({ subtitlesPath: '/s.srt' })).toMatch(/^Subtitles:\n.*A voice\n\nWhat rises\?/u);
  });
});

test('boxes and points that are said are places of the picture, in record and event', async () => {
  const { agent } = await setUpReasoner(
    '<think><obj>cup</obj><box>[0,0,28,28]</box>at<t>2</t>s</think><answer>{"point_2d": [14, 7], "time": 3}</answer>',
  );
  const events: RunEvent[] = [];
  const { record, trace } = await agent.ask(request(), { onEvent: (event) => events.push(event) });
  const [, rows = 0, columns = 0] = replyTrace(trace).gridTHW ?? [];
  const [height, width] = [rows * 14, columns * 14];
  const places = [
    {
      region: { kind: 'box', left: 0, top: 0, right: 28 / width, bottom: 28 / height },
      ...{
        name: 'cup',
        atSec: 2,
        text: '<obj>cup</obj><box>[0,0,28,28]</box>at<t>2</t>',
        saidIn: 'reasoning',
      },
    },
    {
      region: { kind: 'point', x: 14 / width, y: 7 / height },
      ...{ name: '', atSec: 3, text: '{"point_2d": [14, 7], "time": 3}', saidIn: 'answer' },
    },
  ];
  expect(runRecordSchema.parse(record).places).toEqual(places);
  expect(events.find(({ type }) => type === 'reasoned')).toMatchObject({ places });
  expect(record.moments).toMatchObject([{ startSec: 2, endSec: 2 }]);
});

describe('a range', () => {
  test('is what is looked at, and what is said in seconds since its start is placed in it', async () => {
    const { agent } = await setUpReasoner('<think>at 2 s</think><answer>x</answer>', 'positions');
    const { record, trace } = await agent.ask(request({ startSec: 10, endSec: 20 }));
    expect(trace!.reasoner!.frameIndices![0]).toBe(250);
    expect(record.moments).toMatchObject([{ startSec: 12, endSec: 12 }]);
  });

  test('stamps count in the whole file', async () => {
    const { agent } = await setUpReasoner('<think>at 12 s, not 2 s</think><answer>x</answer>');
    const { record } = await agent.ask(request({ startSec: 10, endSec: 20 }));
    expect(record.moments).toMatchObject([{ startSec: 12, endSec: 12 }]);
  });
});

describe('a reply that is cut', () => {
  test('before its answer is said to be, and all of it stands for the answer', async () => {
    const { agent } = await setUpReasoner(reply);
    const { record } = await agent.ask(request({ maxTokens: 12 }));
    expect(record.warnings).toMatchObject([{ code: 'REPLY_CUT' }]);
    expect(record.warnings[0]!.message).toContain('before its answer');
    expect(record.answer!.text).toBe(record.response);
    expect(reply.startsWith(record.response!)).toBe(true);
  });
});

describe('with a VideoMind package', () => {
  const verification = (changes: object) => {
    return asked({ verification: { modelPath: '/v', candidates: 'said', answerFrom: 'whole', ...changes } });
  };

  test('what was said is verified', async () => {
    const { agent, videoMind } = await setUpReasoner(reply);
    const { record, trace } = await agent.ask(request(verification({})), { videoMind });
    expect(record.roles).toEqual(['reasoner', 'verifier']);
    expect(record.verifierModel).toMatchObject({ name: 'fake' });
    const scores = record.candidates.map((candidate) => candidate.verifierScore!);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(record.moments!.map((moment) => moment.verifierScore)).toEqual(
      trace!.verifier!.candidates.map((candidate) => candidate.score),
    );
    expect(record.firstReply).toBeUndefined();
    expect(runRecordSchema.parse(record)).toEqual(record);
  });

  test('and asked about again, on the best moment only', async () => {
    const { agent, videoMind } = await setUpReasoner(reply);
    const { record, trace } = await agent.ask(request(verification({ answerFrom: 'moment' })), { videoMind });
    expect(record.firstReply!.moments.every((moment) => moment.verifierScore !== undefined)).toBe(true);
    const [start, end] = replyTrace(trace, 'reasonerOnMoment').span!;
    expect(start).toBeLessThanOrEqual(record.moment!.startSec);
    expect(end).toBeGreaterThanOrEqual(record.moment!.endSec);
    expect(end - start).toBeGreaterThanOrEqual(2);
    for (const frame of trace!.reasonerOnMoment!.frameIndices!) {
      expect(frame / 25).toBeGreaterThanOrEqual(start - 0.04);
      expect(frame / 25).toBeLessThanOrEqual(end + 0.04);
    }
    expect(runTraceSchema.parse(trace)).toEqual(trace);
  });

  test('the package’s own candidates are found first, and the best is answered from', async () => {
    const { agent, videoMind } = await setUpReasoner(reply);
    const events: string[] = [];
    const { record, trace } = await agent.ask(
      request(verification({ candidates: 'grounded', answerFrom: 'moment' })),
      { videoMind, onEvent: ({ type }) => events.push(type) },
    );
    expect(record.roles).toEqual(['grounder', 'verifier', 'reasoner']);
    expect(record.candidates).toHaveLength(5);
    expect(events.indexOf('ranked')).toBeLessThan(events.indexOf('answering'));
    const [start, end] = replyTrace(trace).span!;
    expect([start, end]).toEqual([record.moment!.startSec, record.moment!.endSec]);
  });

  test('found bounds are settled where the package wants that, those that were said are not', async () => {
    const { agent } = await setUpReasoner('<think>2 s to 6 s, or 3 s to 7 s.</think><answer>x</answer>');
    const { model, agent: videoMind } = await setUp();
    // The one that the grounder is surest of comes first: another candidate means the same moment.
    Object.assign(model, { promptSet: { ...model.promptSet, confidenceWeight: 4, boundsSharpness: 0.01 } });
    const askWith = (candidates: string) => agent.ask(request(verification({ candidates })), { videoMind });
    const bestFound = ({ candidates, ranks }: VerifierTrace) => candidates[ranks[0]!]!.candidate;
    const grounded = await askWith('grounded');
    const [startSec, endSec] = bestFound(grounded.trace!.verifier!);
    expect(grounded.record.moment).not.toEqual({ startSec, endSec });
    const { record, trace } = await askWith('said');
    const [saidStartSec, saidEndSec] = bestFound(trace!.verifier!);
    expect(record.moment).toEqual({ startSec: saidStartSec, endSec: saidEndSec });
  });

  test('that tools were given verifies what a reply says at its end, without being asked to', async () => {
    const { agent, videoMind } = await setUpReasoner(reply);
    const protocol = readToolPackText('pack-tools', 'tools.json');
    const tools = { protocol, packagePath: '/v', toolRounds: 0 };
    const { record, trace } = await agent.ask(request(asked({ tools })), { videoMind });
    expect(record.roles).toEqual(['reasoner', 'verifier']);
    expect(record.moments!.map((moment) => moment.verifierScore)).toEqual(
      trace!.verifier!.candidates.map((candidate) => candidate.score),
    );
    expect(record.moments!.length).toBeGreaterThan(0);
    expect(record.warnings.map(({ code }) => code)).not.toContain('NO_MOMENT_SAID');
    expect(runRecordSchema.parse(record)).toEqual(record);
  });

  test('that tools were given and that has no verifier leaves what is said as it is', async () => {
    const { agent, videoMind } = await setUpReasoner(reply);
    const { workspace } = videoMind;
    const model = { ...workspace.model, roles: ['grounder' as const] };
    const tools = {
      protocol: readToolPackText('pack-tools', 'tools.json'),
      packagePath: '/v',
      toolRounds: 0,
    };
    const grounderOnly = { ...videoMind, workspace: { ...workspace, model } };
    const { record } = await agent.ask(request(asked({ tools })), { videoMind: grounderOnly });
    expect(record.candidates).toEqual([]);
    expect(record.moments!.every((moment) => moment.verifierScore === undefined)).toBe(true);
  });

  test('a reply without times leaves nothing to verify, and says so', async () => {
    const { agent, videoMind } = await setUpReasoner('<answer>no</answer>');
    const { record } = await agent.ask(request(verification({ answerFrom: 'moment' })), { videoMind });
    expect(record.warnings).toMatchObject([{ code: 'NO_MOMENT_SAID' }]);
    expect(record.answer!.text).toBe('no');
  });

  test('a search of windows is refused: a reasoner is shown what it is asked about at once', async () => {
    const { agent } = await setUpReasoner(reply);
    const asking = agent.ask(request({ search: searchRequestSchema.parse({ mode: 'windows' }) }));
    await expect(asking).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });

  test('a package without a verifier is refused', async () => {
    const { agent } = await setUpReasoner(reply);
    const other = await setUpReasoner(reply);
    const plain = {
      ...other.agent,
      workspace: { ...other.agent.workspace, model: { ...other.model, roles: [] } },
    };
    await expect(agent.ask(request(verification({})), { videoMind: plain })).rejects.toMatchObject({
      code: 'ROLES_INVALID',
    });
  });
});

test('text alone can be asked about', async () => {
  const { agent } = await setUpReasoner(reply);
  const { reply: said, trace } = await agent.askWithoutVideo(request());
  expect(said).toMatchObject({ answer: { text: 'B' }, moments: [] });
  expect(trace.frameIndices).toBeUndefined();
  expect(trace.text).not.toContain('video_pad');
  expect(trace.ropeDelta).toBe(0);
});

describe('what does not fit the model is refused', () => {
  test.each([
    ['ROLES_INVALID', { roles: ['answerer'] as const }],
    ['ARGUMENT_INVALID', { subtitlesPath: '/s.srt', ...asked({ verbatim: true }) }],
    ['ARGUMENT_INVALID', asked({ minFrames: 20, maxFrames: 8 })],
    ['ARGUMENT_INVALID', asked({ minPixels: 90_000, maxPixels: 8000 })],
    ['QUESTION_TOO_LONG', { maxTokens: 4090 }],
  ] as const)('%s', async (code, changes) => {
    const { agent } = await setUpReasoner(reply);
    await expect(agent.ask(request(changes as object))).rejects.toMatchObject({ code });
  });

  test('a VideoMind package takes none of these settings, and always a video', async () => {
    const { agent } = await setUp();
    await expect(agent.ask(request(asked()))).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await expect(agent.askWithoutVideo(request())).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});
