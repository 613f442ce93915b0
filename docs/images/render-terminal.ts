/**
 * Draws what a command printed as a terminal window in SVG, for the README:
 * `npm run -s demo 2>/dev/null | node docs/images/render-terminal.ts 'npm run demo' > docs/images/demo.svg`
 */
import { stdin, stdout } from 'node:process';
import { text } from 'node:stream/consumers';

const [command = ''] = process.argv.slice(2);
const lines = [`$ ${command}`, '', ...(await text(stdin)).trimEnd().split('\n')];
const [columnWidth, lineHeight, padding, barHeight] = [8.4, 19, 20, 34];
const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * columnWidth + 2 * padding);
const height = Math.ceil(barHeight + lines.length * lineHeight + 2 * padding - 6);

const escape = (line: string) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The word at the start of a line names a step; bars of the timeline stand out. */
function paint(line: string): string {
  const label = /^[A-Z][a-z]+(?= )/.exec(line)?.[0];
  if (label !== undefined) return `<tspan class="label">${label}</tspan>${escape(line.slice(label.length))}`;
  return escape(line).replaceAll(/█+/g, (bar) => `<tspan class="bar">${bar}</tspan>`);
}

const rows = lines.map((line, index) => {
  const y = barHeight + padding + index * lineHeight + 8;
  return `<text x="${padding}" y="${y}"${index === 0 ? ' class="command"' : ''}>${paint(line)}</text>`;
});
const buttons = ['#e0654f', '#e3b341', '#57ab5a'].map((fill, index) => `<circle cx="${22 + index * 20}" cy="17" r="6" fill="${fill}"/>`);

stdout.write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Output of ${escape(command)}">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;fill:#d6dbe3;white-space:pre}.label{fill:#7cc4fa;font-weight:600}.bar{fill:#f0b35a}.command{fill:#8fd694}</style>
<rect width="${width}" height="${height}" rx="10" fill="#171b22"/><path d="M0 10a10 10 0 0 1 10-10h${width - 20}a10 10 0 0 1 10 10v24H0z" fill="#232933"/>
${buttons.join('')}
${rows.join('\n')}
</svg>
`);
