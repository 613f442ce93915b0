import { formatSeconds } from '../../player/timecode.ts';
import { sessionTexts } from '../../session/texts.ts';
import { LabelTag } from '../../ui/LabelTag.tsx';
import type { DrawnColumn } from '../table/DataTable.tsx';
import { overviewTexts } from '../texts.ts';
import type { MomentRow } from './moment-rows.ts';

const titles = overviewTexts.columns;
const { states } = sessionTexts.review;

/** The columns of the table of moments. */
export function momentColumns(overlaps: ReadonlyMap<string, number>): readonly DrawnColumn<MomentRow>[] {
  return [
    {
      id: 'video',
      title: titles.video,
      width: 'minmax(110px, 1.2fr)',
      valueOf: ({ videoName }) => videoName,
    },
    {
      id: 'start',
      title: titles.start,
      width: '88px',
      isNumber: true,
      valueOf: ({ annotation }) => annotation.startSec,
      draw: ({ annotation }) => formatSeconds(annotation.startSec, 2),
    },
    {
      id: 'length',
      title: titles.length,
      width: '72px',
      isNumber: true,
      valueOf: ({ lengthSec }) => lengthSec,
      draw: ({ lengthSec }) => `${lengthSec.toFixed(2)} ${overviewTexts.units.seconds}`,
    },
    {
      id: 'label',
      title: titles.label,
      width: 'minmax(96px, 0.8fr)',
      valueOf: ({ label }) => label?.name,
      draw: ({ label }) => label !== undefined && <LabelTag name={label.name} color={label.color} />,
    },
    {
      id: 'text',
      title: titles.text,
      width: 'minmax(140px, 2fr)',
      valueOf: ({ annotation }) => annotation.text,
      draw: ({ annotation }) => <span title={annotation.text}>{annotation.text}</span>,
    },
    {
      id: 'state',
      title: titles.state,
      width: '84px',
      valueOf: ({ annotation }) => states[annotation.state],
    },
    { id: 'track', title: titles.track, width: 'minmax(90px, 0.8fr)', valueOf: ({ track }) => track?.name },
    number('score', titles.score, ({ score }) => score),
    number('overlap', titles.overlap, ({ id }) => overlaps.get(id)),
    {
      id: 'annotator',
      title: titles.annotator,
      width: 'minmax(70px, 0.6fr)',
      valueOf: ({ annotator }) => annotator,
    },
    {
      id: 'note',
      title: titles.note,
      width: 'minmax(80px, 1fr)',
      valueOf: ({ annotation }) => annotation.note,
    },
  ];
}

function number(
  id: string,
  title: string,
  valueOf: (row: MomentRow) => number | undefined,
): DrawnColumn<MomentRow> {
  return { id, title, width: '70px', isNumber: true, valueOf, draw: (row) => valueOf(row)?.toFixed(2) };
}
