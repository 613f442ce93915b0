import { z } from 'zod';

/** Words with placeholders; see read-protocol.ts for the names that each may use. */
const words = z.string().max(100_000);
/** A name of a tool or argument, or a tag. */
const name = z.string().min(1).max(200);

const tagsSchema = z.object({ open: name, close: name });

/** What a call that cannot be read does: it ends the run, no call of the reply counting; or the model is told, or it is left out. */
const brokenSchema = z.enum(['ends', 'told', 'skipped']).default('ends');

/** Which calls of a reply count: all, or the first alone, with which the reply ends. */
const whichSchema = z.enum(['all', 'first']).default('all');

/** How much of a stretch is looked at. */
const lookSchema = z.object({
  /** Frames a second. */
  fps: z.number().positive().max(1000),
  minFrames: z.number().int().min(1).max(10_000),
  maxFrames: z.number().int().min(2).max(10_000),
  /** Smallest and largest area of a frame as it is read, in pixels. */
  minPixels: z.number().int().positive(),
  maxPixels: z.number().int().positive(),
});
export type LookBudget = z.infer<typeof lookSchema>;

/**
 * Looks at a stretch again; the arguments are named by the fields. Where it begins and ends is said by two arguments, or by one
 * that is a list of both (`span`); `fps` says how densely, and without a `path` no video is named.
 */
const cropKindSchema = z.union([
  z.object({ kind: z.literal('crop'), path: name.optional(), start: name, end: name, fps: name.optional() }),
  z.object({ kind: z.literal('crop'), path: name.optional(), span: name, fps: name.optional() }),
]);
/** One frame at full size, or a part of it: `region` is [left, top, right, bottom] in shares of the frame, 0 to 1. */
const frameKindSchema = z.object({ kind: z.literal('frame'), time: name, region: name.optional() });
/** What a VideoMind package's grounder finds for a description. */
const groundKindSchema = z.object({ kind: z.literal('ground'), description: name });
/** What a VideoMind package's verifier says of a description and a stretch. */
const verifyKindSchema = z.object({ kind: z.literal('verify'), description: name, start: name, end: name });
/** The subtitles of a stretch. */
const subtitlesKindSchema = z.object({ kind: z.literal('subtitles'), start: name, end: name });

/** What a tool does, whatever it is called. */
export const toolKindSchema = z.union([
  cropKindSchema,
  frameKindSchema,
  groundKindSchema,
  verifyKindSchema,
  subtitlesKindSchema,
]);
export type ToolKind = z.infer<typeof toolKindSchema>;
export type ToolKindOf<Name extends ToolKind['kind']> = Extract<ToolKind, { kind: Name }>;

/** How a call is written between its tags: JSON with a tool's name and arguments, or of one tool the arguments alone. */
const callSchema = z.union([
  tagsSchema.extend({ name, arguments: name, broken: brokenSchema, which: whichSchema }),
  tagsSchema.extend({ tool: name, broken: brokenSchema, which: whichSchema }),
]);

const messagesSchema = z.object({
  arguments: words,
  missing: words,
  path: words,
  number: words,
  start: words,
  range: words,
  /** Where `fps` asks for more frames than a look may have: `{frames}`, `{most}`; absent: our own words, as below. */
  tooDense: words.optional(),
  /** What only some protocols say; absent: our own words. */
  text: words.optional(),
  region: words.optional(),
  tooLarge: words.optional(),
  tooMany: words.optional(),
  unavailable: words.optional(),
  failed: words.optional(),
});

/** How a model that calls tools is shown a video, told of its tools, read, and answered: all of it data. */
export const toolProtocolSchema = z.object({
  schemaVersion: z.literal(1),
  name,
  /** Jinja that knows tools; null: the checkpoint's own. */
  chatTemplate: z.string().nullable(),
  /** The system message; null: none. */
  system: z.string().nullable(),
  /** The user's text: `{question}`, `{instructions}`, `{path}`. */
  userText: words,
  instructions: z.string(),
  frames: z.object({
    kind: z.literal('images'),
    /** `reader`: as Qwen's reader chooses them; `spread`: evenly from the first frame to the last, cut to whole frames. */
    choice: z.enum(['reader', 'spread']).default('reader'),
    /** The text before each frame of the first look and of crops, `{seconds}` and its `{number}` from 0; null: none. */
    videoStamp: words.nullable(),
    cropStamp: words.nullable(),
  }),
  video: lookSchema,
  crop: lookSchema,
  /** Of a single frame; absent: crops' largest area × their most frames. */
  frame: z
    .object({ minPixels: z.number().int().positive(), maxPixels: z.number().int().positive() })
    .optional(),
  /** OpenAI's form. */
  tools: z.array(z.unknown()).max(100),
  toolKinds: z.record(name, toolKindSchema),
  call: callSchema,
  result: z.object({
    /** Who says it: `tool`, for templates that know tools, or `user`. The model's replies stand with it as they were said. */
    role: z.enum(['tool', 'user']).default('tool'),
    /** Before frames that were called for. */
    before: z.string().optional(),
    /** Behind all that is said before the last reply. */
    lastRound: words.optional(),
    /** After the frames of a stretch: `{start}`, `{end}`, `{frames}`. */
    text: words,
    /** Around a message: `{message}`. */
    error: words,
    /** All of the result: `{name}`. */
    unknownTool: words,
    messages: messagesSchema,
    /** After a single frame: `{time}`. What a package found: `{moments}`, `{description}`; how sure it is: `{start}`, `{end}`, `{description}`, `{score}`. Subtitles: `{start}`, `{end}`, `{lines}`. Absent: our own words. */
    frame: words.optional(),
    grounded: words.optional(),
    verified: words.optional(),
    subtitles: words.optional(),
  }),
  answer: tagsSchema,
  /** What boxes and points count by that a reply names; absent: as the model's family does. */
  evidence: z
    .object({ coordinates: z.enum(['pixels', 'thousandths', 'shares', 'shares-or-pixels']) })
    .exactOptional(),
  limits: z.object({
    /** Rounds of calls whose results are read; one reply more may follow. */
    toolRounds: z.number().int().min(0).max(100),
    /** New tokens of each reply. */
    newTokens: z.number().int().min(1).max(1_000_000),
    /** Calls of one reply that are run; default 16. */
    callsPerReply: z.number().int().min(1).max(1000).default(16),
  }),
});
