import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from './errors.ts';
import {
  checkVersion,
  decodeClientFrame,
  decodeServerFrame,
  encodeFrame,
  maxFrameLength,
  protocolVersion,
} from './frames.ts';

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('frames', () => {
  it('arrive as they were sent', () => {
    const request = {
      type: 'request',
      id: 3,
      method: 'ask',
      params: { question: ' spaces stay \n' },
    } as const;
    expect(decodeClientFrame(encodeFrame(request))).toEqual(request);
    const error = new EngineError('VIDEO_EMPTY', 'x.mp4 is empty.', {
      details: { path: 'x.mp4', sizes: [0] },
    });
    const frame = { type: 'error', id: 3, error: error.serialize() } as const;
    const decoded = decodeServerFrame(encodeFrame(frame));
    expect(decoded).toEqual(frame);
  });

  it.each([
    ['not a string', 42],
    ['not JSON', '{"type":'],
    ['no object', '[]'],
    ['an unknown type', '{"type":"shutdown"}'],
    ['a negative id', '{"type":"cancel","id":-1}'],
    ['a fractional id', '{"type":"cancel","id":1.5}'],
    ['a missing field', '{"type":"cancel"}'],
    ['a frame of the other side', '{"type":"result","id":1,"result":null}'],
  ])('are refused when they are %s', (_name, message) => {
    expect(codeOf(() => decodeClientFrame(message))).toBe('PROTOCOL_INVALID');
  });

  it('are refused when they carry an error code that this side does not know', () => {
    const error = { code: 'MADE_UP', message: '', remedy: '', details: {} };
    expect(codeOf(() => decodeServerFrame(JSON.stringify({ type: 'error', id: 1, error })))).toBe(
      'PROTOCOL_INVALID',
    );
  });

  it('are bounded in size in both directions', () => {
    const params = 'x'.repeat(maxFrameLength);
    expect(codeOf(() => encodeFrame({ type: 'request', id: 1, method: 'ask', params }))).toBe(
      'PROTOCOL_INVALID',
    );
    expect(codeOf(() => decodeClientFrame(params + 'x'))).toBe('PROTOCOL_INVALID');
  });

  it('never make the reader throw anything but PROTOCOL_INVALID', () => {
    const nearlyFrames = fc.record(
      {
        type: fc.constantFrom('hello', 'request', 'cancel', 'progress', 'result', 'error', 'alive', 'other'),
        id: fc.oneof(fc.integer(), fc.double(), fc.string()),
        seq: fc.oneof(fc.integer(), fc.string()),
        version: fc.anything(),
        method: fc.oneof(fc.string(), fc.integer()),
        params: fc.jsonValue(),
        error: fc.jsonValue(),
        __proto__: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const messages = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.json(),
      nearlyFrames.map((frame) => JSON.stringify(frame)),
    );
    fc.assert(
      fc.property(messages, (message) => {
        for (const decode of [decodeClientFrame, decodeServerFrame]) {
          expect(['accepted', 'PROTOCOL_INVALID']).toContain(codeOf(() => decode(message)));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('name both versions when the two sides differ', () => {
    expect(codeOf(() => checkVersion(protocolVersion))).toBe('accepted');
    expect(codeOf(() => checkVersion(protocolVersion + 1))).toBe('PROTOCOL_MISMATCH');
  });
});
