import { z } from 'zod';
import { EngineError, errorCodes } from './errors.ts';

/** Raised whenever a frame or a method changes in a way that the other side would misread. */
export const protocolVersion = 1;

/** Longest frame in UTF-16 code units: far above any trace, far below what would exhaust memory. */
export const maxFrameLength = 64 * 1024 * 1024;

const requestId = z.number().int().nonnegative();

/** An error as it travels; a code that this side does not know makes the frame invalid. */
const errorSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  remedy: z.string(),
  details: z.record(
    z.string(),
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.array(z.string()).readonly(),
      z.array(z.number()).readonly(),
    ]),
  ),
});

/** First frame in each direction. */
const helloSchema = z.object({ type: z.literal('hello'), version: z.number().int() });

const clientFrameSchema = z.discriminatedUnion('type', [
  helloSchema,
  z.object({ type: z.literal('request'), id: requestId, method: z.string(), params: z.unknown() }),
  z.object({ type: z.literal('cancel'), id: requestId }),
]);
/** What the asking side sends. */
export type ClientFrame = z.infer<typeof clientFrameSchema>;

const serverFrameSchema = z.discriminatedUnion('type', [
  helloSchema,
  /** A sign of life while a request is worked on. */
  z.object({ type: z.literal('alive') }),
  /** `seq` counts the events of one request from 0. */
  z.object({
    type: z.literal('progress'),
    id: requestId,
    seq: z.number().int().nonnegative(),
    event: z.unknown(),
  }),
  /** Exactly one `result` or `error` ends a request. */
  z.object({ type: z.literal('result'), id: requestId, result: z.unknown() }),
  z.object({ type: z.literal('error'), id: requestId, error: errorSchema }),
]);
/** What the answering side sends. */
export type ServerFrame = z.infer<typeof serverFrameSchema>;

/** @throws EngineError PROTOCOL_INVALID when the frame is longer than `maxFrameLength`. */
export function encodeFrame(frame: ClientFrame | ServerFrame): string {
  const text = JSON.stringify(frame);
  if (text.length > maxFrameLength) throw tooLong(text.length);
  return text;
}

/** Reads a frame of the asking side. @throws EngineError PROTOCOL_INVALID for anything else. */
export function decodeClientFrame(text: unknown): ClientFrame {
  return decode(clientFrameSchema, text);
}

/** Reads a frame of the answering side. @throws EngineError PROTOCOL_INVALID for anything else. */
export function decodeServerFrame(text: unknown): ServerFrame {
  return decode(serverFrameSchema, text);
}

/** @throws EngineError PROTOCOL_MISMATCH when the other side speaks another version. */
export function checkVersion(version: number): void {
  if (version === protocolVersion) return;
  throw new EngineError(
    'PROTOCOL_MISMATCH',
    `This part of the program speaks protocol version ${protocolVersion}, the other one version ${version}.`,
    { details: { expected: protocolVersion, received: version } },
  );
}

function decode<Frame>(schema: z.ZodType<Frame>, text: unknown): Frame {
  if (typeof text !== 'string') {
    throw new EngineError('PROTOCOL_INVALID', `A frame is a string; received ${typeof text}.`);
  }
  if (text.length > maxFrameLength) throw tooLong(text.length);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new EngineError('PROTOCOL_INVALID', 'A frame is not JSON.', { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new EngineError('PROTOCOL_INVALID', `A frame is malformed: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

function tooLong(length: number): EngineError {
  return new EngineError('PROTOCOL_INVALID', `A frame of ${length} characters is too long.`, {
    details: { length, limit: maxFrameLength },
  });
}
