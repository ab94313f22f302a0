import { factsOf } from './facts.ts';
import { html, type Markup, unescaped } from './html.ts';
import { overview } from './overview.ts';
import type { Report } from './report.ts';
import { stageSection } from './stage-section.ts';
import { STYLE } from './style.ts';
import { verdictText } from './verdict.ts';

/** The whole report as one HTML file that needs nothing else: no network, no fonts, no script. */
export function renderHtml(report: Report): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>From 0 to millions, measured</title>
<style>${unescaped(STYLE)}</style>
</head>
<body>
<main>
${head(report)}
${overview(report)}
${report.sections.map((section, index) => {
  const stage = report.stages[index];
  return stage === undefined ? null : stageSection(stage, section);
})}
</main>
</body>
</html>
`;
  return page.markup;
}

function head(report: Report): Markup {
  const counts = report.valid && report.sections.every(({ valid }) => valid);
  const facts = factsOf(report).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return html`<header class="head">
<h1>From 0 to millions, measured</h1>
<p class="lead">One ticket shop in ${report.sections.length} stages. Each was loaded beside the one before it, on one machine, with small boxes that fill up; then each of its boxes was killed.</p>
<p class="${counts ? 'counts' : 'counts-not'}">${verdictText(report)}</p>
<dl class="facts">${facts}</dl>
</header>`;
}
