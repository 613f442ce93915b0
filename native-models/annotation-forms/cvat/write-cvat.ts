import { numbersOf } from '../../protocol/picture-region.ts';
import type { PictureRegion } from '../../protocol/picture-region.ts';
import { escapeMarkup } from '../escape-markup.ts';
import { frameBounds, usualFps } from '../times/frame-bounds.ts';
import type { ExportedMoment, VideoMoments } from '../written-moment.ts';
import { wordsAttribute } from './read-cvat.ts';

/** A moment that is somewhere in the picture: CVAT has no others. */
type PlacedMoment = ExportedMoment & { readonly region: PictureRegion };

/** Whether CVAT's form can hold a moment. */
export function isPlaced(moment: ExportedMoment): moment is PlacedMoment {
  return moment.region !== undefined;
}

/** What a box without a label is called: each object of CVAT's needs one. */
const unlabelled = 'object';

/**
 * CVAT's XML for videos (1.1) of one video: a track per box or point, which stays where it is from its first frame to the last. Its
 * words are an attribute of it.
 */
export function writeCvat({ video, moments }: VideoMoments): string {
  const { fps = usualFps, totalFrames, width = 1, height = 1 } = video.picture ?? {};
  const placed = moments.filter(isPlaced);
  const lastFrame = Math.max(
    0,
    (totalFrames ?? 1) - 1,
    ...placed.map((each) => frameBounds(each, fps).end - 1),
  );
  const labels = [...new Set(placed.map(labelOf))].map(
    (label) =>
      `<label><name>${escapeMarkup(label)}</name><attributes><attribute><name>${wordsAttribute}</name><mutable>False</mutable><input_type>text</input_type><default_value></default_value><values></values></attribute></attributes></label>`,
  );
  const tracks = placed.map((moment, id) => {
    const { first, end } = frameBounds(moment, fps);
    const shapes = [shapeOf(moment, first, false, { width, height })];
    // A shape stays until one says that it is outside; behind the last frame there is none that could.
    if (end <= lastFrame) shapes.push(shapeOf(moment, end, true, { width, height }));
    else if (lastFrame > first) shapes.push(shapeOf(moment, lastFrame, false, { width, height }));
    return `  <track id="${id}" label="${escapeMarkup(labelOf(moment))}" source="${moment.provenance === 'human' ? 'manual' : 'auto'}">
${shapes.join('\n')}
  </track>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <task>
      <name>${escapeMarkup(video.name)}</name>
      <size>${lastFrame + 1}</size>
      <mode>interpolation</mode>
      <start_frame>0</start_frame>
      <stop_frame>${lastFrame}</stop_frame>
      <labels>${labels.join('')}</labels>
      <original_size><width>${width}</width><height>${height}</height></original_size>
      <source>${escapeMarkup(video.name)}</source>
    </task>
  </meta>
${tracks.join('\n')}
</annotations>
`;
}

function labelOf({ label, text }: ExportedMoment): string {
  return label || text || unlabelled;
}

function shapeOf(
  { region, text }: PlacedMoment,
  frame: number,
  isOutside: boolean,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const [left, top, right, bottom] = numbersOf(region).map((share, index) =>
    // A hundredth of a pixel, as CVAT itself writes.
    (share * (index % 2 === 0 ? width : height)).toFixed(2),
  );
  const key = `frame="${frame}" keyframe="1" outside="${isOutside ? 1 : 0}" occluded="0"`;
  const words = `<attribute name="${wordsAttribute}">${escapeMarkup(text)}</attribute>`;
  return region.kind === 'box'
    ? `    <box ${key} xtl="${left}" ytl="${top}" xbr="${right}" ybr="${bottom}" z_order="0">${words}</box>`
    : `    <points ${key} points="${left},${top}" z_order="0">${words}</points>`;
}
