/** Words around boxes and points over the video. */
export const placeTexts = {
  region: 'Boxes and points in the picture',
  hint: 'Arrows move it by a pixel, with Shift by ten; with Alt they move its right or lower edge.',
  box: (name: string, place: string) => `${name === '' ? 'Box' : name}, box ${place}`,
  point: (name: string, place: string) => `${name === '' ? 'Point' : name}, point ${place}`,
  /** In hundredths of the picture's sides. */
  place: (hundredths: readonly number[]) => `${hundredths.join(' ')} %`,
  edits: { box: 'Move box', point: 'Move point', keep: 'Keep place', add: 'Add box', remove: 'Remove box' },
} as const;
