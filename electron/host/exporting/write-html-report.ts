import type { ProjectExport } from '../contract/project-export.ts';
import { reportAgreements } from '../agreement/report-agreements.ts';
import { escapeMarkup } from '../../../native-models/annotation-forms/escape-markup.ts';
import { clockTime } from '../../../native-models/annotation-forms/times/clock-time.ts';
import type { ExportedMoment, VideoMoments } from '../../../native-models/annotation-forms/written-moment.ts';

/** A picture of a moment: JPEG bytes. */
export type MomentPictures = ReadonlyMap<string, Uint8Array>;

/**
 * One self-contained page: every run with its answer, every video with its moments and a picture of each. Nothing in it
 * runs or is fetched; all that models, files and people said is text.
 */
export function writeHtmlReport(
  content: ProjectExport,
  videos: readonly VideoMoments[],
  pictures: MomentPictures,
): string {
  const { project, runs, exportedAtMs } = content;
  const date = new Date(exportedAtMs).toISOString().slice(0, 16).replace('T', ' ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escapeMarkup(project.name)}</title>
<style>${reportStyle}</style>
</head>
<body>
<header><h1>${escapeMarkup(project.name)}</h1>
<p class="quiet">${date} UTC · ${count(videos.length, 'video')} · ${count(runs.length, 'question')} · ${count(videos.flatMap(({ moments }) => moments).length, 'moment')}</p>
${project.notes === '' ? '' : `<p class="notes">${escapeMarkup(project.notes)}</p>`}</header>
${runs.length === 0 ? '' : `<section><h2>Questions</h2>${runs.map((run) => runPart(run, content)).join('\n')}</section>`}
${reportAgreements(content)}
${videos.map((video) => videoPart(video, pictures)).join('\n')}
</body>
</html>
`;
}

function runPart(run: ProjectExport['runs'][number], content: ProjectExport): string {
  const video = content.videos.find(({ id }) => id === run.question.videoId);
  const moment = run.record?.moment;
  const outcome = run.record?.answer?.text ?? (run.error === undefined ? run.state : run.error.message);
  const facts = [
    video?.name,
    run.modelName,
    moment === undefined ? undefined : span(moment.startSec, moment.endSec),
    run.record?.timings['totalSec'] === undefined
      ? undefined
      : `${run.record.timings['totalSec'].toFixed(1)} s`,
  ].filter((fact) => fact !== undefined);
  return `<article class="run"><h3>${escapeMarkup(run.question.question)}</h3>
<p class="answer">${escapeMarkup(outcome)}</p>
<p class="quiet">${escapeMarkup(facts.join(' · '))}</p></article>`;
}

function videoPart({ video, moments }: VideoMoments, pictures: MomentPictures): string {
  const picture = video.picture;
  const facts =
    picture === undefined
      ? ''
      : `${clockTime(picture.durationSec, '.')} · ${picture.width} × ${picture.height}`;
  return `<section><h2>${escapeMarkup(video.name)}</h2><p class="quiet">${facts}</p>
<div class="moments">
${moments.map((moment) => momentPart(moment, pictures.get(moment.id))).join('\n')}
</div></section>`;
}

function momentPart(moment: ExportedMoment, picture: Uint8Array | undefined): string {
  const image =
    picture === undefined
      ? '<div class="nopicture"></div>'
      : `<img alt="" src="data:image/jpeg;base64,${Buffer.from(picture).toString('base64')}">`;
  const scores = [
    moment.confidence === undefined ? undefined : `confidence ${moment.confidence.toFixed(2)}`,
    moment.verifierScore === undefined ? undefined : `verified ${moment.verifierScore.toFixed(2)}`,
  ].filter((score) => score !== undefined);
  return `<article class="moment ${moment.state}">${image}<div>
<p class="time">${span(moment.startSec, moment.endSec)}</p>
<p>${moment.label === '' ? '' : `<span class="label">${escapeMarkup(moment.label)}</span> `}${escapeMarkup(moment.text)}</p>
${moment.answer === undefined ? '' : `<p class="answer">${escapeMarkup(moment.answer)}</p>`}
<p class="quiet">${[origins[moment.provenance], moment.state === 'open' ? 'not reviewed' : moment.state, ...scores].join(' · ')}</p>
${moment.note === '' ? '' : `<p class="notes">${escapeMarkup(moment.note)}</p>`}</div></article>`;
}

const origins: Readonly<Record<ExportedMoment['provenance'], string>> = {
  model: 'found by the model',
  edited: 'found by the model, corrected',
  human: 'marked by a person',
  imported: 'imported',
};

function span(startSec: number, endSec: number): string {
  return `${clockTime(startSec, '.')} – ${clockTime(endSec, '.')}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

const reportStyle = `
:root { color-scheme: light dark; --text: #1c2024; --quiet: #60646c; --ground: #fff; --card: #f6f7f9; --line: #d9dce1; --accent: #0b68cb; --no: #b3261e; --yes: #18794e; }
@media (prefers-color-scheme: dark) { :root { --text: #edeef0; --quiet: #a5abb5; --ground: #111214; --card: #1a1c1f; --line: #34373c; --accent: #6cb6ff; --no: #ff8f87; --yes: #4cc38a; } }
body { margin: 0 auto; max-width: 72rem; padding: 2rem; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.7rem; } h2 { margin: 2.5rem 0 .25rem; font-size: 1.2rem; } h3 { margin: 0; font-size: 1rem; }
p { margin: .25rem 0; } .quiet { color: var(--quiet); font-size: .87rem; } .notes { white-space: pre-wrap; border-left: 3px solid var(--line); padding-left: .75rem; }
.run { border-bottom: 1px solid var(--line); padding: .75rem 0; } .answer { font-weight: 600; white-space: pre-wrap; }
.moments { display: grid; grid-template-columns: repeat(auto-fill, minmax(22rem, 1fr)); gap: 1rem; margin-top: 1rem; }
.moment { display: flex; gap: 1rem; padding: .75rem; background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--line); border-radius: 6px; }
.moment.accepted { border-left-color: var(--yes); } .moment.rejected { border-left-color: var(--no); }
.moment img, .nopicture { width: 9rem; height: 5.5rem; object-fit: contain; background: #000; border-radius: 4px; flex: none; }
.time { color: var(--accent); font-variant-numeric: tabular-nums; font-weight: 600; } .label { padding: 0 .4rem; border: 1px solid var(--line); border-radius: 4px; font-size: .87rem; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; font-variant-numeric: tabular-nums; } th, td { padding: .25rem .75rem; border-bottom: 1px solid var(--line); text-align: right; } th:first-child { text-align: left; font-weight: 500; } thead th { color: var(--quiet); font-size: .87rem; }
@media print { .moment { break-inside: avoid; } }
`;
