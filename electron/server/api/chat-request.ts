import { z } from 'zod';
import { roleSchema } from '../../../native-models/protocol/roles.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';

const partSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) }),
  z.object({ type: z.literal('video_url'), video_url: z.object({ url: z.string() }) }),
]);

const messageSchema = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.union([z.string(), z.array(partSchema)]),
});

/** OpenAI's chat form, as far as it means something here; other fields are passed over, as servers of the kind do. */
export const chatRequestSchema = z.object({
  model: z.string().optional(),
  messages: z.array(messageSchema).min(1),
  temperature: z.number().min(0).nullish(),
  seed: z.number().int().nonnegative().nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  stream: z.boolean().nullish(),
  /** Our own, beside OpenAI's (`extra_body` of its clients). */
  videomind: z
    .object({
      /** Of a multiple-choice question; its text is then asked as `videomind ask --option` asks it. */
      options: z.array(z.string()).optional(),
      roles: z.array(roleSchema).optional(),
      candidates: z.number().int().min(1).max(100).optional(),
    })
    .optional(),
});
export type ChatRequest = z.infer<typeof chatRequestSchema>;

/** What a request asks, taken apart. */
export interface AskedChat {
  readonly question: string;
  /** URL of the video, or those of its frames in their order. */
  readonly video: { readonly url: string } | { readonly frameUrls: readonly string[] };
}

/** @throws EngineError ARGUMENT_INVALID for what is not one question about one video */
export function readChat({ messages }: ChatRequest): AskedChat {
  if (messages.some(({ role }) => role === 'assistant')) {
    throw new EngineError('ARGUMENT_INVALID', 'A request holds one question; earlier replies are not read.');
  }
  const texts: string[] = [];
  const videos: string[] = [];
  const frameUrls: string[] = [];
  for (const { content } of messages) {
    const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
    for (const part of parts) {
      if (part.type === 'text') texts.push(part.text);
      else if (part.type === 'video_url') videos.push(part.video_url.url);
      else frameUrls.push(part.image_url.url);
    }
  }
  const question = texts.join('\n');
  if (question.trim() === '') throw new EngineError('QUESTION_EMPTY', 'The messages hold no text.');
  const [url] = videos;
  if (videos.length > 1 || (url !== undefined && frameUrls.length > 0)) {
    throw new EngineError('ARGUMENT_INVALID', 'A request is about one video: a file, or its frames.');
  }
  if (url !== undefined) return { question, video: { url } };
  if (frameUrls.length === 0) {
    throw new EngineError(
      'ARGUMENT_INVALID',
      'The messages hold neither a video_url nor frames as image_url.',
    );
  }
  return { question, video: { frameUrls } };
}
