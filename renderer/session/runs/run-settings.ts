import type { Run } from '../../../electron/host/contract/runs.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { formatSpan } from '../../ui/format.ts';
import { sessionTexts } from '../texts.ts';

/** One line about how a run was asked. */
export interface RunSetting {
  readonly name: string;
  readonly value: string;
}

/** What a run was asked with and, once it is done, on what it ran and how long each role took. */
export function settingsOfRun(run: Run): readonly RunSetting[] {
  const names = sessionTexts.run.setting;
  const times = Object.entries(run.record?.timings ?? {}).map(([name, seconds]): RunSetting => {
    const role = (sessionTexts.roles as Readonly<Record<string, string>>)[name];
    return {
      name: role ?? names.timings[name] ?? name,
      value: formatSpan(seconds),
    };
  });
  return [...settingsAsked(run), ...times];
}

/** What a run was asked with, and on what it ran. */
export function settingsAsked({ question, record, modelName }: Run): readonly RunSetting[] {
  const names = sessionTexts.run.setting;
  const { startSec, endSec, seed, maxTokens } = question;
  const roles = record?.roles ?? question.roles ?? [];
  return [
    {
      name: names.model,
      value: record === undefined ? modelName : [modelName, record.precision, record.device].join(' · '),
    },
    ...(roles.length > 0
      ? [{ name: names.roles, value: roles.map((role) => sessionTexts.roles[role]).join(', ') }]
      : []),
    { name: names.candidates, value: String(question.candidates) },
    { name: names.temperature, value: String(question.temperature) },
    ...(seed === undefined ? [] : [{ name: names.seed, value: String(seed) }]),
    ...(maxTokens === undefined ? [] : [{ name: names.maxTokens, value: String(maxTokens) }]),
    ...(question.search === undefined
      ? []
      : [{ name: sessionTexts.search.title, value: sessionTexts.search.modes[question.search.mode].label }]),
    ...(question.speed === undefined
      ? []
      : [{ name: sessionTexts.speed.title, value: sessionTexts.speed.names[question.speed].label }]),
    ...(startSec === undefined && endSec === undefined
      ? []
      : [
          {
            name: names.range,
            value: `${formatSeconds(startSec ?? 0, 1)} – ${endSec === undefined ? '' : formatSeconds(endSec, 1)}`,
          },
        ]),
  ];
}
