import { escapeMarkup } from '../escape-markup.ts';
import { fileAddress, relativeAddress } from '../file-address.ts';
import { usualFps, visibleEndSec } from '../times/frame-bounds.ts';
import type { ExportedMoment, VideoMoments } from '../written-moment.ts';
import { unlabelledTier } from './read-elan.ts';

/**
 * An ELAN annotation document (EAF 3.0) of one video. A tier per label; moments of a tier that overlap go to a further
 * one, since the annotations of an ELAN tier must not, and a moment without length gets a frame, since ELAN has none such.
 */
export function writeElan({ video, moments }: VideoMoments, writtenAt: Date): string {
  const fps = video.picture?.fps ?? usualFps;
  const offsetSec = video.picture?.mediaStartSec ?? 0;
  const timesOf = (moment: ExportedMoment): readonly [number, number] => [
    ms(moment.startSec + offsetSec),
    Math.max(ms(moment.startSec + offsetSec) + 1, ms(visibleEndSec(moment, fps) + offsetSec)),
  ];
  const tiers = tiersOf(moments, timesOf);
  const timesMs = tiers.flatMap(([, tierMoments]) => tierMoments.flatMap(timesOf));
  // Time slots stand in the order of their times, and each belongs to one annotation's edge.
  const inOrder = timesMs
    .map((_, edge) => edge)
    .sort((one, other) => (timesMs[one] ?? 0) - (timesMs[other] ?? 0));
  const slotOfEdge = new Map(inOrder.map((edge, place) => [edge, `ts${place + 1}`]));
  let edges = 0;
  const nextSlot = (): string => slotOfEdge.get(edges++) ?? '';
  const tierElements = tiers.map(([name, tierMoments]) => {
    const entries = tierMoments.map(
      ({ text }) =>
        `    <ANNOTATION>
      <ALIGNABLE_ANNOTATION ANNOTATION_ID="a${edges / 2 + 1}" TIME_SLOT_REF1="${nextSlot()}" TIME_SLOT_REF2="${nextSlot()}">
        <ANNOTATION_VALUE>${escapeMarkup(text)}</ANNOTATION_VALUE>
      </ALIGNABLE_ANNOTATION>
    </ANNOTATION>`,
    );
    return `  <TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="${escapeMarkup(name)}">\n${entries.join('\n')}\n  </TIER>`;
  });
  const order = inOrder.map(
    (edge, place) => `    <TIME_SLOT TIME_SLOT_ID="ts${place + 1}" TIME_VALUE="${timesMs[edge] ?? 0}"/>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="" DATE="${writtenAt.toISOString()}" FORMAT="3.0" VERSION="3.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
  <HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
    <MEDIA_DESCRIPTOR MEDIA_URL="${escapeMarkup(fileAddress(video.path))}" MIME_TYPE="video/*" RELATIVE_MEDIA_URL="./${escapeMarkup(relativeAddress(video.name))}"/>
  </HEADER>
  <TIME_ORDER>
${order.join('\n')}
  </TIME_ORDER>
${tierElements.join('\n')}
  <LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/>
</ANNOTATION_DOCUMENT>
`;
}

/** Tiers by name; moments come by their start. */
function tiersOf(
  moments: readonly ExportedMoment[],
  timesOf: (moment: ExportedMoment) => readonly [number, number],
): [string, ExportedMoment[]][] {
  const tiers = new Map<string, ExportedMoment[]>();
  for (const moment of moments) {
    const base = moment.label === '' ? unlabelledTier : moment.label;
    for (let number = 1; ; number++) {
      const name = number === 1 ? base : `${base} (${number})`;
      const tier = tiers.get(name) ?? [];
      const last = tier.at(-1);
      if (last !== undefined && timesOf(last)[1] > timesOf(moment)[0]) continue;
      tiers.set(name, [...tier, moment]);
      break;
    }
  }
  return [...tiers];
}

function ms(timeSec: number): number {
  return Math.round(timeSec * 1000);
}
