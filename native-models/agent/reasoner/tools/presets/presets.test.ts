import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readProtocol } from '../read-protocol.ts';
import longVt from './longvt.json' with { type: 'json' };
import { withPreset } from './presets.ts';
import videoZoomer from './videozoomer.json' with { type: 'json' };

/** A script in the form of LongVT's, in other words. */
const script = `
TOOL = 1
CROP_VIDEO_TOOL = {
    "type": "function",
    "function": {
        "name": "crop_video",
        "description": "Shows a part.",
        "parameters": {"type": "object", "properties": {}, "required": ["video_path"]}
    }
}
TOOL_PROMPT = (
    "Look **closely**. "
    "Then reply {so}."
)
def crop(video_path, start_time):
    raise FileNotFoundError(f"No film: {video_path}")
    raise ValueError(f"{start_time}s is after {duration:.2f}s")
def run():
    {"type": "text", "text": f"{question} {TOOL_PROMPT} See {video_path}" if enable_tool else question}
    print(f"[TOOL] {func_name}: {func_args}")
    {"type": "text", "text": f"From {func_args['start_time']}s to {func_args['end_time']}s: {len(result_images)}."}
    {"type": "text", "text": f"Wrong: {e}"}
    {"type": "text", "text": f"No {func_name} here"}
`;

/** The same of VideoZoomer's. */
const zoomer = {
  'scripts/train_video.sh': String.raw`'data.system_prompt="Look in <video_zoom> {\"fps\": n} </video_zoom>.\n So."'`,
  'verl/workers/rollout/vllm_rollout/vllm_rollout_spmd_video.py': String.raw`
tool_outputs = f"Bad call: {error_info}.\n"
tool_call_prompt_message = "<|im_start|>user\n" + "Here:\n"+ vision_pad + "\nEnd\n" + "go on"
if current_iteration == max_iterations - 2:
    tool_call_prompt_message += "Answer now."
tool_call_prompt_message = "<|im_start|>user\n" + tool_call_result_ + "Try again."
`,
  'verl/workers/rollout/vllm_rollout/function_tools.py': String.raw`
error_msg = f"{extract_frame_num} are over {max_frames}."
return f"Went wrong: {e}\n"
`,
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videomind-preset-'));
  await mkdir(join(folder, 'examples', 'eval'), { recursive: true });
  await writeFile(join(folder, 'examples', 'eval', 'single_inference.py'), script);
  await writeFile(join(folder, 'examples', 'eval', 'tool_call_qwen2_5_vl.jinja'), '{{ messages }}');
  for (const [name, text] of Object.entries(zoomer)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const read = async (where = folder, name = 'longvt') =>
  readProtocol((await withPreset({ protocol: '', preset: { name, folder: where } })).protocol);

test('LongVT: its sentences come from the user’s own copy, its budgets and limits are known', async () => {
  const protocol = await read();
  expect(protocol).toMatchObject({
    name: 'longvt',
    instructions: 'Look **closely**. Then reply {so}.',
    userText: '{question} {instructions} See {path}',
    video: { fps: 1, maxFrames: 512, maxPixels: 50_176 },
    crop: { maxFrames: 128 },
    limits: { toolRounds: 5, newTokens: 4096 },
    result: {
      text: 'From {start}s to {end}s: {frames}.',
      error: 'Wrong: {message}',
      unknownTool: 'No {name} here',
      messages: { path: 'No film: {path}', start: '{start}s is after {duration}s', missing: "'{argument}'" },
    },
  });
  expect(protocol.tools).toHaveLength(1);
});

test('VideoZoomer: a call of one tool, results in the user’s turns, a stretch and a rate that the model chooses', async () => {
  expect(await read(folder, 'videozoomer')).toMatchObject({
    system: String.raw`Look in <video_zoom> {"fps": n} </video_zoom>.\n So.`,
    userText: '{question}',
    chatTemplate: undefined,
    video: { fps: 0.5, maxFrames: 64, minPixels: 25_088, maxPixels: 100_352 },
    crop: { maxFrames: 16 },
    call: { tool: 'video_zoom', broken: 'told', which: 'first' },
    limits: { toolRounds: 4, callsPerReply: 1 },
    result: {
      ...{ role: 'user', before: 'Here:\n', text: '\nEnd\ngo on', lastRound: 'Answer now.' },
      error: '{message}Try again.',
      messages: {
        missing: 'Bad call: {argument} is missing.\n',
        tooDense: 'Went wrong: {frames} are over {most}.\n',
      },
    },
  });
});

test.each([longVt, videoZoomer])(
  '$source.title says where its facts are from, and repeats none of its sentences',
  ({ source, protocol, words }) => {
    expect(source.repository).toMatch(/^https:\/\/github\.com\//u);
    expect(source.commit).toMatch(/^[\da-f]{8,40}$/u);
    expect(source.licence).toBe('Apache-2.0');
    // What a model is told stands in the user's copy alone: prompt, results, and what is asked for at the end.
    for (const place of Object.keys(words)) expect(protocol).not.toHaveProperty(place);
    for (const place of ['result.text', 'result.error']) expect(words).toHaveProperty([place, 'file']);
  },
);

test('another folder, another version and another preset are told', async () => {
  await expect(read(tmpdir())).rejects.toMatchObject({ code: 'TOOLS_INVALID' });
  const other = await mkdtemp(join(tmpdir(), 'videomind-preset-'));
  await mkdir(join(other, 'examples', 'eval'), { recursive: true });
  await writeFile(
    join(other, 'examples', 'eval', 'single_inference.py'),
    script.replace('Wrong: {e}', 'Wrong'),
  );
  await writeFile(join(other, 'examples', 'eval', 'tool_call_qwen2_5_vl.jinja'), 'x');
  await expect(read(other)).rejects.toThrow(/how it tells errors/u);
  await rm(other, { recursive: true });
  const request = { protocol: '', preset: { name: 'toString', folder } };
  await expect(withPreset(request)).rejects.toMatchObject({ code: 'TOOLS_INVALID' });
});
