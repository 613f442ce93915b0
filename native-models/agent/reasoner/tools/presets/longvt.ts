import { join } from 'node:path';
import { parsePythonConstants } from '../../../../checkpoints/prompts/python-constants.ts';
import { readTextFile } from '../../../../checkpoints/read-file.ts';
import { EngineError } from '../../../../protocol/errors.ts';

const scriptPath = join('examples', 'eval', 'single_inference.py');
const templatePath = join('examples', 'eval', 'tool_call_qwen2_5_vl.jinja');
const maxBytes = 1024 * 1024;

/** What a text of the script's is called in a protocol: Python's expression, and our placeholder for it. */
type Placeholders = Readonly<Record<string, string>>;

/**
 * The protocol that LongVT's checkpoints were trained for, as its script for single questions drives them. Budgets, limits and
 * checks are facts of that script; its sentences and its template are read from the user's own copy of it.
 *
 * @param folder A checkout of the LongVT repository.
 * @returns tools.json as a text
 * @throws EngineError TOOLS_INVALID where the folder is none
 */
export async function readLongVtProtocol(folder: string): Promise<string> {
  const script = await readPart(folder, scriptPath);
  const chatTemplate = await readPart(folder, templatePath);
  const path = join(folder, scriptPath);
  const sentence = (pattern: RegExp, placeholders: Placeholders, what: string): string =>
    sentenceIn(script, pattern, placeholders) ?? missing(path, what);
  const budget = { fps: 1, minFrames: 1, minPixels: 784, maxPixels: 50_176 };
  const protocol = {
    schemaVersion: 1,
    name: 'longvt',
    chatTemplate,
    system: null,
    frames: { kind: 'images', videoStamp: null, cropStamp: null },
    tools: [toolIn(script) ?? missing(path, 'the description of its tool')],
    toolKinds: {
      crop_video: { kind: 'crop', path: 'video_path', start: 'start_time', end: 'end_time' },
    },
    call: { open: '<tool_call>', close: '</tool_call>', name: 'name', arguments: 'arguments' },
    answer: { open: '<answer>', close: '</answer>' },
    instructions: parsePythonConstants(script, path).get('TOOL_PROMPT').text,
    userText: sentence(
      /f"(\{question\} \{TOOL_PROMPT\}[^"\n]*)"/u,
      { question: '{question}', TOOL_PROMPT: '{instructions}', video_path: '{path}' },
      'how it puts a question',
    ),
    video: { ...budget, maxFrames: 512 },
    crop: { ...budget, maxFrames: 128 },
    result: {
      text: sentence(
        /f"([^"\n]*\{func_args\['start_time'\]\}[^"\n]*)"/u,
        {
          "func_args['start_time']": '{start}',
          "func_args['end_time']": '{end}',
          'len(result_images)': '{frames}',
        },
        'what it says after frames',
      ),
      error: sentence(/"text": f"([^"\n]*\{e\}[^"\n]*)"/u, { e: '{message}' }, 'how it tells errors'),
      unknownTool: sentence(
        /"text": f"([^"\n]*\{func_name\}[^"\n]*)"/u,
        { func_name: '{name}' },
        'what it says of tools that it does not have',
      ),
      messages: {
        // Python's own words for a key that is not there; what a reader says of the others is our own.
        missing: "'{argument}'",
        arguments: 'the arguments are no object',
        number: '{argument} is no number',
        range: 'no two frames lie between {start}s and {end}s',
        path: sentence(
          /FileNotFoundError\(f"([^"\n]*\{video_path\}[^"\n]*)"/u,
          { video_path: '{path}' },
          'what it says of other files',
        ),
        start: sentence(
          /ValueError\(f"([^"\n]*\{start_time\}[^"\n]*)"/u,
          { start_time: '{start}', 'duration:.2f': '{duration}' },
          'what it says of times beyond the video',
        ),
      },
    },
    limits: { toolRounds: 5, newTokens: 4096 },
  };
  return JSON.stringify(protocol);
}

async function readPart(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  try {
    return await readTextFile(path, 'TOOLS_INVALID', maxBytes);
  } catch (cause) {
    throw new EngineError('TOOLS_INVALID', `There is no ${name} in ${folder}.`, {
      remedy: 'Clone the LongVT repository and name its folder with --tools-from.',
      cause,
    });
  }
}

/** A sentence of Python's with its expressions exchanged for placeholders; undefined where there is another in it. */
function sentenceIn(script: string, pattern: RegExp, placeholders: Placeholders): string | undefined {
  const found = pattern.exec(script)?.[1];
  if (found === undefined) return undefined;
  const expressions = [...found.matchAll(/\{([^{}]*)\}/gu)].map(([, expression = '']) => expression);
  if (!expressions.every((expression) => Object.hasOwn(placeholders, expression))) return undefined;
  return found.replace(/\{([^{}]*)\}/gu, (_, expression: string) => placeholders[expression] ?? '');
}

/** The dictionary that describes the tool: JSON, as it has neither constants of Python's nor names in it. */
function toolIn(script: string): unknown {
  const [, written] = /^CROP_VIDEO_TOOL\s*=\s*(\{[\s\S]*?^\})/mu.exec(script) ?? [];
  if (written === undefined) return undefined;
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}

function missing(path: string, what: string): never {
  throw new EngineError('TOOLS_INVALID', `${path} does not hold ${what}: it is of another version.`, {
    remedy: 'Use a version of LongVT whose script has it, or write a tools file (docs/tools.md).',
  });
}
