import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';
import { askVideos } from './ask-videos.ts';
import type { Session } from './session.ts';
import { Terminal } from './terminal.ts';

const stderr: string[] = [];
beforeEach(() => {
  stderr.length = 0;
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => stderr.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const moment = { startSec: 2, endSec: 4 };
const found = {
  ...{ schemaVersion: 1, roles: ['grounder'], candidates: [{ ...moment, confidence: 0.5 }], moment },
  ...{ video: { path: '/films/b.mp4' }, timings: {}, tokens: {}, warnings: [] },
} as unknown as RunRecord;

/** A session whose engine answers as told, one question after another. */
function sessionOf(
  ask: (request: { readonly roles: readonly string[] }, session: Session) => RunRecord,
): Session {
  const session = { signal: new AbortController().signal } as {
    -readonly [Key in keyof Session]: Session[Key];
  };
  session.engine = {
    call: async (method: string, request: { readonly roles: readonly string[] }) =>
      method === 'load'
        ? await Promise.resolve({ roles: ['grounder', 'answerer'], checksum: 'c' })
        : await Promise.resolve().then(() => ({ record: ask(request, session) })),
  } as unknown as Session['engine'];
  return session;
}

const options = { model: 'package', candidates: 5, temperature: 0 } as unknown as Parameters<
  typeof askVideos
>[4];
const askBoth = (session: Session) =>
  askVideos(new Terminal(), session, ['a.mp4', 'b.mp4'], 'What falls?', options);

test('what Ctrl-C ends is the video that is looked at, and none that could not be', async () => {
  let broken = 0;
  const session = sessionOf(() => {
    broken++;
    throw new EngineError('VIDEO_UNREADABLE', 'No video.');
  });
  await expect(askBoth(session)).rejects.toMatchObject({ code: 'VIDEO_UNREADABLE' });
  expect([broken, session.onInterrupt]).toEqual([2, undefined]);
});

test('what should be known of the answer from the best moment is said', async () => {
  const warning = { code: 'SUBTITLES_CUT', message: 'Only some lines fit.' };
  const session = sessionOf(({ roles }) =>
    roles.includes('answerer') ? { ...found, warnings: [warning] } : found,
  );
  await askBoth(session);
  expect(stderr.join('')).toBe(`warning ${warning.code}: ${warning.message}\n`);
});
