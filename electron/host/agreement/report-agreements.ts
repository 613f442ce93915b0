import { escapeMarkup } from '../../../native-models/annotation-forms/escape-markup.ts';
import type { AgreementScores, AgreementSide } from '../contract/agreement.ts';
import { ownTrackId } from '../contract/library.ts';
import { agreementOf } from './agreement-handlers.ts';
import type { ComparedProject } from './compared-sides.ts';

interface NamedSide {
  readonly side: AgreementSide;
  readonly name: string;
  /** Others are held against it; of two own tracks the first. */
  readonly isReference: boolean;
}

/**
 * How tracks and models of a project agree, as a section of a report: each own track and each model against each reference
 * track, and own tracks against each other. Empty where there are no two to compare.
 */
export function reportAgreements(content: ComparedProject): string {
  const pairs = comparablePairs(content);
  if (pairs.length === 0) return '';
  const names = new Map(content.videos.map(({ id, name }) => [id, name]));
  const parts = pairs.map(([one, other]) => {
    // A model's questions have labels of the project only where they are called so.
    const sameness = one.side.kind === 'model' ? 'any' : 'label';
    const {
      whole,
      videos,
      names: labels,
    } = agreementOf(content, {
      ...{ one: one.side, other: other.side, sameness, minIou: 0.5 },
    });
    const rows = [
      row('All videos', whole),
      ...videos.map(({ videoId, scores }) => row(names.get(videoId) ?? videoId, scores)),
      ...(sameness === 'label'
        ? labels.map(({ name, scores }) => row(name === '' ? 'without a label' : name, scores))
        : []),
    ];
    return `<h3>${escapeMarkup(one.name)} against ${escapeMarkup(other.name)}</h3>
<table><thead><tr><th>Of</th><th>Moments</th><th>Mean IoU</th><th>R@1 0.3 / 0.5 / 0.7</th><th>Precision</th><th>Recall</th><th>Kappa</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`;
  });
  return `<section><h2>Agreement</h2><p class="quiet">Precision and recall at an overlap (IoU) of 0.5; kappa by time, in videos where either marked something.</p>
${parts.join('\n')}</section>`;
}

function comparablePairs({ project, annotations, runs }: ComparedProject): [NamedSide, NamedSide][] {
  const used = new Set(annotations.map(({ trackId = ownTrackId }) => trackId));
  const tracks = project.tracks
    .filter(({ id }) => used.has(id))
    .map(({ id, name, kind }): NamedSide => ({
      ...{ side: { kind: 'track', id }, name, isReference: kind === 'reference' },
    }));
  const models = [
    ...new Set(runs.filter(({ record }) => record !== undefined).map(({ modelName }) => modelName)),
  ].map((name): NamedSide => ({ side: { kind: 'model', name }, name, isReference: false }));
  const own = tracks.filter(({ isReference }) => !isReference);
  const references = tracks.filter(({ isReference }) => isReference);
  const held = references.length > 0 ? references : own.slice(0, 1);
  return [...own, ...models].flatMap((one) =>
    held.filter((other) => other !== one).map((other): [NamedSide, NamedSide] => [one, other]),
  );
}

function row(name: string, { one, other, meanIou, kappa, at }: AgreementScores): string {
  const half = at.find(({ iou }) => iou === 0.5);
  const cells = [
    `${one} / ${other}`,
    number(meanIou),
    at.map(({ recallAtOne }) => number(recallAtOne)).join(' / '),
    number(half?.precision),
    number(half?.recall),
    number(kappa),
  ];
  return `<tr><th>${escapeMarkup(name)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function number(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toFixed(2);
}
