import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readProtocol } from '../read-protocol.ts';
import { withPreset } from './presets.ts';

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

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videomind-longvt-'));
  await mkdir(join(folder, 'examples', 'eval'), { recursive: true });
  await writeFile(join(folder, 'examples', 'eval', 'single_inference.py'), script);
  await writeFile(join(folder, 'examples', 'eval', 'tool_call_qwen2_5_vl.jinja'), '{{ messages }}');
});
afterAll(() => rm(folder, { recursive: true }));

const read = async (where = folder) =>
  readProtocol((await withPreset({ protocol: '', preset: { name: 'longvt', folder: where } })).protocol);

test('its sentences come from the user’s own copy, its budgets and limits are known', async () => {
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

test('another folder, another version and another preset are told', async () => {
  await expect(read(tmpdir())).rejects.toMatchObject({ code: 'TOOLS_INVALID' });
  const other = await mkdtemp(join(tmpdir(), 'videomind-longvt-'));
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
